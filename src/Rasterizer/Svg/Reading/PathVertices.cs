using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>A vertex of a path with the points that give its directions, nearest first, where there are any.</summary>
internal readonly record struct PathVertex(ScalarPoint At, ScalarPoint? Before, ScalarPoint? After);

/// <summary>The vertices of a path, for markers (SVG 2 section 13.7.3).</summary>
internal static class PathVertices
{
    public static List<PathVertex> Of(PathGeometry path)
    {
        var (result, i, start) = (new List<PathVertex>(), 0, 0);
        var points = path.Points;
        foreach (var command in path.Commands)
        {
            switch (command)
            {
                case PathCommand.Move:
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
                    // The closing line joins the contour's ends: both vertices there turn from it into the first segment.
                    if (result.Count == 0) break;
                    var (first, last) = (result[start], result[^1]);
                    if (last.At != first.At)
                    {
                        Segment(first.At, last.At, first.At);
                        last = result[^1];
                    }
                    result[start] = first with { Before = last.Before };
                    result[^1] = last with { After = first.After };
                    break;
            }
        }
        return result;

        // A segment leaves along the first of its points that differs from its begin, and arrives from the last that differs from its end.
        void Segment(ScalarPoint firstHandle, ScalarPoint lastHandle, ScalarPoint end)
        {
            var previous = result[^1];
            var isLine = lastHandle == end;
            ScalarPoint? after = First(previous.At, isLine ? [end] : [firstHandle, lastHandle, end]);
            ScalarPoint? before = First(end, isLine ? [previous.At] : [lastHandle, firstHandle, previous.At]);
            result[^1] = previous with { After = after };
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
