using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing;

/// <summary>
/// Keeps curves curves: at a node that is smooth in the source, both handles are turned about the node onto one line, each
/// keeping its length; beside a straight line the handle is turned onto that line. Doing it twice does nothing more.
/// </summary>
public sealed class SmoothNodeProjection
{
    // Handles of one node may be what another node's line ends at; chains of that are short.
    private const int MaximumPasses = 8;

    /// <summary>A node with the points of its two sides; which may be turned.</summary>
    private readonly record struct Node(ScalarPoint In, ScalarPoint At, ScalarPoint Out, bool TurnIn, bool TurnOut);

    private readonly List<Node> _nodes = [];

    /// <summary>Collects the smooth nodes of a scene whose handles are free to move.</summary>
    public SmoothNodeProjection(Scene scene, ReadOnlySpan<bool> free)
    {
        foreach (var geometry in SceneShapes.Geometries(scene))
        {
            if (geometry is not PathGeometry path) continue;
            foreach (var smooth in path.SmoothNodes)
            {
                var node = new Node(path.Points[smooth.In], path.Points[smooth.Node], path.Points[smooth.Out],
                    smooth.InIsFree && IsFree(path.Points[smooth.In], free),
                    smooth.OutIsFree && IsFree(path.Points[smooth.Out], free));
                if (node.TurnIn || node.TurnOut) _nodes.Add(node);
            }
        }
    }

    /// <summary>How many nodes are kept smooth.</summary>
    public int Count => _nodes.Count;

    /// <summary>Turns the handles in <paramref name="theta"/>.</summary>
    public void Apply(Span<double> theta)
    {
        for (var pass = 0; pass < MaximumPasses; pass++)
        {
            var turned = false;
            foreach (var node in _nodes) turned |= Straighten(node, theta);
            if (!turned) return;
        }
    }

    private static bool Straighten(in Node node, Span<double> theta)
    {
        var at = node.At.Value(theta);
        var (before, after) = (at - node.In.Value(theta), node.Out.Value(theta) - at);
        if (before.Length == 0 || after.Length == 0) return false;

        // Both free: the chord In -> Out weighs each handle by its length, so a short one cannot swing a long one.
        var along = node.TurnIn && node.TurnOut ? before + after : node.TurnIn ? after : before;
        var length = along.Length;
        // A cusp: the handles point the same way and no line between them is nearer than another.
        if (length <= 1e-9 * (before.Length + after.Length)) return false;
        var direction = 1 / length * along;

        var turned = false;
        if (node.TurnIn) turned |= Turn(node.In, before, at - before.Length * direction, theta);
        if (node.TurnOut) turned |= Turn(node.Out, after, at + after.Length * direction, theta);
        return turned;
    }

    /// <summary>Puts a handle where it belongs; leaves it alone, bit for bit, where it is there but for rounding.</summary>
    private static bool Turn(ScalarPoint handle, Point vector, Point to, Span<double> theta)
    {
        if ((handle.Value(theta) - to).Length <= 1e-12 * (vector.Length + to.Length)) return false;
        theta[handle.X.Index] = (to.X - handle.X.Offset) / handle.X.Scale;
        theta[handle.Y.Index] = (to.Y - handle.Y.Offset) / handle.Y.Scale;
        return true;
    }

    private static bool IsFree(ScalarPoint p, ReadOnlySpan<bool> free) =>
        p.X is { Index: >= 0, Scale: not 0 } && p.Y is { Index: >= 0, Scale: not 0 } && free[p.X.Index] && free[p.Y.Index];
}
