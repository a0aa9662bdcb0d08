using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Bench;

/// <summary><c>figures</c>: the figures of docs/rasterizer.md, every number in them computed by the rasterizer.</summary>
internal static class Figures
{
    private const string Header = "<svg xmlns='http://www.w3.org/2000/svg' font-family='sans-serif' font-size='11' ";

    public static int Run()
    {
        string folder = Path.Combine(Inputs.Folder, "..", "..", "docs", "figures");
        Directory.CreateDirectory(folder);
        AtomicFile.WriteText(Path.Combine(folder, "coverage.svg"), Coverage());
        AtomicFile.WriteText(Path.Combine(folder, "gradient.svg"), Gradient());
        AtomicFile.WriteText(Path.Combine(folder, "wide-filter.svg"), WideFilter());
        Overlaps();
        return 0;
    }

    private static DrawList Polygon(int width, int height, params double[] points)
    {
        var list = new DrawList
        {
            Width = width, Height = height, Vertices = points, VertexCount = points.Length / 2,
            ContourStarts = [0, points.Length / 2], ContourCount = 1, Scalars = [1, 1, 1, 1], ScalarCount = 4,
        };
        list.Nodes.Add(new DrawFill { FirstContour = 0, ContourCount = 1, Paint = new DrawSolid() });
        return list;
    }

    /// <summary>A polygon on a grid of pixels, each with its coverage.</summary>
    private static string Coverage()
    {
        const int columns = 9, rows = 6, cell = 48;
        double[] points = [1.3, 4.8, 3.4, .6, 5.2, 3.1, 7.9, 1.7, 7.2, 5.4];
        var picture = new Picture(columns, rows);
        new PixelStage().Forward(Polygon(columns, rows, points), picture);
        var text = new StringBuilder(Invariant($"{Header}viewBox='-1 -1 {columns * cell + 2} {rows * cell + 2}' width='{columns * cell + 2}'>"));
        for (int i = 0; i < columns * rows; i++)
        {
            float c = picture.Plane(3)[i];
            int x = i % columns * cell, y = i / columns * cell, grey = 255 - (int)(150 * c);
            text.Append(Invariant($"<rect x='{x}' y='{y}' width='{cell}' height='{cell}' fill='rgb({grey},{grey},255)' stroke='#bbb'/>"));
            if (c > 0) text.Append(Invariant($"<text x='{x + cell / 2}' y='{y + cell / 2 + 4}' text-anchor='middle'>{c:f2}</text>"));
        }
        return text.Append(Invariant($"<polygon points='{string.Join(" ", points.Select(p => (p * cell).ToString("f1", CultureInfo.InvariantCulture)))}' fill='none' stroke='#c30' stroke-width='2'/></svg>")).ToString();
    }

    /// <summary>How much the area grows with each vertex of a polygon: the arrows are dA/dvertex.</summary>
    private static string Gradient()
    {
        const int side = 10, cell = 40;
        double[] points = [2.2, 7.6, 1.4, 3.7, 4.6, 1.5, 8.4, 2.9, 6.1, 4.6, 8.1, 8.3];
        var list = Polygon(side, side, points);
        var stage = new PixelStage();
        stage.Forward(list, new Picture(side, side));
        var weights = new float[4 * side * side];
        weights.AsSpan(3 * side * side).Fill(1);
        var gradient = new double[points.Length];
        stage.Backward(weights, gradient, new double[4]);
        var text = new StringBuilder(Invariant($"{Header}viewBox='-1 -1 {side * cell + 50} {side * cell + 2}' width='{side * cell + 50}'>"));
        text.Append("<marker id='a' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='7' markerHeight='7' orient='auto'><path d='M0 0L8 4L0 8z' fill='#c30'/></marker>");
        for (int i = 0; i <= side; i++)
            text.Append(Invariant($"<path d='M{i * cell} 0v{side * cell}M0 {i * cell}h{side * cell}' stroke='#ddd' fill='none'/>"));
        text.Append(Invariant($"<polygon points='{string.Join(" ", points.Select(p => (p * cell).ToString("f1", CultureInfo.InvariantCulture)))}' fill='#b9c6ee' stroke='#36a'/>"));
        for (int i = 0; i < points.Length; i += 2)
        {
            double x = points[i] * cell, y = points[i + 1] * cell, dx = gradient[i] * .3 * cell, dy = gradient[i + 1] * .3 * cell;
            text.Append(Invariant($"<path d='M{x:f1} {y:f1}l{dx:f1} {dy:f1}' stroke='#c30' stroke-width='2' marker-end='url(#a)'/>"));
            text.Append(Invariant($"<text x='{x + 6:f1}' y='{y - 6:f1}'>({gradient[i]:f2}, {gradient[i + 1]:f2})</text>"));
        }
        return text.Append("</svg>").ToString();
    }

