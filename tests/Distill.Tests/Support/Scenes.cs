using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Tests.Support;

/// <summary>Builds scenes by hand.</summary>
internal sealed class Scenes
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<SceneNode> _shapes = [];
    private int _elements;

    /// <summary>The side of the canvas; lengths have its diagonal as their unit.</summary>
    internal const double Side = 100;

    private SourceElement Element => new(_elements, "path", null, _elements);

    internal Scalar Length(double value, ParameterKind kind, bool leaf = true) =>
        Add(new Parameter(kind, value, Side * Math.Sqrt(2), double.NegativeInfinity, double.PositiveInfinity, leaf, Element, "d"));

    internal ScalarPoint Point(double x, double y, bool leaf = true) =>
        new(Length(x, ParameterKind.PointX, leaf), Length(y, ParameterKind.PointY, leaf));

    internal ScalarColor Color(double r, double g, double b) =>
        new(Component(r), Component(g), Component(b), Scalar.Constant(1));

    internal Scenes Shape(ShapeGeometry geometry, Paint? fill = null)
    {
        _shapes.Add(new ShapeNode { Geometry = geometry, Fill = fill, Element = Element });
        _elements++;
        return this;
    }

    /// <summary>A closed contour of cubics through handles and nodes in order; the first point is repeated at the end.</summary>
    internal static PathGeometry Closed(ImmutableArray<ScalarPoint> points, ImmutableArray<SmoothNode> smooth = default) => new()
    {
        Commands = [PathCommand.Move, .. Enumerable.Repeat(PathCommand.Cubic, points.Length / 3), PathCommand.Close],
        Points = [.. points, points[0]],
        SmoothNodes = smooth.IsDefault ? [] : smooth,
    };

    internal Scene Build() => new()
    {
        Width = Side,
        Height = Side,
        Root = new GroupNode { Children = [.. _shapes] },
        Parameters = [.. _parameters],
        Notes = [],
    };

    private Scalar Component(double value) => Add(new Parameter(ParameterKind.Color, value, 1, 0, 1, true, Element, "fill"));

    private Scalar Add(Parameter parameter)
    {
        _parameters.Add(parameter);
        return Scalar.Of(_parameters.Count - 1);
    }
}
