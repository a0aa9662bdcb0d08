using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// The contours that a scene draws, in drawing order. What lies under a transform that may move is left out, and so are contents of clip
/// paths, masks and patterns.
/// </summary>
internal static class PlacedContours
{
    // Of the canvas diagonal: points nearer than that are one.
    private const double Coincident = 1e-6;

    // And a curve that comes back as near to where it began was meant to: optimisers leave out z, and relative numbers add up their rounding.
    private const double Rounded = 5e-4;

    internal static List<PlacedContour> Of(Scene scene, ReadOnlySpan<bool> free)
    {
        var theta = scene.InitialValues();
        var found = new List<PlacedContour>();
        var order = 0;
        // A stack of its own: files nest deeper than recursion should go.
        var pending = new Stack<(SceneNode Node, Matrix Frame)>([(scene.Root, Matrix.Identity)]);
        while (pending.TryPop(out var item))
        {
            var chain = item.Node is GroupNode g ? g.Transform : item.Node is ShapeNode s ? s.Transform : TransformChain.Identity;
            if (Moves(chain, free)) continue;
            var frame = item.Frame * chain.At(theta);
            if (item.Node is GroupNode group)
                for (var i = group.Children.Length - 1; i >= 0; i--) pending.Push((group.Children[i], frame));
            else if (item.Node is ShapeNode shape && !frame.IsSingular)
                found.AddRange(new Reader(shape, order++, frame, theta, Diagonal(scene)).Read());
        }
        return found;
    }

    /// <summary>The canvas diagonal in CSS pixels.</summary>
    internal static double Diagonal(Scene scene) => new Point(scene.Width, scene.Height).Length;

    private static bool Moves(TransformChain chain, ReadOnlySpan<bool> free)
    {
        foreach (var number in chain.Numbers)
            if (!number.IsConstant && free[number.Index]) return true;
        return false;
    }

    private sealed class Reader(ShapeNode shape, int order, Matrix frame, double[] theta, double diagonal)
    {
        private readonly List<PlacedContour> _made = [];
        private readonly List<LinearPoint> _points = [];
        private readonly List<bool> _isNode = [];

        internal List<PlacedContour> Read()
        {
            switch (shape.Geometry)
            {
                case RectGeometry r:
                    var (left, top) = (LinearForm.Of(r.X), LinearForm.Of(r.Y));
                    var (right, bottom) = (left + LinearForm.Of(r.Width), top + LinearForm.Of(r.Height));
                    foreach (var corner in new LinearPoint[] { new(left, top), new(right, top), new(right, bottom), new(left, bottom) }) Add(corner, true);
                    Finish(ContourKind.Rectangle, true, [LinearForm.Of(r.Rx), LinearForm.Of(r.Ry)]);
                    break;
                case EllipseGeometry e:
                    var (x, y, rx, ry) = (LinearForm.Of(e.Center.X), LinearForm.Of(e.Center.Y), LinearForm.Of(e.Rx), LinearForm.Of(e.Ry));
                    foreach (var end in new LinearPoint[] { new(x + rx, y), new(x, y + ry), new(x + -1 * rx, y), new(x, y + -1 * ry) }) Add(end, true);
                    Finish(ContourKind.Ellipse, true);
                    break;
                case PathGeometry path:
                    ReadPath(path);
                    break;
            }
            return _made;
        }

        private void ReadPath(PathGeometry path)
        {
            var next = 0;
            foreach (var command in path.Commands)
            {
                switch (command)
                {
                    case PathCommand.Close:
                        Finish(ContourKind.Path, true);
                        continue;
                    case PathCommand.Move:
                        Finish(ContourKind.Path, false);
                        break;
                    case PathCommand.Cubic:
                        Add(Form(path.Points[next++]), false);
                        Add(Form(path.Points[next++]), false);
                        break;
                }
                Add(Form(path.Points[next++]), true);
                // A line of no length has no direction to keep.
                if (command == PathCommand.Line && Near(_points[^1], _points[^2]) && _isNode[^2]) Drop();
            }
            Finish(ContourKind.Path, false);
        }

        private static LinearPoint Form(ScalarPoint p) => new(LinearForm.Of(p.X), LinearForm.Of(p.Y));

        private void Add(LinearPoint p, bool node)
        {
            _points.Add(p.Through(frame));
            _isNode.Add(node);
        }

        private void Drop()
        {
            _points.RemoveAt(_points.Count - 1);
            _isNode.RemoveAt(_isNode.Count - 1);
        }

        private bool Near(in LinearPoint a, in LinearPoint b, double part = Coincident) => (a.Value(theta) - b.Value(theta)).Length <= part * diagonal;

        private void Finish(ContourKind kind, bool closed, LinearForm[]? radii = null)
        {
            if (_points.Count > 1)
            {
                // A fill closes what is open.
                closed |= shape.Stroke is null;
                LinearPoint? repeated = null;
                if (kind == ContourKind.Path && _points.Count > 2 && Near(_points[0], _points[^1]))
                {
                    closed = true;
                    Drop();
                }
                else if (kind == ContourKind.Path && closed && _points.Count > 4 && !_isNode[^2] && Near(_points[0], _points[^1], Rounded))
                {
                    repeated = _points[^1];
                    Drop();
                }
                _made.Add(new PlacedContour
                {
                    Shape = shape, Order = order, Kind = kind, Frame = frame, Points = [.. _points], IsNode = [.. _isNode],
                    IsClosed = closed, Repeated = repeated, Radii = radii ?? [], Source = [.. _points.Select(p => p.Value(theta))],
                });
            }
            _points.Clear();
            _isNode.Clear();
        }
    }
}
