using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Tests.Outlines;

/// <summary>Makes small scenes by hand; every number that goes through <see cref="P"/> is a parameter of its own.</summary>
internal sealed class SceneBuilder
{
    private readonly List<Parameter> _parameters = [];

    public static ScalarColor Black { get; } = ScalarColor.Constant(0, 0, 0, 1);

    public static SolidPaint BlackPaint { get; } = new() { Color = Black };

    public Scalar P(double value, ParameterKind kind = ParameterKind.Size)
    {
        _parameters.Add(new(kind, value, 1, double.NegativeInfinity, double.PositiveInfinity, true, new(0, "test", null, 1), "p"));
        return Scalar.Of(_parameters.Count - 1);
    }

    public ScalarPoint Point(double x, double y) => new(P(x), P(y));

    public ScalarColor Color(double r, double g, double b, double a) => new(P(r), P(g), P(b), P(a));

    public EllipseGeometry Circle(double x, double y, double r)
    {
        var radius = P(r);
        return new() { Center = Point(x, y), Rx = radius, Ry = radius };
    }

    public RectGeometry Rect(double x, double y, double width, double height, double rx = 0, double ry = 0) => new()
    {
        X = P(x), Y = P(y), Width = P(width), Height = P(height),
        Rx = rx == 0 ? Scalar.Constant(0) : P(rx), Ry = ry == 0 ? Scalar.Constant(0) : P(ry),
    };

    /// <summary>A path of straight lines.</summary>
    public PathGeometry Polyline(bool closed, params double[] coordinates)
    {
        List<PathCommand> commands = [PathCommand.Move];
        List<ScalarPoint> points = [];
        for (var i = 0; i < coordinates.Length; i += 2)
        {
            if (i > 0) commands.Add(PathCommand.Line);
            points.Add(Point(coordinates[i], coordinates[i + 1]));
        }
        if (closed) commands.Add(PathCommand.Close);
        return new() { Commands = [.. commands], Points = [.. points] };
    }

    /// <summary>A path of cubics: one point, then three for each curve.</summary>
    public PathGeometry Curve(bool closed, params double[] coordinates)
    {
        List<PathCommand> commands = [PathCommand.Move];
        List<ScalarPoint> points = [];
        for (var i = 0; i < coordinates.Length; i += 2)
        {
            if (i % 6 == 2) commands.Add(PathCommand.Cubic);
            points.Add(Point(coordinates[i], coordinates[i + 1]));
        }
        if (closed) commands.Add(PathCommand.Close);
        return new() { Commands = [.. commands], Points = [.. points] };
    }

    public static ShapeNode Filled(ShapeGeometry geometry, Paint? paint = null, FillRule rule = FillRule.NonZero) =>
        new() { Geometry = geometry, Fill = paint ?? BlackPaint, FillRule = rule };

    public Scene Build(params ImmutableArray<SceneNode> nodes) => new()
    {
        Width = 16, Height = 16, Notes = [], Parameters = [.. _parameters],
        Root = new GroupNode { Children = nodes },
    };
}
