using System.CommandLine;
using SvgDistill.Editor.Measuring;

namespace SvgDistill.Cli.Options;

/// <summary>What measuring takes, in <c>metrics</c> and in <c>compare</c>.</summary>
internal sealed class MeasuringOptions
{
    public Option<string?> Clip { get; } = Values.Text("--clip", "DIR",
        "A CLIPModel folder, for CLIP score, direction and success. Default: models/icon-clip where it is there.");
    public Option<string?> Lpips { get; } = Values.Text("--lpips", "FILE", "LPIPS (AlexNet) weights as safetensors; docs/metrics.md says how to make them.");
    public Option<string[]> Classes { get; } = Values.List("--classes", "PROMPTS",
        "Class prompts, separated by commas, that the success rate chooses from, beside the source and target prompts.");
    public Option<int?> Size { get; } = Values.Integer("--size", "PIXELS", "Side of the square pictures that are compared. Default: 256.", 32, 2048);

    /// <summary>All, in the order of the help.</summary>
    public IEnumerable<Option> All => [Clip, Lpips, Classes, Size];

    /// <summary>What the command line asks for.</summary>
    public MeasuringRequest Read(ParseResult parsed) =>
        new(parsed.GetValue(Clip), parsed.GetValue(Lpips), parsed.GetValue(Classes)!, parsed.GetValue(Size) ?? 256);
}
