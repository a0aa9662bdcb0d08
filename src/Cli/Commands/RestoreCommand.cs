using System.CommandLine;
using System.Globalization;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Restoration;
using SvgDistill.Editor.Restoring;

namespace SvgDistill.Cli.Commands;

/// <summary><c>restore</c>: a small or blurred picture drawn as the SVG that it may have come from.</summary>
internal sealed class RestoreCommand : RestoringCommand, IHasExamples
{
    private const double UsualBlur = 5; // the paper's sigma

    private readonly Option<int?> _downsample;
    private readonly Option<double?> _blur;
    private readonly Option<string?> _reference;

    public RestoreCommand(Streams streams) : this(streams,
        Values.Create<int?>("--downsample", "2|4|8|16", "The picture was made smaller by this factor (bicubic). The drawing's canvas is that much larger.",
            "2, 4, 8 or 16", text => text is "2" or "4" or "8" or "16" ? int.Parse(text, CultureInfo.InvariantCulture) : null),
        Blur(),
        Values.Text("--reference", "TRUTH.png", "The undamaged picture, of the restored size: PSNR and SSIM against it are recorded. It is used for nothing else."))
    {
    }

    private RestoreCommand(Streams streams, Option<int?> downsample, Option<double?> blur, Option<string?> reference) : base(
        "restore", "Draws a picture that was made smaller or blurred as an SVG: the drawing, damaged the same way, is to be the picture.",
        "The damaged picture: a PNG, JPEG, WebP, GIF or BMP; - is standard input. Transparency is kept.", "restored", [downsample, blur, reference], streams)
    {
        (_downsample, _blur, _reference) = (downsample, blur, reference);
        Validators.Add(result =>
        {
            if (result.GetResult(_downsample) is null == result.GetResult(_blur) is null)
                result.AddError("say what was done to the picture, --downsample 2|4|8|16 or --blur; for an undamaged picture there is vectorize");
        });
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill restore small.png --downsample 4", "a picture of 32 x 32 pixels becomes small.restored.svg on a canvas of 128 x 128"),
        ("svgdistill restore small.png --downsample 8 --trg \"an owl\" --png -o owl.svg", "the model is told what it shows; owl.after.png shows the drawing"),
        ("svgdistill restore blurred.png --blur 3 --paths 32", "blurred by a Gaussian of 3 pixels; the canvas has the picture's size"),
        ("svgdistill restore small.png --downsample 4 --reference truth.png --json", "how near does it come to the picture that was made smaller?"),
        ("svgdistill restore small.png --downsample 4 --resume", "goes on where Ctrl-C stopped it"),
    ];

    protected override RestoreRequest Complete(ParseResult parsed, Func<IDegradation, RestoreRequest> request)
    {
        var completed = parsed.GetValue(_downsample) is { } factor
            ? request(new BicubicDownsampling(factor)) with { Factor = factor }
            : Blurred(request, parsed.GetValue(_blur) ?? UsualBlur);
        return completed with { Reference = parsed.GetValue(_reference) };
    }

    // The mirrored border is as wide as the filter reaches, and must lie inside the picture.
    private static RestoreRequest Blurred(Func<IDegradation, RestoreRequest> request, double sigma) =>
        request(new GaussianBlur(sigma)) with { LeastSide = (int)Math.Ceiling(3 * sigma) + 1 };

    private static Option<double?> Blur()
    {
        var option = Values.Number("--blur", "SIGMA", "The picture was blurred by a Gaussian of this standard deviation in pixels; 5 where no number follows.", .1, 100);
        var parse = option.CustomParser!;
        option.CustomParser = result => result.Tokens.Count == 0 ? UsualBlur : parse(result);
        option.Arity = ArgumentArity.ZeroOrOne;
        return option;
    }
}