    /// <summary>Coverage along a row through a square 20 pixels wide, under three filters.</summary>
    private static string WideFilter()
    {
        const int side = 100;
        var text = new StringBuilder($"{Header}viewBox='-30 -10 440 150' width='600'><path d='M0 0V100H400' stroke='#888' fill='none'/>");
        text.Append("<text x='-24' y='6'>1</text><text x='-24' y='104'>0</text><text x='360' y='118'>x = 90</text>");
        foreach (var (width, color, at) in new[] { (1.0, "#36a", 0), (9.0, "#2a7", 1), (41.0, "#c30", 2) })
        {
            var picture = new Picture(side, side);
            new PixelStage { FilterWidth = width }.Forward(Polygon(side, side, 40.4, 20, 60.4, 20, 60.4, 80, 40.4, 80), picture);
            var row = picture.Plane(3).Slice(50 * side, side);
            var points = new StringBuilder();
            for (int x = 0; x < side; x++) points.Append(Invariant($"{4 * x + 2},{100 - 100 * row[x]:f1} "));
            text.Append(Invariant($"<polyline points='{points}' fill='none' stroke='{color}' stroke-width='1.5'/>"));
            text.Append(Invariant($"<text x='{100 * at}' y='138' fill='{color}'>width {width}</text>"));
        }
        return text.Append("</svg>").ToString();
    }

    /// <summary>
    /// How far |mean winding| cut at 1 is from the area that is really covered, where contours of one shape meet inside a pixel: each fill
    /// of the icons at 128 pixels against the same fill at 2048, averaged over 16 x 16 pixels.
    /// </summary>
    private static void Overlaps()
    {
        const int side = 128, factor = 16;
        double sum = 0, worst = 0;
        long pixels = 0, fills = 0;
        string worstFile = "";
        var coarse = new Picture(side, side);
        var fine = new Picture(side * factor, side * factor);
        var stage = new PixelStage();
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Inputs.Folder, "..", "..", "tests", "conformance", "icons"), "*.svg", SearchOption.AllDirectories))
        {
            var scene = SvgSceneReader.Read(SvgDocument.Load(path)).Scene;
            var list = new GeometryStage(scene).Build(scene.InitialValues(), scene.ToCanvas(side, side), side, side);
            var large = Copy(list, factor);
            foreach (var fill in Fills(list.Nodes))
            {
                fills++;
                var white = new DrawFill { FirstContour = fill.FirstContour, ContourCount = fill.ContourCount, Rule = fill.Rule, Paint = new DrawSolid() };
                var small = Copy(list, 1);
                small.Nodes.Add(white);
                large.Nodes.Clear();
                large.Nodes.Add(white);
                stage.Forward(small, coarse, keep: false);
                stage.Forward(large, fine, keep: false);
                var (c, f) = (coarse.Plane(3).ToArray(), fine.Plane(3).ToArray());
                for (int i = 0; i < side * side; i++)
                {
                    if (c[i] <= 0) continue;
                    double area = 0;
                    int at = i / side * factor * side * factor + i % side * factor;
                    for (int y = 0; y < factor; y++)
                        for (int x = 0; x < factor; x++) area += f[at + y * side * factor + x];
                    double error = Math.Abs(area / (factor * factor) - c[i]);
                    sum += error;
                    pixels++;
                    if (error > worst) (worst, worstFile) = (error, path);
                }
            }
        }
        Console.WriteLine(Invariant($"{fills} fills, {pixels} covered pixels: mean difference to the true area {255 * sum / pixels:f4}/255, largest {worst:f3} in {Path.GetFileName(worstFile)}"));
    }

    private static DrawList Copy(DrawList list, int factor) => new()
    {
        Width = list.Width * factor, Height = list.Height * factor, Vertices = [.. list.Vertices.Select(v => v * factor)],
        VertexCount = list.VertexCount, ContourStarts = list.ContourStarts, ContourCount = list.ContourCount, Scalars = [1, 1, 1, 1], ScalarCount = 4,
    };

    private static IEnumerable<DrawFill> Fills(IEnumerable<DrawNode> nodes) => nodes.SelectMany(node => node switch
    {
        DrawFill fill => [fill],
        DrawLayer layer => Fills(layer.Children),
        _ => Enumerable.Empty<DrawFill>(),
    });

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
