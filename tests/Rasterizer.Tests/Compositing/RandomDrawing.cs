using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Tests.Compositing;

/// <summary>Draw lists made by hand or by chance.</summary>
internal sealed class RandomDrawing
{
    private readonly Random _random;
    private readonly List<double> _vertices = [], _scalars = [];
    private readonly List<int> _contours = [0];

    public RandomDrawing(int seed, int width, int height)
    {
        _random = new(seed);
        (List.Width, List.Height) = (width, height);
    }

    public DrawList List { get; } = new();

    /// <summary>The list with its arrays filled in.</summary>
    public DrawList Finish()
    {
        (List.Vertices, List.VertexCount) = ([.. _vertices], _vertices.Count / 2);
        (List.ContourStarts, List.ContourCount) = ([.. _contours], _contours.Count - 1);
        (List.Scalars, List.ScalarCount) = ([.. _scalars], _scalars.Count);
        return List;
    }

    public double Number(double low, double high) => low + (high - low) * _random.NextDouble();

    public int Scalar(params double[] values)
    {
        _scalars.AddRange(values);
        return _scalars.Count - values.Length;
    }

    public int Contour(params double[] points)
    {
        _vertices.AddRange(points);
        _contours.Add(_vertices.Count / 2);
        return _contours.Count - 2;
    }

    public DrawFill Fill(int contour, DrawPaint paint, FillRule rule = FillRule.NonZero, int count = 1, int opacity = -1) =>
        new() { FirstContour = contour, ContourCount = count, Paint = paint, Rule = rule, Opacity = opacity };

    public DrawSolid Solid(double r, double g, double b, double a = 1) => new() { Color = Scalar(r, g, b, a) };

    /// <summary>A polygon about a random centre that may cross itself and the picture's borders.</summary>
    public int Polygon()
    {
        int corners = _random.Next(3, 9);
        double cx = Number(0, List.Width), cy = Number(0, List.Height), radius = Number(2, .6 * List.Width);
        var points = new double[2 * corners];
        for (int i = 0; i < corners; i++)
        {
            double angle = Number(0, 2 * Math.PI), r = radius * Number(.3, 1);
            (points[2 * i], points[2 * i + 1]) = (cx + r * Math.Cos(angle), cy + r * Math.Sin(angle));
        }
        return Contour(points);
    }

    public DrawPaint Paint()
    {
        int kind = _random.Next(3);
        if (kind == 0) return Solid(Number(0, 1), Number(0, 1), Number(0, 1), _random.Next(2) == 0 ? 1 : Number(.2, 1));
        int stops = _random.Next(2, 5);
        var values = new double[5 * stops];
        bool opaque = _random.Next(2) == 0;
        for (int k = 0; k < stops; k++)
        {
            values[5 * k] = (k + Number(.1, .9)) / stops;
            for (int c = 1; c < 4; c++) values[5 * k + c] = Number(0, 1);
            values[5 * k + 4] = opaque ? 1 : Number(.2, 1);
        }
        int first = Scalar(values);
        var spread = (SpreadMethod)_random.Next(3);
        double size = 1.0 / List.Width;
        if (kind == 1)
            return new DrawLinear
            {
                Stops = first, StopCount = stops, Spread = spread,
                Coefficients = Scalar(Number(-2, 2) * size, Number(-2, 2) * size, Number(-.5, .5)),
            };
        double cx = Number(.3, .7), cy = Number(.3, .7), r = Number(.3, .6);
        return new DrawRadial
        {
            Stops = first, StopCount = stops, Spread = spread,
            DeviceToGradient = Scalar(size, Number(-.3, .3) * size, Number(-.3, .3) * size, size * Number(.7, 1.4), Number(-.1, .1), 0),
            Circles = Scalar(cx, cy, r, cx + Number(-.6, .6) * r, cy + Number(-.6, .6) * r, _random.Next(2) == 0 ? 0 : Number(0, .1)),
        };
    }

    public DrawFill AnyFill()
    {
        int contour = Polygon(), count = 1;
        if (_random.Next(2) == 0)
        {
            Polygon();
            count = 2;
        }
        return Fill(contour, Paint(), (FillRule)_random.Next(2), count, _random.Next(2) == 0 ? -1 : Scalar(Number(.3, .9)));
    }

    /// <summary>Fills, and layers of fills with opacity, masks and blending down to a depth.</summary>
    public DrawNode AnyNode(int depth, bool blends)
    {
        if (depth == 0 || _random.Next(2) == 0) return AnyFill();
        var layer = new DrawLayer
        {
            Opacity = _random.Next(2) == 0 ? -1 : Scalar(Number(.3, .9)),
            Blend = blends ? (BlendMode)_random.Next(16) : BlendMode.Normal,
        };
        for (int i = _random.Next(1, 4); i > 0; i--) layer.Children.Add(AnyNode(depth - 1, blends));
        for (int i = _random.Next(3); i > 0; i--)
        {
            var mask = new DrawMask { Kind = (MaskKind)(_random.Next(3) % 2) };
            for (int j = _random.Next(1, 3); j > 0; j--) mask.Children.Add(AnyNode(depth - 1, blends: false));
            layer.Masks.Add(mask);
        }
        return layer;
    }

    /// <summary>A whole drawing by chance.</summary>
    public static DrawList Any(int seed, int size, int nodes, int depth, bool blends)
    {
        var drawing = new RandomDrawing(seed, size, size - 3);
        for (int i = 0; i < nodes; i++) drawing.List.Nodes.Add(drawing.AnyNode(depth, blends));
        return drawing.Finish();
    }
}
