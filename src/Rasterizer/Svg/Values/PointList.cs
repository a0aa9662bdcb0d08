using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>The <c>points</c> of polylines and polygons.</summary>
internal static class PointList
{
    /// <summary>Reads points up to the first error; an odd number at the end is dropped.</summary>
    public static (List<PathCommand> Commands, List<Point> Points, bool Overflow) Parse(ReadOnlySpan<char> text,
        bool closed, int maximumPoints)
    {
        var (commands, points) = (new List<PathCommand>(), new List<Point>());
        var scanner = new NumberScanner(text);
        for (scanner.SkipSpace(); points.Count <= maximumPoints && scanner.TryNumber(out var x);)
        {
            scanner.SkipSeparator();
            if (!scanner.TryNumber(out var y)) break;
            scanner.SkipSeparator();
            commands.Add(points.Count == 0 ? PathCommand.Move : PathCommand.Line);
            points.Add(new Point(x, y));
        }
        if (closed && points.Count > 0) commands.Add(PathCommand.Close);
        return (commands, points, points.Count > maximumPoints);
    }
}
