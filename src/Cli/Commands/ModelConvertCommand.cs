using System.CommandLine;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Diffusion.Models;
using SvgDistill.Editor;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Output;
using static TorchSharp.torch;

namespace SvgDistill.Cli.Commands;

/// <summary><c>model convert</c>: the same model in another layout or element type.</summary>
internal sealed class ModelConvertCommand : Command, IHasExamples
{
    private readonly Argument<string> _path = new("model") { Description = "A diffusers folder, a single-file checkpoint, or a name in the Hugging Face cache." };
    private readonly Option<string?> _output = Shared.Output("What to write: a name ending in .safetensors makes a single file, any other a diffusers folder.");
    private readonly Option<string> _precision = new("--precision")
    {
        Description = "Element type of the weights: fp32, fp16 or bf16.", HelpName = "TYPE", DefaultValueFactory = _ => "fp16",
    };
    private readonly Option<string?> _prediction = Shared.Prediction();
    private readonly Streams _streams;

    public ModelConvertCommand(Streams streams) : base("convert", "Writes a model as a diffusers folder or a single file, in another precision.")
    {
        _streams = streams;
        _output.Required = true;
        _precision.AcceptOnlyFromAmong("fp32", "fp16", "bf16");
        Add(_path);
        foreach (Option option in new Option[] { _output, _precision, _prediction }) Add(option);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill model convert v1-5-pruned.safetensors -o sd15", "a diffusers folder in fp16, without EMA copies"),
        ("svgdistill model convert ~/models/my-model -o my-model.safetensors --precision bf16", "a single file"),
    ];

    private int Run(ParseResult parsed)
    {
        var output = parsed.GetValue(_output)!;
        if (Outputs.IsStandard(output)) throw EditorException.Usage("-o: a model is written in parts, which standard output cannot take: name a file or folder");
        if (!Path.Exists(output)) Outputs.RequireWritable(Path.TrimEndingDirectorySeparator(output));
        var type = parsed.GetValue(_precision) switch { "fp32" => ScalarType.Float32, "bf16" => ScalarType.BFloat16, _ => ScalarType.Float16 };
        using var model = ModelChoice.Open(parsed.GetValue(_path), "fp32", null, parsed.GetValue(_prediction));
        Outputs.RequireSpace(output, model.Describe().Parameters * (type == ScalarType.Float32 ? 4 : 2));
        if (output.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)) ModelConverter.ToSingleFile(model, output, type);
        else ModelConverter.ToFolder(model, output, type);
        _streams.Error.WriteLine($"{output}: {model.Describe().Parameters / 1_000_000} million parameters in {ModelChoice.Name(type)}");
        return ExitCode.Done;
    }
}
