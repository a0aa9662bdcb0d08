using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>An outline's control points in user space, as functions of theta.</summary>
internal abstract class UserPath(PathLayout layout) : PlanValue
{
    /// <summary>Which points form which segments.</summary>
    public PathLayout Layout { get; } = layout;
    /// <summary>x then y.</summary>
    public double[] Points { get; } = new double[2 * layout.PointCount];
    /// <summary>dL/d<see cref="Points"/>, gathered only where <see cref="Moves"/>.</summary>
    public double[] Gradient { get; } = new double[2 * layout.PointCount];
    /// <summary>False where the shape is not drawn: no contour, a size that is not positive, a number that is not finite.</summary>
    public bool IsDrawn { get; protected set; }
    /// <summary>
    /// True where there are <see cref="Points"/> to fill: besides what is drawn, a basic shape one of whose sizes is zero. It covers
    /// nothing, but how much it would cover as that size grows has a derivative, taken a <see cref="BoxPath.Hair"/> above zero.
    /// </summary>
    public virtual bool HasOutline => IsDrawn;
    /// <summary>True where a point depends on theta.</summary>
    public bool Moves { get; protected init; }

    /// <summary>The table that flattens the path's curves into a number of pieces.</summary>
    public virtual FlatteningTable Table(int pieces) => FlatteningTable.For(pieces);

    /// <summary>The outline of a shape.</summary>
    public static UserPath Of(ShapeGeometry geometry) => geometry switch
    {
        PathGeometry path => FreePath.Of(path),
        RectGeometry rect => BoxPath.Of(rect),
        EllipseGeometry ellipse => BoxPath.Of(ellipse),
        _ => throw new NotSupportedException(geometry.GetType().Name),
    };

    protected bool AllFinite()
    {
        // 0 times anything finite is 0; infinity and NaN leave NaN behind.
        var sum = 0.0;
        foreach (var p in Points) sum += 0 * p;
        return sum == 0 && Layout.Contours.Length > 0;
    }
}

/// <summary>A path whose points are scene points.</summary>
internal sealed class FreePath : UserPath
{
    private readonly Scalar[] _coordinates;

    private FreePath(PathLayout layout, ScalarPoint[] points) : base(layout)
    {
        _coordinates = new Scalar[2 * points.Length];
        for (var i = 0; i < points.Length; i++) (_coordinates[2 * i], _coordinates[2 * i + 1]) = (points[i].X, points[i].Y);
        Moves = Array.Exists(_coordinates, c => !c.IsConstant);
    }

    public static FreePath Of(PathGeometry path)
    {
        var (layout, points) = PathLayout.Of(path);
        return new(layout, points);
    }

    public override void Refresh(ReadOnlySpan<double> theta)
    {
        var points = Points;
        for (var i = 0; i < points.Length; i++) points[i] = _coordinates[i].Value(theta);
        IsDrawn = AllFinite();
    }

    public override void Backward(ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        if (!Moves) return;
        for (var i = 0; i < Gradient.Length; i++) _coordinates[i].Accumulate(Gradient[i], thetaGradient);
        Array.Clear(Gradient);
    }
}

/// <summary>
/// A rectangle or ellipse: every coordinate is origin + u size + v radius with constants u and v, the radius of a
/// rectangle being clamped to half the size (SVG 2 section 10.2).
/// </summary>
internal sealed class BoxPath : UserPath
{
    /// <summary>
    /// The handle length, in radii, of the quarter ellipse as a cubic whose area is exact:
    /// (10 + 12 k - 3 k^2) / 20 = pi / 4. Its radius is right within 3.3e-4 of itself.
    /// </summary>
    internal static readonly double Handle = 2 - Math.Sqrt((22 - 5 * Math.PI) / 3);

    /// <summary>
    /// What a size of zero is taken for, as a fraction of the other size: too little to be seen, enough for both edges to be told apart.
    /// </summary>
    private const double Hair = 1e-8;

    private readonly Axis _x, _y;
    private readonly bool _isEllipse;
    private bool _hasOutline;

    private BoxPath(PathLayout layout, Axis x, Axis y, bool isEllipse) : base(layout)
    {
        (_x, _y, _isEllipse) = (x, y, isEllipse);
        Moves = x.Moves || y.Moves;
    }

    public override FlatteningTable Table(int pieces) => FlatteningTable.ForQuarter(pieces);

    public override bool HasOutline => _hasOutline;

