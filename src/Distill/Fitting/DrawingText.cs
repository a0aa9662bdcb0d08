using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Fitting;

/// <summary>Writes layers as an SVG of plain paths.</summary>
internal static class DrawingText
{
    // Half a pixel: what the staircase of a traced edge leaves uncertain.
    private const double FitTolerance = .6;

    /// <summary>A whole file of the given size.</summary>
    public static string Document(IEnumerable<Layer> layers, int width, int height)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n");
        foreach (var layer in layers) AppendPath(text, layer);
        return text.Append("</svg>\n").ToString();
    }

    /// <summary>The file with more paths in front.</summary>
    public static string Append(string document, IEnumerable<Layer> layers)
    {
        var text = new StringBuilder();
        foreach (var layer in layers) AppendPath(text, layer);
        return document.Insert(document.LastIndexOf("</svg>", StringComparison.Ordinal), text.ToString());
    }

    private static void AppendPath(StringBuilder text, Layer layer)
    {
        var (r, g, b, a) = layer.Color;
        text.Append(CultureInfo.InvariantCulture, $"<path fill=\"#{Byte(r / a):x2}{Byte(g / a):x2}{Byte(b / a):x2}\"");
        if (a < .985f) text.Append(CultureInfo.InvariantCulture, $" fill-opacity=\"{a:0.###}\"");
        text.Append(" d=\"");
        foreach (var contour in layer.Contours) AppendContour(text, CurveFitter.Fit(contour, FitTolerance));
        text.Append("\"/>\n");
    }

    private static void AppendContour(StringBuilder text, CubicChain chain)
    {
        AppendPoint(text.Append('M'), chain.Nodes[0]);
        for (var i = 0; i < chain.Nodes.Count; i++)
        {
            AppendPoint(text.Append('C'), chain.Controls[2 * i]);
            AppendPoint(text.Append(' '), chain.Controls[2 * i + 1]);
            AppendPoint(text.Append(' '), chain.Nodes[(i + 1) % chain.Nodes.Count]);
        }
        text.Append('Z');
    }

    private static void AppendPoint(StringBuilder text, Point p) =>
        text.Append(CultureInfo.InvariantCulture, $"{p.X:0.###} {p.Y:0.###}");

    private static int Byte(float value) => Math.Clamp((int)MathF.Round(value * 255), 0, 255);
}
