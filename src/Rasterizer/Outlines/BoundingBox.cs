using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// The tight bounding box of fill geometry in the space of the element that it belongs to. Each edge is attained at one
/// place of one curve; by the envelope theorem the edge's derivative is that of this place, its parameter held fixed.
/// </summary>
internal sealed class BoundingBox(List<(UserPath Path, Frame? Frame)> parts) : PlanValue
{
    // Left, top, right, bottom.
    private readonly double[] _edges = new double[4];
    private readonly double[] _gradient = new double[4];
    private readonly Place[] _places = new Place[4];

    /// <summary>The left edge.</summary>
    public double X => _edges[0];
    /// <summary>The top edge.</summary>
    public double Y => _edges[1];
    /// <summary>The width.</summary>
    public double Width => _edges[2] - _edges[0];
    /// <summary>The height.</summary>
    public double Height => _edges[3] - _edges[1];
    /// <summary>True where the box has an area; without one, fractions of it mean nothing.</summary>
    public bool HasArea { get; private set; }
    /// <summary>True where the box depends on theta.</summary>
    public bool Moves { get; } = parts.Exists(p => p.Path.Moves || p.Frame is { Moves: true });

    /// <summary>Adds to the gradient of x, y, width and height.</summary>
    public void Gather(double x, double y, double width, double height)
    {
        _gradient[0] += x - width;
        _gradient[1] += y - height;
        _gradient[2] += width;
        _gradient[3] += height;
    }

    public override void Refresh(ReadOnlySpan<double> theta)
    {
        (_edges[0], _edges[1], _edges[2], _edges[3]) =
            (double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);
        for (var i = 0; i < parts.Count; i++)
            if (parts[i] is { Path.IsDrawn: true, Frame: null or { ToDevice.IsSingular: false } }) Include(i);
        HasArea = Width > 0 && Height > 0 && double.IsFinite(Width) && double.IsFinite(Height);
    }

    public override void Backward(ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        if (Moves && HasArea) for (var edge = 0; edge < 4; edge++) Scatter(edge);
        Array.Clear(_gradient);
    }

    private void Include(int part)
    {
        var (path, frame) = parts[part];
        var layout = path.Layout;
        foreach (var contour in layout.Contours) Include(part, contour.FirstPoint, 0, At(path, frame, contour.FirstPoint));
        for (var s = 0; s < layout.SegmentStarts.Length; s++)
        {
            var (first, order) = (layout.SegmentStarts[s], layout.SegmentOrders[s]);
            Include(part, first + order, 0, At(path, frame, first + order));
            if (order == 1) continue;
            var (a, b, c, d) = (At(path, frame, first), At(path, frame, first + 1), At(path, frame, first + 2), At(path, frame, first + 3));
            // Only a handle outside the box so far can push it.
            if (Math.Min(b.X, c.X) < _edges[0] || Math.Max(b.X, c.X) > _edges[2]) IncludeExtrema(part, first, 0, a.X, b.X, c.X, d.X);
            if (Math.Min(b.Y, c.Y) < _edges[1] || Math.Max(b.Y, c.Y) > _edges[3]) IncludeExtrema(part, first, 1, a.Y, b.Y, c.Y, d.Y);
        }
    }

    private void Include(int part, int point, double t, Point p)
    {
        Include(0, part, point, t, p.X);
        Include(1, part, point, t, p.Y);
    }

    private void Include(int axis, int part, int point, double t, double value)
    {
        if (value < _edges[axis]) (_edges[axis], _places[axis]) = (value, new(part, point, t));
        if (value > _edges[axis + 2]) (_edges[axis + 2], _places[axis + 2]) = (value, new(part, point, t));
    }

    /// <summary>The derivative's zeros: (p1-p0) (1-t)^2 + 2 (p2-p1) t (1-t) + (p3-p2) t^2 = 0.</summary>
    private void IncludeExtrema(int part, int first, int axis, double p0, double p1, double p2, double p3)
    {
        var (u, v, w) = (p1 - p0, p2 - p1, p3 - p2);
        var (a, b) = (u - 2 * v + w, u - v);
        var discriminant = b * b - a * u;
        if (!(discriminant >= 0)) return;
        // a t^2 - 2 b t + u = 0, in the form that loses no digits.
        var q = b + Math.CopySign(Math.Sqrt(discriminant), b);
        Try(q / a);
        Try(u / q);

        void Try(double t)
        {
            if (!(t > 0 && t < 1)) return;
            var s = 1 - t;
            Include(axis, part, first, t, s * s * (s * p0 + 3 * t * p1) + t * t * (3 * s * p2 + t * p3));
        }
    }

    private void Scatter(int edge)
    {
        var (part, first, t) = _places[edge];
        var (path, frame) = parts[part];
        var g = edge % 2 == 0 ? new Point(_gradient[edge], 0) : new Point(0, _gradient[edge]);
        if (t == 0)
        {
            Scatter(path, frame, first, g);
            return;
        }
        var s = 1 - t;
        Scatter(path, frame, first, s * s * s * g);
        Scatter(path, frame, first + 1, 3 * s * s * t * g);
        Scatter(path, frame, first + 2, 3 * s * t * t * g);
        Scatter(path, frame, first + 3, t * t * t * g);
    }

    private static void Scatter(UserPath path, Frame? frame, int point, Point g)
    {
        if (frame is not null)
        {
            if (frame.Moves) frame.Gather(path.Points[2 * point], path.Points[2 * point + 1], g.X, g.Y);
            g = MatrixAdjoint.OfVector(frame.ToDevice, g.X, g.Y);
        }
        if (!path.Moves) return;
        path.Gradient[2 * point] += g.X;
        path.Gradient[2 * point + 1] += g.Y;
    }

    private static Point At(UserPath path, Frame? frame, int point)
    {
        var p = new Point(path.Points[2 * point], path.Points[2 * point + 1]);
        return frame is null ? p : frame.ToDevice.Apply(p);
    }

    private readonly record struct Place(int Part, int Point, double T);
}

/// <summary>Maps the unit square to a bounding box; singular where the box has no area.</summary>
internal sealed class BoundingBoxStep(BoundingBox box) : FrameStep
{
    public override bool Moves => box.Moves;

    public override Matrix At(ReadOnlySpan<double> theta) =>
        box.HasArea ? new(box.Width, 0, 0, box.Height, box.X, box.Y) : default;

    public override void Backward(in Matrix g, ReadOnlySpan<double> theta, Span<double> thetaGradient) =>
        box.Gather(g.E, g.F, g.A, g.D);
}
