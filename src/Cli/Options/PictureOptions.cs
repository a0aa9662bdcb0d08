using System.CommandLine;
using System.CommandLine.Parsing;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Imaging;

namespace SvgDistill.Cli.Options;

/// <summary>The options of <c>image</c> and <c>inpaint</c>; those that <c>edit</c> has too mean the same.</summary>
internal sealed class PictureOptions
{
    private readonly EditOptions _edit = new("picture", "The picture: a PNG, JPEG, WebP, GIF or BMP, or an SVG, which is drawn first; - is standard input.")
    {
        Strength = Values.Number("--strength", "X",
            "How far an edit of a picture goes: flowedit's or sdedit's part of all timesteps (default 0.8, 0.7), dreamsampler's weight of the text (default 0.2).", 0, 1),
    };

    public PictureOptions() => _edit.Target.Required = false;

    public Argument<string> Input => _edit.Input;
    public Option<string?> Target => _edit.Target;
    public Option<int?> Threads => _edit.Threads;
    public Option<double?> Strength => _edit.Strength;
    public Option<PictureMethod?> Method { get; } = Values.Create<PictureMethod?>("--method", "NAME",
        $"{string.Join(", ", PictureMethod.Known)}, or fpr+METHOD. Default: flowedit; with --region dreamsampler.",
        $"a method ({string.Join(", ", PictureMethod.Known)}, or fpr+ before a distillation method)",
        text => PictureMethod.TryParse(text, out var method) ? method : null).Offering(PictureMethod.Known);
    public Option<int?> Steps { get; } = Shared.Steps(
        "Sampling steps (default 50; dreamsampler 200, turboedit 4), or steps of a distillation method (default: the model's, else 200).");
    public Option<string?> Background { get; } = Values.Create("--background", "COLOR",
        "A CSS colour behind what is transparent and beside what is not square. Default: the model's, else white.", "a CSS colour",
        text => text is Backgrounds.Auto or Backgrounds.None ? null : Backgrounds.Check(text));
    public Option<Region[]> Regions { get; } = new("--region")
    {
        Description = "A part of the picture and what it should show; may be given several times. MASK is a picture, white where the part is, of the "
            + "picture's own size, or an element of an SVG: '#id' of the input, or FILE.svg#id.",
        HelpName = "MASK=PROMPT",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
        CustomParser = ParseRegions,
    };

    /// <summary>Those of an edit of the whole picture.</summary>
    public IEnumerable<Option> ForImage =>
    [
        Target, _edit.Source, _edit.Negative, Method, _edit.Strength, Regions, Steps, _edit.Seed, _edit.Guidance, _edit.Timesteps, _edit.Order, _edit.Eta,
        _edit.FprSteps, _edit.FprLambda, _edit.FprDistance, _edit.FprTarget, Background, _edit.Fonts, .. _edit.Running, _edit.LoraIn,
    ];

    /// <summary>Those of inpainting.</summary>
    public IEnumerable<Option> ForInpaint =>
        [Target, Regions, _edit.Seed, Background, _edit.Fonts, .. _edit.Running];

    /// <summary>What the command line asks for.</summary>
    public EditRequest Read(ParseResult parsed)
    {
        var request = _edit.Read(parsed);
        return request with
        {
            Target = parsed.GetValue(Target) ?? "", Background = parsed.GetValue(Background),
            Settings = request.Settings with { Steps = parsed.GetValue(Steps) },
        };
    }

    private static Region[]? ParseRegions(ArgumentResult result)
    {
        var regions = result.Tokens.Select(t => Region.Parse(t.Value)).ToArray();
        if (!regions.Contains(null)) return regions!;
        result.AddError($"--region takes MASK=PROMPT, as in wing.png=\"a blue wing\", not '{result.Tokens[Array.IndexOf(regions, null)].Value}'");
        return null;
    }
}
