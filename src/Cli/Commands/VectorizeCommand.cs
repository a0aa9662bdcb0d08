using System.CommandLine;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Restoration;
using SvgDistill.Editor.Restoring;

namespace SvgDistill.Cli.Commands;

/// <summary><c>vectorize</c>: a picture drawn as an SVG that the model finds likely.</summary>
internal sealed class VectorizeCommand(Streams streams) : RestoringCommand(
    "vectorize", "Draws a picture as an SVG with a model's help. 'fit' goes by the pixels alone: it is much faster.",
    "The picture, a PNG, JPEG, WebP, GIF or BMP of any shape, - is standard input; the SVG's canvas has its size. Transparency is kept.", "vectorized", [], streams), IHasExamples
{
    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill vectorize logo.png", "writes logo.vectorized.svg and its record logo.vectorized.svg.json"),
        ("svgdistill vectorize owl.png --trg \"an owl\" --paths 32 -o owl.svg", "at most 32 paths; the model is told what they show"),
        ("svgdistill vectorize owl.png --start random --steps 500 --seed 3", "from random shapes, as in the paper"),
        ("svgdistill vectorize scan.png --gamma 1e5 --png", "further from the picture, nearer to what the model finds likely"),
    ];

    protected override RestoreRequest Complete(ParseResult parsed, Func<IDegradation, RestoreRequest> request) => request(new NoDegradation());
}
