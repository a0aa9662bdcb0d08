using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Metrics;

/// <summary>
/// How much of the picture each shape shows: the sum over the pixels of its coverage times what later shapes, clips, masks and opacities
/// leave of it, in pixels. That is the derivative of the picture by the shape's colour, so one pass forward and one back give it for all.
/// </summary>
/// <remarks>
/// Gradients count by their stops' opacity, patterns as if they covered all; blend modes count as normal. Fill and stroke of a shape
/// are one; each copy of a <c>use</c>d original is a shape of its own.
/// </remarks>
public sealed class VisibleAreas
{
    private readonly SceneRasterizer _rasterizer;
    private readonly int _shapes, _parameters;

    /// <summary>Prepares to measure a scene's shapes in a square picture.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="side">The picture's side in pixels.</param>
    /// <param name="margin">The margin around the drawing, in fractions of the side.</param>
    public VisibleAreas(Scene scene, int side, double margin)
    {
        var painted = new OnePaintAShape(scene.Parameters.Length);
        var root = (GroupNode)painted.Of(scene.Root);
        (_shapes, _parameters) = (painted.Count, scene.Parameters.Length);
        var color = new Parameter(ParameterKind.Color, 0, 1, 0, 1, true, new(0, "svg", null, 1), "");
        _rasterizer = new SceneRasterizer(new Scene
        {
            Width = scene.Width, Height = scene.Height, Notes = [], Root = root,
            Parameters = [.. scene.Parameters, .. Enumerable.Repeat(color, _shapes)],
        }, side, side, scene.ToSquare(side, margin));
    }

    /// <summary>The areas in pixels, in the order of <see cref="Rasterizer.Outlines.ShapeOutline.Of"/>.</summary>
    public double[] At(ReadOnlySpan<double> theta) => At(theta, null);

    /// <summary>The same of a part of the picture.</summary>
    /// <param name="theta">The parameters.</param>
    /// <param name="weights">What a pixel counts for, row by row; null where each counts for one.</param>
    public double[] At(ReadOnlySpan<double> theta, float[]? weights)
    {
        var values = new double[_parameters + _shapes];
        theta.CopyTo(values);
        var picture = _rasterizer.Forward(values);
        var byPicture = new float[picture.Data.Length];
        // Red alone: every shape's colour parameter is its red.
        var red = byPicture.AsSpan(0, picture.Width * picture.Height);
        if (weights is null) red.Fill(1);
        else weights.CopyTo(red);
        var gradient = new double[values.Length];
        _rasterizer.Backward(byPicture, gradient);
        return gradient[_parameters..];
    }

    /// <summary>The scene again with one parameter for the red of all paints of a shape.</summary>
    private sealed class OnePaintAShape(int first)
    {
        private readonly Dictionary<ShapeGeometry, int> _shapes = new(ReferenceEqualityComparer.Instance);

        public int Count => _shapes.Count;

        public SceneNode Of(SceneNode node) => node switch
        {
            GroupNode group => new GroupNode
            {
                Transform = group.Transform, Opacity = group.Opacity, Clip = group.Clip, Mask = group.Mask,
                Children = [.. group.Children.Select(Of)],
            },
            ShapeNode shape => Of(shape),
            _ => node,
        };

        private ShapeNode Of(ShapeNode shape)
        {
            if (!_shapes.TryGetValue(shape.Geometry, out var number)) _shapes.Add(shape.Geometry, number = _shapes.Count);
            var red = Scalar.Of(first + number);
            return new ShapeNode
            {
                Transform = shape.Transform, Geometry = shape.Geometry, FillRule = shape.FillRule, FillOpacity = shape.FillOpacity,
                StrokeFirst = shape.StrokeFirst, AntiAlias = shape.AntiAlias,
                Fill = shape.Fill is { } fill ? Of(fill, red) : null,
                Stroke = shape.Stroke is { } stroke ? stroke with { Paint = Of(stroke.Paint, red) } : null,
            };
        }

        private static Paint Of(Paint paint, Scalar red) => paint switch
        {
            SolidPaint solid => new SolidPaint { Color = Of(solid.Color, red) },
            LinearGradientPaint linear => new LinearGradientPaint
            {
                BoundingBoxUnits = linear.BoundingBoxUnits, Transform = linear.Transform, Spread = linear.Spread, Fallback = linear.Fallback,
                Start = linear.Start, End = linear.End, Stops = [.. linear.Stops.Select(s => s with { Color = Of(s.Color, red) })],
            },
            RadialGradientPaint radial => new RadialGradientPaint
            {
                BoundingBoxUnits = radial.BoundingBoxUnits, Transform = radial.Transform, Spread = radial.Spread, Fallback = radial.Fallback,
                Center = radial.Center, Radius = radial.Radius, Focus = radial.Focus, FocusRadius = radial.FocusRadius,
                Stops = [.. radial.Stops.Select(s => s with { Color = Of(s.Color, red) })],
            },
            _ => new SolidPaint { Color = Of(ScalarColor.Constant(0, 0, 0, 1), red) },
        };

        private static ScalarColor Of(ScalarColor color, Scalar red) => color with { R = red };
    }
}
