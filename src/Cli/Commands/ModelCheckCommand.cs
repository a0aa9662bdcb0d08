using System.CommandLine;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Engine;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Output;
using SvgDistill.Cli.Terminal;
using SvgDistill.Diffusion.Models;

namespace SvgDistill.Cli.Commands;

/// <summary><c>model check</c>: everything that can be told of a model without knowing what it should draw.</summary>
internal sealed class ModelCheckCommand : Command, IHasExamples
{
    private readonly Argument<string?> _path = new("model")
    {
        Description = "A diffusers folder, a single-file checkpoint, or a name in the Hugging Face cache. Default: the embedded icon prior.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public ModelCheckCommand(Streams streams) : base("check", "Loads a model and checks its names, shapes, numbers and known predictions.")
    {
        _streams = streams;
        Add(_path);
        Add(_json);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill model check", "the embedded icon prior"),
        ("svgdistill model check ~/models/my-model", "a folder; exit code 4 if anything is wrong"),
    ];

    private int Run(ParseResult parsed)
    {
        TensorEngine.Start();
        var findings = ModelCheck.Run(parsed.GetValue(_path) ?? ModelChoice.Embedded());
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
