using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>A box around what nodes draw as the file has it: of control points, without strokes, clips and markers' turns.</summary>
internal sealed class InitialBounds(ParameterTable table)
{
    private double _left = double.PositiveInfinity, _top = double.PositiveInfinity;
    private double _right = double.NegativeInfinity, _bottom = double.NegativeInfinity;

    public Point Center => new(.5 * (_left + _right), .5 * (_top + _bottom));
    public double Right => _right;
    public double Bottom => _bottom;

    /// <summary>The box of nodes under a map, or null where they hold no geometry.</summary>
    public static InitialBounds? Of(ImmutableArray<SceneNode> nodes, in Matrix map, ParameterTable table)
    {
        var bounds = new InitialBounds(table);
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
                foreach (var child in group.Children) Add(child, inner);
                break;
            case ImageNode image:
                Box(map * MatrixOf(image.Transform), 0, 0, image.PixelWidth, image.PixelHeight);
                break;
            case ShapeNode shape:
                Add(shape.Geometry, map * MatrixOf(shape.Transform));
                break;
        }
    }

    private void Add(ShapeGeometry geometry, in Matrix map)
    {
        switch (geometry)
        {
            case PathGeometry path:
                foreach (var point in path.Points) Include(map.Apply(table.Initial(point)));
                break;
            case RectGeometry rect:
                var (x, y) = (table.Initial(rect.X), table.Initial(rect.Y));
                Box(map, x, y, x + table.Initial(rect.Width), y + table.Initial(rect.Height));
                break;
            case EllipseGeometry ellipse:
                var (center, rx, ry) = (table.Initial(ellipse.Center), table.Initial(ellipse.Rx), table.Initial(ellipse.Ry));
                Box(map, center.X - rx, center.Y - ry, center.X + rx, center.Y + ry);
                break;
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

    /// <summary>A chain's matrix as the file has it; free motions are still at rest.</summary>
    private Matrix MatrixOf(TransformChain chain)
    {
        var matrix = Matrix.Identity;
        foreach (var step in chain.Steps)
            matrix *= step switch
            {
                MatrixStep m => m.Matrix,
                FunctionStep f => TransformList.MatrixOf(f.Function, [.. f.Arguments.Select(a => table.Initial(a))]),
                MarkerStep m => Matrix.Translation(table.Initial(m.At).X, table.Initial(m.At).Y) * Matrix.Scaling(table.Initial(m.Scale), table.Initial(m.Scale)),
                _ => Matrix.Identity,
            };
        return matrix;
    }
}