    public static BoxPath Of(EllipseGeometry ellipse)
    {
        // From (cx + rx, cy) clockwise on screen, as SVG 2 section 10.3 says.
        var k = Handle;
        double[] x = [1, 1, k, 0, -k, -1, -1, -1, -k, 0, k, 1, 1];
        double[] y = [0, k, 1, 1, 1, k, 0, -k, -1, -1, -1, -k, 0];
        var layout = new PathLayout();
        layout.Begin();
        for (var i = 0; i < 4; i++) layout.Add(3);
        layout.End(isClosed: true);
        var none = Scalar.Constant(0);
        return new(layout.Finish(), new(ellipse.Center.X, none, ellipse.Rx, new double[13], x),
            new(ellipse.Center.Y, none, ellipse.Ry, new double[13], y), isEllipse: true);
    }

    public static BoxPath Of(RectGeometry rect)
    {
        var layout = new PathLayout();
        layout.Begin();
        if (rect is { Rx: { IsConstant: true, Offset: <= 0 } } or { Ry: { IsConstant: true, Offset: <= 0 } })
        {
            for (var i = 0; i < 3; i++) layout.Add(1);
            layout.End(isClosed: true);
            return new(layout.Finish(), new(rect.X, rect.Width, Scalar.Constant(0), [0, 1, 1, 0], new double[4]),
                new(rect.Y, rect.Height, Scalar.Constant(0), [0, 0, 1, 1], new double[4]), isEllipse: false);
        }
        // From (x + rx, y): a side, then a corner, four times; a corner's handle ends 1 - k radii from the box's corner.
        var h = 1 - Handle;
        for (var i = 0; i < 4; i++)
        {
            layout.Add(1);
            layout.Add(3);
        }
        layout.End(isClosed: true);
        return new(layout.Finish(),
            new(rect.X, rect.Width, rect.Rx,
                [0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [1, -1, -h, 0, 0, 0, 0, -h, -1, 1, h, 0, 0, 0, 0, h, 1]),
            new(rect.Y, rect.Height, rect.Ry,
                [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0], [0, 0, 0, h, 1, -1, -h, 0, 0, 0, 0, -h, -1, 1, h, 0, 0]),
            isEllipse: false);
    }

    public override void Refresh(ReadOnlySpan<double> theta)
    {
        var (x, y) = (_x.Size(theta, _isEllipse), _y.Size(theta, _isEllipse));
        var (hairX, hairY) = (x == 0 && _x.Moves ? Math.Max(0, Hair * y) : 0, y == 0 && _y.Moves ? Math.Max(0, Hair * x) : 0);
        _x.Place(theta, Points, 0, _isEllipse, hairX);
        _y.Place(theta, Points, 1, _isEllipse, hairY);
        _hasOutline = x + hairX > 0 && y + hairY > 0 && AllFinite();
        IsDrawn = _hasOutline && x > 0 && y > 0;
    }

    public override void Backward(ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        if (!Moves) return;
        _x.Backward(theta, Gradient, 0, _isEllipse, thetaGradient);
        _y.Backward(theta, Gradient, 1, _isEllipse, thetaGradient);
        Array.Clear(Gradient);
    }

    /// <summary>One coordinate of all points.</summary>
    private sealed class Axis(Scalar origin, Scalar size, Scalar radius, double[] ofSize, double[] ofRadius)
    {
        private double _hair;

        public bool Moves => !(origin.IsConstant && size.IsConstant && radius.IsConstant);

        /// <summary>What must be positive for the shape to be drawn.</summary>
        public double Size(ReadOnlySpan<double> theta, bool isEllipse) => (isEllipse ? radius : size).Value(theta);

        /// <summary>Writes the coordinates, the size taken a hair larger.</summary>
        public void Place(ReadOnlySpan<double> theta, double[] points, int at, bool isEllipse, double hair)
        {
            _hair = hair;
            var (o, s, r) = (origin.Value(theta), size.Value(theta) + hair, radius.Value(theta));
            if (isEllipse) r += hair;
            else r = Math.Clamp(r, 0, Math.Max(0, .5 * s));
            for (var i = 0; i < ofSize.Length; i++) points[2 * i + at] = o + ofSize[i] * s + ofRadius[i] * r;
        }

        public void Backward(ReadOnlySpan<double> theta, double[] gradient, int at, bool isEllipse, Span<double> thetaGradient)
        {
            double go = 0, gs = 0, gr = 0;
            for (var i = 0; i < ofSize.Length; i++)
            {
                var g = gradient[2 * i + at];
                go += g;
                gs += ofSize[i] * g;
                gr += ofRadius[i] * g;
            }
            if (!isEllipse)
            {
                var (s, r) = (size.Value(theta) + _hair, radius.Value(theta));
                if (r > .5 * s) (gs, gr) = (gs + .5 * gr, 0);
                else if (r < 0) gr = 0;
            }
            origin.Accumulate(go, thetaGradient);
            size.Accumulate(gs, thetaGradient);
            radius.Accumulate(gr, thetaGradient);
        }
    }
}
