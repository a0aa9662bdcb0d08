using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>
/// Basic shapes as the paths that SVG 2 chapter 10 says they are, with the numbers of the file as constants.
/// </summary>
internal static class ShapePath
{
    /// <summary>The path of a rectangle or an ellipse.</summary>
    public static PathGeometry Of(ShapeGeometry geometry, ParameterTable table)
    {
        var path = new Pen();
        if (geometry is RectGeometry r)
        {
            var (x, y, width, height) = (table.Initial(r.X), table.Initial(r.Y), table.Initial(r.Width),
                table.Initial(r.Height));
            var (rx, ry) = (Math.Min(table.Initial(r.Rx), width / 2), Math.Min(table.Initial(r.Ry), height / 2));
            var isRounded = rx > 0 && ry > 0;
            if (!isRounded) (rx, ry) = (0, 0);
            path.Move(x + rx, y);
            path.Line(x + width - rx, y);
            if (isRounded) path.Arc(rx, ry, x + width, y + ry);
            path.Line(x + width, y + height - ry);
            if (isRounded) path.Arc(rx, ry, x + width - rx, y + height);
            path.Line(x + rx, y + height);
            if (isRounded)
            {
                path.Arc(rx, ry, x, y + height - ry);
                path.Line(x, y + ry);
                path.Arc(rx, ry, x + rx, y);
            }
        }
        else if (geometry is EllipseGeometry e)
        {
            var (c, rx, ry) = (table.Initial(e.Center), table.Initial(e.Rx), table.Initial(e.Ry));
            path.Move(c.X + rx, c.Y);
            path.Arc(rx, ry, c.X, c.Y + ry);
            path.Arc(rx, ry, c.X - rx, c.Y);
            path.Arc(rx, ry, c.X, c.Y - ry);
            path.Arc(rx, ry, c.X + rx, c.Y);
        }
        return path.Close();
    }

    private sealed class Pen
    {
        private readonly List<PathCommand> _commands = [];
        private readonly List<Point> _points = [];

        public void Move(double x, double y) => Add(PathCommand.Move, new Point(x, y));
        public void Line(double x, double y) => Add(PathCommand.Line, new Point(x, y));

        public void Arc(double rx, double ry, double x, double y)
        {
            foreach (var (c1, c2, end) in EllipticalArc.ToCubics(_points[^1], rx, ry, 0, false, true, new Point(x, y)))
            {
                _points.Add(c1);
                _points.Add(c2);
                Add(PathCommand.Cubic, end);
            }
        }

        public PathGeometry Close() => new()
        {
            Commands = [.. _commands, PathCommand.Close],
            Points = [.. _points.Select(p => new ScalarPoint(Scalar.Constant(p.X), Scalar.Constant(p.Y)))],
        };

        private void Add(PathCommand command, Point p)
        {
            _commands.Add(command);
            _points.Add(p);
        }
    }
}
