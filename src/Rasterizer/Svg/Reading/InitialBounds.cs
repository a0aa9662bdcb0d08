using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>
/// A box around what nodes draw as the file has it, strokes taken as half their width on every side; clips and markers'
/// turns are not looked at. A basic shape of size zero, and what a singular transform maps, draw nothing.
/// </summary>
internal sealed class InitialBounds(ParameterTable table, bool withStrokes)
{
    private double _left = double.PositiveInfinity, _top = double.PositiveInfinity;
    private double _right = double.NegativeInfinity, _bottom = double.NegativeInfinity;

    public Point Center => new(.5 * (_left + _right), .5 * (_top + _bottom));
    public double Left => _left;
    public double Top => _top;
    public double Right => _right;
    public double Bottom => _bottom;

    /// <summary>The box of nodes under a map, or null where they hold no geometry.</summary>
    public static InitialBounds? Of(ImmutableArray<SceneNode> nodes, in Matrix map, ParameterTable table, bool withStrokes = true)
    {
        var bounds = new InitialBounds(table, withStrokes);
        foreach (var node in nodes) bounds.Add(node, map);
        return bounds._left <= bounds._right ? bounds : null;
    }

    // Bounded by the scene's depth.
    private void Add(SceneNode node, in Matrix map)
    {
        switch (node)
        {
            case GroupNode group:
                var inner = map * MatrixOf(group.Transform);
                if (inner.IsSingular) break;
                foreach (var child in group.Children) Add(child, inner);
                break;
            case ImageNode image:
                Box(map * MatrixOf(image.Transform), 0, 0, image.PixelWidth, image.PixelHeight);
                break;
            case ShapeNode shape:
                var own = map * MatrixOf(shape.Transform);
                if (own.IsSingular) break;
                var outer = (_left, _top, _right, _bottom);
                (_left, _top, _right, _bottom) = (double.PositiveInfinity, double.PositiveInfinity,
                    double.NegativeInfinity, double.NegativeInfinity);
                Add(shape.Geometry, own);
                var pad = withStrokes && shape.Stroke is { } stroke ? .5 * table.Initial(stroke.Width) * (stroke.IsNonScaling ? 1 : own.MeanScale) : 0;
                (_left, _top) = (Math.Min(outer._left, _left - pad), Math.Min(outer._top, _top - pad));
                (_right, _bottom) = (Math.Max(outer._right, _right + pad), Math.Max(outer._bottom, _bottom + pad));
                break;
        }
    }

    private void Add(ShapeGeometry geometry, in Matrix map)
    {
        switch (geometry)
        {
            case PathGeometry path:
                AddPath(path, map);
                break;
            case RectGeometry rect:
                var (x, y) = (table.Initial(rect.X), table.Initial(rect.Y));
                var (width, height) = (table.Initial(rect.Width), table.Initial(rect.Height));
                if (width > 0 && height > 0) Box(map, x, y, x + width, y + height);
                break;
            case EllipseGeometry ellipse:
                var (center, rx, ry) = (table.Initial(ellipse.Center), table.Initial(ellipse.Rx),
                    table.Initial(ellipse.Ry));
                if (rx > 0 && ry > 0) Box(map, center.X - rx, center.Y - ry, center.X + rx, center.Y + ry);
                break;
        }
    }

    private void AddPath(PathGeometry path, in Matrix map)
    {
        var (i, last) = (0, default(Point));
        foreach (var command in path.Commands)
        {
            if (command == PathCommand.Close) continue;
            if (command == PathCommand.Cubic)
            {
                AddExtrema(last, map.Apply(table.Initial(path.Points[i])),
                    map.Apply(table.Initial(path.Points[i + 1])), map.Apply(table.Initial(path.Points[i + 2])));
                i += 2;
            }
            last = map.Apply(table.Initial(path.Points[i++]));
            Include(last);
        }
    }

    // Where a coordinate's derivative 3 (a t^2 + b t + c) vanishes inside the curve.
    private void AddExtrema(Point p0, Point p1, Point p2, Point p3)
    {
        Solve(p0.X, p1.X, p2.X, p3.X);
        Solve(p0.Y, p1.Y, p2.Y, p3.Y);

        void Solve(double x0, double x1, double x2, double x3)
        {
            var (a, b, c) = (x3 - 3 * x2 + 3 * x1 - x0, 2 * (x2 - 2 * x1 + x0), x1 - x0);
            var root = Math.Sqrt(Math.Max(0, b * b - 4 * a * c));
            // Both roots without cancellation; a division by zero gives no t in 0..1.
            var q = -.5 * (b + (b < 0 ? -root : root));
            foreach (var t in (ReadOnlySpan<double>)[q / a, c / q])
                if (t is > 0 and < 1)
                {
                    var s = 1 - t;
                    Include(s * s * s * p0 + 3 * t * s * s * p1 + 3 * t * t * s * p2 + t * t * t * p3);
                }
        }
    }

    private void Box(in Matrix map, double left, double top, double right, double bottom)
    {
        Include(map.Apply(new Point(left, top)));
        Include(map.Apply(new Point(right, top)));
        Include(map.Apply(new Point(left, bottom)));
        Include(map.Apply(new Point(right, bottom)));
    }

    private void Include(Point p)
    {
        (_left, _top) = (Math.Min(_left, p.X), Math.Min(_top, p.Y));
        (_right, _bottom) = (Math.Max(_right, p.X), Math.Max(_bottom, p.Y));
    }

    /// <summary>A marker's place as the file has it.</summary>
    public static Matrix MatrixOf(MarkerStep step, ParameterTable table)
    {
        var (at, size) = (table.Initial(step.At), table.Initial(step.Scale));
        Point? Direction(ScalarPoint? from, ScalarPoint? to)
        {
            if (from is not { } a || to is not { } b) return null;
            var d = table.Initial(b) - table.Initial(a);
            return d.Length > 0 ? 1 / d.Length * d : null;
        }
        var (before, after) = (Direction(step.Before, step.At), Direction(step.At, step.After));
        var bisector = (before ?? default) + (after ?? default);
        // Straight back: a quarter turn from the way in.
        if (bisector.Length < 1e-12 && before is { } back) bisector = new Point(-back.Y, back.X);
        var angle = step.Turn + (bisector == default ? 0 : Math.Atan2(bisector.Y, bisector.X));
        return Matrix.Translation(at.X, at.Y) * Matrix.Rotation(angle) * Matrix.Scaling(size, size);
    }

    /// <summary>A chain's matrix as the file has it; free motions are still at rest.</summary>
    private Matrix MatrixOf(TransformChain chain)
    {
        var matrix = Matrix.Identity;
        foreach (var step in chain.Steps)
            matrix *= step switch
            {
                MatrixStep m => m.Matrix,
                FunctionStep f => TransformList.MatrixOf(f.Function, [.. f.Arguments.Select(a => table.Initial(a))]),
                MarkerStep m => MatrixOf(m, table),
                _ => Matrix.Identity,
            };
        return matrix;
    }
}
