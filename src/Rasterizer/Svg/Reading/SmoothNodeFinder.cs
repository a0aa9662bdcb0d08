using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Finds the nodes that a path passes smoothly.</summary>
internal static class SmoothNodeFinder
{
    /// <summary>Directions that differ by less than 2 degrees count as one.</summary>
    private static readonly double _cosine = Math.Cos(2 * Math.PI / 180);

    /// <summary>A segment's neighbours of its ends: handles, or the other end of a line.</summary>
    private readonly record struct Segment(int From, int FromHandle, int ToHandle, int To, bool IsCurve);

    /// <summary>
    /// Nodes where a segment's direction goes on in the next one's, at least one of them a curve. Positions are in the
    /// path's points; <paramref name="places"/> says which of those are one variable.
    /// </summary>
    public static ImmutableArray<SmoothNode> Find(IReadOnlyList<PathCommand> commands, IReadOnlyList<Point> points,
        int[] places)
    {
        var result = ImmutableArray.CreateBuilder<SmoothNode>();
        var contour = new List<Segment>();
        var (start, next) = (0, 0);
        foreach (var command in commands)
        {
            switch (command)
            {
                case PathCommand.Move:
                    Finish(closed: false);
                    start = next++;
                    break;
                case PathCommand.Line:
                    contour.Add(new Segment(next - 1, next, next - 1, next, false));
                    next++;
                    break;
                case PathCommand.Cubic:
                    contour.Add(new Segment(next - 1, next, next + 1, next + 2, true));
                    next += 3;
                    break;
                default:
                    if (places[next - 1] != places[start])
                        contour.Add(new Segment(next - 1, start, next - 1, start, false));
                    Finish(closed: true);
                    break;
            }
        }
        Finish(closed: false);
        return result.ToImmutable();

        void Finish(bool closed)
        {
            // A contour that returns to its start meets itself there, closed by command or not.
            contour.RemoveAll(s => places[s.From] == places[s.To] && !s.IsCurve);
            closed |= contour.Count > 1 && places[contour[^1].To] == places[contour[0].From];
            for (var i = closed ? 0 : 1; i < contour.Count; i++) Add(contour[i == 0 ? ^1 : i - 1], contour[i]);
            contour.Clear();
        }

        void Add(Segment before, Segment after)
        {
            if (!before.IsCurve && !after.IsCurve) return;
            var node = before.To;
            var (inFree, inward) = Handle(before.IsCurve, before.ToHandle, before.FromHandle, before.From);
            var (outFree, outward) = Handle(after.IsCurve, after.FromHandle, after.ToHandle, after.To);
            if (inward < 0 || outward < 0 || (!inFree && !outFree)) return;
            Point a = points[node] - points[inward], b = points[outward] - points[node];
            if (Point.Dot(a, b) >= _cosine * a.Length * b.Length)
                result.Add(new SmoothNode(inward, node, outward, inFree, outFree));

            // The nearest of a segment's points that does not lie on the node, and whether it is a handle.
            (bool Free, int Position) Handle(bool curve, int near, int far, int end)
            {
                if (!curve) return (false, places[end] == places[node] ? -1 : end);
                if (places[near] != places[node]) return (places[near] != places[end], near);
                if (places[far] != places[node]) return (false, far);
                return (false, places[end] == places[node] ? -1 : end);
            }
        }
    }
}
