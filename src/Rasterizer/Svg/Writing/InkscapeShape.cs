using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Writing;

/// <summary>
/// What Inkscape draws a path anew from when it opens a file, whatever <c>d</c> says: numbers of stars, arcs, spirals, offsets and
/// boxes, path effects with the path before them, and the shapes that a connector runs between. Without them the path is a plain one.
/// </summary>
internal static class InkscapeShape
{
    private const string Inkscape = "http://www.inkscape.org/namespaces/inkscape";

    private static readonly string[] _sodipodi =
        ["http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd", "http://inkscape.sourceforge.net/DTD/sodipodi-0.dtd"];

    // The numbers of all kinds: none has a meaning on a plain path.
    private static readonly HashSet<string> _numbers =
    [
        "type", "cx", "cy", "rx", "ry", "start", "end", "open", "arc-type", "sides", "r1", "r2", "arg1", "arg2", "expansion", "revolution",
        "radius", "argument", "t0",
    ];

    private static readonly HashSet<string> _inkscapeNumbers =
    [
        "flatsided", "rounded", "randomized", "radius", "original", "box3dsidetype", "perspectiveID", "corner0", "corner7",
    ];

    private static readonly HashSet<string> _connector =
    [
        "connector-type", "connector-curvature", "connection-start", "connection-end", "connection-start-point", "connection-end-point",
    ];

    /// <summary>The attributes of a path, and of groups around it that make it, that must go when its outline moves.</summary>
    public static List<SvgAttribute> Of(SvgElement path)
    {
        var found = new List<SvgAttribute>();
        for (var element = path; element is not null; element = element.Parent)
        {
            var isShape = element.Attributes.Exists(a => a.LocalName == "type" && _sodipodi.Contains(a.Namespace)
                && (element == path || a.Value.Value.Trim() == "inkscape:box3d"));
            var isConnector = element == path && element.Attributes.Exists(a => a is { LocalName: "connector-type", Namespace: Inkscape });
            found.AddRange(element.Attributes.Where(a => _sodipodi.Contains(a.Namespace) ? isShape && _numbers.Contains(a.LocalName)
                : a.Namespace == Inkscape && (a.LocalName is "path-effect" or "original-d" || (isShape && _inkscapeNumbers.Contains(a.LocalName))
                    || (isConnector && _connector.Contains(a.LocalName)))));
        }
        return found;
    }
}
