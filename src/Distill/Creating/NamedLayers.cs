using System.Globalization;
using System.Text;
using System.Xml.Linq;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Distill.Creating;

/// <summary>
/// A flat list of paths as layers that an editor shows: a path lies one layer above the highest that it covers a part of. What does not
/// overlap may change places, so that the picture stays what it is. Paths are named by their colours.
/// </summary>
public static class NamedLayers
{
    private const string Inkscape = "http://www.inkscape.org/namespaces/inkscape";
    private const int MostLayers = 6;

    // Pixels a side in which overlaps are looked for, and the alpha that counts.
    private const int Side = 96;
    private const float Seen = .01f;

    private static readonly (string Name, string Color)[] _names =
    [
        ("black", "#101010"), ("dark-grey", "#4a4a4a"), ("grey", "#8c8c8c"), ("light-grey", "#cfcfcf"), ("white", "#fafafa"),
        ("red", "#d8262c"), ("dark-red", "#7a1a1e"), ("pink", "#f2a0b4"), ("orange", "#f08c28"), ("brown", "#7d4a28"), ("dark-brown", "#46281a"),
        ("tan", "#d2aa7d"), ("yellow", "#f8d23c"), ("cream", "#f6e8c8"), ("green", "#3ca046"), ("dark-green", "#1e5a32"), ("light-green", "#a0d27d"),
        ("teal", "#2a9090"), ("light-blue", "#96c8f0"), ("blue", "#2d6edc"), ("dark-blue", "#1e3264"), ("purple", "#7d3cb4"), ("lilac", "#c3a5e1"),
        // Names that are wide: far shades, which would be nearer to a neighbour.
        ("blue", "#2230c8"), ("blue", "#4a90e2"), ("red", "#f0503c"), ("green", "#6abe30"), ("yellow", "#ffb92d"), ("green", "#4b6414"),
    ];

    /// <summary>The drawing in layers.</summary>
    /// <param name="svg">An SVG whose root holds paths alone, as a fit gives it.</param>
    /// <param name="title">What it shows.</param>
    public static byte[] Write(byte[] svg, string title)
    {
        var root = XDocument.Parse(Encoding.UTF8.GetString(svg)).Root!;
        var paths = root.Elements().ToArray();
        var masks = Array.ConvertAll(paths, path => Mask(root, path));
        var depths = new int[paths.Length];
        for (var i = 0; i < paths.Length; i++)
            for (var j = 0; j < i; j++)
                if (depths[j] >= depths[i] && Overlap(masks[i], masks[j])) depths[i] = depths[j] + 1;

        var numbers = new Dictionary<string, int>();
        var text = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:inkscape=\"" + Inkscape + "\"");
        foreach (var name in new[] { "width", "height", "viewBox" })
            if (root.Attribute(name) is { } attribute) text.Append(CultureInfo.InvariantCulture, $" {name}=\"{attribute.Value}\"");
        text.Append(">\n").Append("  ").Append(new XElement("title", Reports.Html.Plain(title))).Append('\n');
        // What lies deeper than there are layers shares the last one, in its own order.
        foreach (var layer in paths.Select((path, i) => (path, Depth: Math.Min(depths[i], MostLayers - 1))).GroupBy(p => p.Depth).OrderBy(g => g.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"  <g id=\"layer-{layer.Key + 1}\" inkscape:groupmode=\"layer\" inkscape:label=\"layer {layer.Key + 1}\">\n");
            foreach (var (path, _) in layer)
            {
                var name = NameOf(path.Attribute("fill")?.Value ?? "#000");
                numbers[name] = numbers.GetValueOrDefault(name) + 1;
                text.Append(CultureInfo.InvariantCulture, $"    <path id=\"{name}-{numbers[name]}\"");
                foreach (var attribute in path.Attributes()) text.Append(CultureInfo.InvariantCulture, $" {attribute.Name.LocalName}=\"{attribute.Value}\"");
                text.Append("/>\n");
            }
            text.Append("  </g>\n");
        }
        return Encoding.UTF8.GetBytes(text.Append("</svg>\n").ToString());
    }

    private static float[] Mask(XElement root, XElement path)
    {
        var alone = new XElement(root.Name, root.Attributes(), path);
        var scene = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(alone.ToString()), "layer")).Scene;
        return new SceneRasterizer(scene, Side, Side).Forward(scene.InitialValues(), keep: false).Plane(3).ToArray();
    }

    private static bool Overlap(float[] a, float[] b)
    {
        for (var i = 0; i < a.Length; i++)
            if (a[i] > Seen && b[i] > Seen) return true;
        return false;
    }

    private static string NameOf(string fill)
    {
        var color = CssColor.Parse(fill) ?? new CssColor(0, 0, 0, 1, false);
        return _names.MinBy(n => Metrics.Ciede2000.Difference((color.R, color.G, color.B), Rgb(n.Color))).Name;
    }

    private static (double, double, double) Rgb(string text) => CssColor.Parse(text) is { } c ? (c.R, c.G, c.B) : default;
}
