using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>An outline's control points in device pixels and the number of segments each curve becomes there.</summary>
internal sealed class DevicePath(UserPath path, Frame frame) : PlanValue
{
    /// <summary>Coordinates beyond this many pixels are held there, and the outline is not differentiated.</summary>
    public const double Farthest = 1e9;

    /// <summary>The outline in user space.</summary>
    public UserPath Path { get; } = path;
    /// <summary>The space it lies in.</summary>
    public Frame Frame { get; } = frame;
    /// <summary>x then y.</summary>
    public double[] Points { get; } = new double[path.Points.Length];
    /// <summary>dL/d<see cref="Points"/>.</summary>
    public double[] Gradient { get; } = new double[path.Points.Length];
    /// <summary>The number of straight pieces of each segment.</summary>
    public ushort[] Pieces { get; } = new ushort[path.Layout.SegmentStarts.Length];
    /// <summary>The control points' bounds.</summary>
    public double Left { get; private set; }
    /// <summary>The control points' bounds.</summary>
    public double Top { get; private set; }
    /// <summary>The control points' bounds.</summary>
    public double Right { get; private set; }
    /// <summary>The control points' bounds.</summary>
    public double Bottom { get; private set; }
    /// <summary>False where the path has no outline, or a device coordinate is not a number.</summary>
    public bool IsDrawn { get; private set; }
    /// <summary>True where coordinates were held at <see cref="Farthest"/>.</summary>
    public bool IsClamped { get; private set; }
    /// <summary>True where the path is drawn but for a device coordinate that is not a number.</summary>
    public bool Overflows { get; private set; }
    /// <summary>True where a curve would need more segments than there are.</summary>
    public bool IsCoarse { get; private set; }
    /// <summary>True where <see cref="Note"/> may have something to say.</summary>
    public bool HasNote => IsClamped || Overflows || IsCoarse;
    /// <summary>True where something depends on theta and the derivative exists.</summary>
    public bool IsDifferentiated => (Path.Moves || Frame.Moves) && !IsClamped;

    public override void Refresh(ReadOnlySpan<double> theta)
    {
        var (m, from, to) = (Frame.ToDevice, Path.Points, Points);
        (Left, Top, Right, Bottom) = (double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);
        (IsDrawn, IsClamped, Overflows, IsCoarse) = (false, false, false, false);
        if (!Path.HasOutline) return;
        Overflows = true;
        var (left, top, right, bottom) = (Left, Top, Right, Bottom);
        for (var i = 0; i + 1 < from.Length; i += 2)
        {
            var x = m.A * from[i] + m.C * from[i + 1] + m.E;
            var y = m.B * from[i] + m.D * from[i + 1] + m.F;
            if (!(Math.Abs(x) + Math.Abs(y) < double.PositiveInfinity)) return;
            (to[i], to[i + 1]) = (x, y);
            (left, right) = (Math.Min(left, x), Math.Max(right, x));
            (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
        }
        (Left, Top, Right, Bottom, Overflows) = (left, top, right, bottom, false);
        IsClamped = Math.Max(Math.Max(right, -left), Math.Max(bottom, -top)) > Farthest;
        if (IsClamped) for (var i = 0; i < to.Length; i++) to[i] = Math.Clamp(to[i], -Farthest, Farthest);
        IsDrawn = true;
        var layout = Path.Layout;
        for (var s = 0; s < Pieces.Length; s++)
            Pieces[s] = layout.SegmentOrders[s] == 1
                ? (ushort)1
                : (ushort)FlatteningTable.SegmentsFor(to.AsSpan(2 * layout.SegmentStarts[s], 8));
        IsCoarse = Array.IndexOf(Pieces, (ushort)FlatteningTable.MaxSegments) >= 0;
    }

    public override void Backward(ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        if (!IsDrawn || !IsDifferentiated)
        {
            Array.Clear(Gradient);
            return;
        }
        var (m, g, user) = (Frame.ToDevice, Gradient, Path.Points);
        if (Frame.Moves)
        {
            Matrix sum = default;
            for (var i = 0; i + 1 < g.Length; i += 2)
            {
                var (x, y, gx, gy) = (user[i], user[i + 1], g[i], g[i + 1]);
                sum = new(sum.A + gx * x, sum.B + gy * x, sum.C + gx * y, sum.D + gy * y, sum.E + gx, sum.F + gy);
            }
            Frame.Gather(sum);
        }
        if (Path.Moves)
        {
            var to = Path.Gradient;
            for (var i = 0; i + 1 < g.Length; i += 2)
            {
                to[i] += m.A * g[i] + m.B * g[i + 1];
                to[i + 1] += m.C * g[i] + m.D * g[i + 1];
            }
        }
        Array.Clear(g);
    }

    /// <summary>True where the outline, widened by a reach in pixels, lies wholly outside a rectangle.</summary>
    public bool IsFarFrom(in PixelBox box, double reach) =>
        Right + reach < box.Left || Left - reach > box.Right || Bottom + reach < box.Top || Top - reach > box.Bottom;

    /// <summary>Notes what of the outline, or of the stroke on it that reaches so far, is not drawn as it is meant, where it can be seen.</summary>
    public void Note(DrawBuffers buffers, double reach = 0)
    {
        if (Overflows) buffers.Notes.Add(DrawingNote.NotFinite);
        if (!IsDrawn || IsFarFrom(buffers.Window.Near, reach)) return;
        if (IsClamped) buffers.Notes.Add(reach > 0 ? DrawingNote.FarStrokes : DrawingNote.FarPoints);
        if (IsCoarse) buffers.Notes.Add(DrawingNote.CoarseCurves);
    }
}
