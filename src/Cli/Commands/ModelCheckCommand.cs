using System.CommandLine;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Diffusion.Models;
using SvgDistill.Editor;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Output;

namespace SvgDistill.Cli.Commands;

/// <summary><c>model check</c>: everything that can be told of a model without knowing what it should draw.</summary>
internal sealed class ModelCheckCommand : Command, IHasExamples
{
    private readonly Argument<string?> _path = new("model")
    {
        Description = "A diffusers folder, a single-file checkpoint, a name in the Hugging Face cache, or a LoRA, ControlNet or embedding file. "
            + "Default: the embedded icon prior.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> _model = Values.Text("--model", "MODEL", "The model that an adapter must fit. Default: the embedded icon prior.");
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public ModelCheckCommand(Streams streams) : base("check", "Loads a model and checks its names, shapes, numbers and known predictions.")
    {
        _streams = streams;
        Add(_path);
        Add(_model);
        Add(_json);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill model check", "the embedded icon prior"),
        ("svgdistill model check ~/models/my-model", "a folder; exit code 4 if anything is wrong"),
        ("svgdistill model check style.safetensors --model ~/models/sd15", "does a LoRA fit a model?"),
    ];

    private int Run(ParseResult parsed)
    {
        TensorEngine.Start();
        var (path, model) = (parsed.GetValue(_path), parsed.GetValue(_model));
        var findings = path is not null && AdapterCheck.Run(path, model) is { } ofAdapter ? ofAdapter
            : model is null ? ModelCheck.Run(path ?? ModelChoice.Embedded())
            : throw EditorException.Usage("--model goes with an adapter's file");
        if (parsed.GetValue(_json))
            _streams.Output.Write(new RunRecord("model check", [])
            {
                ["findings"] = new JsonArray([.. findings.Select(f => (JsonNode)new JsonObject
                {
                    ["what"] = f.What, ["passed"] = f.Passed, ["detail"] = f.Detail,
                })]),
            });
        else
            foreach (var finding in findings)
                _streams.Output.WriteLine($"{(finding.Passed ? "ok   " : "WRONG")}  {finding.What,-28}{finding.Detail}");
        return findings.All(f => f.Passed) ? ExitCode.Done : ExitCode.Model;
    }
}
