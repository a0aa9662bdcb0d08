using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>A vertex of a path with the points that give its directions, nearest first, where there are any.</summary>
internal readonly record struct PathVertex(ScalarPoint At, ScalarPoint? Before, ScalarPoint? After);

/// <summary>The vertices of a path, for markers (SVG 2 section 13.7.3).</summary>
internal static class PathVertices
{
    public static List<PathVertex> Of(PathGeometry path)
    {
        var (result, i, start, previous) = (new List<PathVertex>(), 0, 0, PathCommand.Close);
        var points = path.Points;
        foreach (var command in path.Commands)
        {
            switch (command)
            {
                case PathCommand.Move:
                    // Of moves in a row the last counts.
                    if (previous == PathCommand.Move && result.Count > 0) result.RemoveAt(result.Count - 1);
                    start = result.Count;
                    result.Add(new PathVertex(points[i++], null, null));
                    break;
                case PathCommand.Line:
                    Segment(points[i - 1], points[i], points[i]);
                    i++;
                    break;
                case PathCommand.Cubic:
                    Segment(points[i], points[i + 1], points[i + 2]);
                    i += 3;
                    break;
                default:
                    // Both vertices where a contour closes keep the direction of their own segment, as in resvg's
                    // pictures.
                    var first = result[start].At;
                    if (result[^1].At != first) Segment(first, result[^1].At, first);
                    break;
            }
            previous = command;
        }
        return result;

        // A segment leaves along the first of its points that differs from its begin, and arrives from the last that
        // differs from its end.
        void Segment(ScalarPoint firstHandle, ScalarPoint lastHandle, ScalarPoint end)
        {
            var begin = result[^1];
            var isLine = lastHandle == end;
            ScalarPoint? after = First(begin.At, isLine ? [end] : [firstHandle, lastHandle, end]);
            ScalarPoint? before = First(end, isLine ? [begin.At] : [lastHandle, firstHandle, begin.At]);
            result[^1] = begin with { After = after };
            result.Add(new PathVertex(end, before, null));
        }

        static ScalarPoint? First(ScalarPoint origin, ReadOnlySpan<ScalarPoint> candidates)
        {
            foreach (var candidate in candidates)
                if (candidate != origin) return candidate;
            return null;
        }
    }
}
