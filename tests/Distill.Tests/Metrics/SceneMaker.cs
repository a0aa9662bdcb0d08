using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Tests.Metrics;

/// <summary>Builds small scenes by hand, every number of them a parameter.</summary>
internal sealed class SceneMaker(double width = 30, double height = 40)
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<SceneNode> _nodes = [];

    public Scene Scene => new()
    {
        Width = width, Height = height, Notes = [], Parameters = [.. _parameters],
        Root = new GroupNode { Children = [.. _nodes] },
    };

    /// <summary>A path of points in one contour: straight, or all cubics.</summary>
    public SceneMaker Path(double[] xy, (double R, double G, double B) fill, bool cubics = false, bool closed = true,
        Matrix? transform = null, string? id = null)
    {
        var element = new SourceElement(_nodes.Count + 1, "path", id, _nodes.Count + 2);
        var points = xy.Chunk(2).Select((p, i) => new ScalarPoint(
            Add(element, ParameterKind.PointX, $"d[{i}].x", p[0]), Add(element, ParameterKind.PointY, $"d[{i}].y", p[1]))).ToArray();
        var count = cubics ? (points.Length - 1) / 3 : points.Length - 1;
        PathCommand[] commands = [PathCommand.Move, .. Enumerable.Repeat(cubics ? PathCommand.Cubic : PathCommand.Line, count)];
        if (closed) commands = [.. commands, PathCommand.Close];
        _nodes.Add(new ShapeNode
        {
            Element = element,
            Transform = TransformChain.Of(transform ?? Matrix.Identity),
            Geometry = new PathGeometry { Commands = [.. commands], Points = [.. points] },
            Fill = new SolidPaint
            {
                Color = new(Add(element, ParameterKind.Color, "fill.r", fill.R), Add(element, ParameterKind.Color, "fill.g", fill.G),
                    Add(element, ParameterKind.Color, "fill.b", fill.B), Scalar.Constant(1)),
            },
        });
        return this;
    }

    public SceneMaker Circle(double cx, double cy, double r)
    {
        var element = new SourceElement(_nodes.Count + 1, "circle", null, _nodes.Count + 2);
        var radius = Add(element, ParameterKind.Size, "r", r);
        _nodes.Add(new ShapeNode
        {
            Element = element,
            Geometry = new EllipseGeometry
            {
                Center = new(Add(element, ParameterKind.PointX, "cx", cx), Add(element, ParameterKind.PointY, "cy", cy)),
                Rx = radius, Ry = radius,
            },
        });
        return this;
    }

    private Scalar Add(SourceElement element, ParameterKind kind, string name, double value)
    {
        var unit = kind == ParameterKind.Color ? 1 : Math.Sqrt(width * width + height * height);
        _parameters.Add(new(kind, value, unit, double.NegativeInfinity, double.PositiveInfinity, true, element, name));
        return Scalar.Of(_parameters.Count - 1);
    }
}
