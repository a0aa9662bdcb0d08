using System.Numerics;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// <c>feOffset</c>. Scalars from <paramref name="first"/> on: right and down in pixels, of which, as resvg has it, whole ones count. Their
/// derivative is that of a shift between pixels: half the difference of the neighbours.
/// </summary>
internal sealed class OffsetOp<T>(FilterOp<T> input, Func<int> first) : FilterOp<T>(input) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What is nearer to a whole pixel is one.</summary>
    private const double Slack = 1e-4;

    public override bool Moves => true;

    public override bool IsAlphaOnly => Inputs[0].IsAlphaOnly;

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        var (x, y) = Place(scalars);
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            Output.Plane(plane).Clear();
            Shift(Inputs[0].Output, Output, plane, x, y);
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        var (x, y) = Place(scalars);
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            Shift(Gradient, Inputs[0].Gradient, plane, -x, -y);
            scalarGradient[first()] += .5 * (Dot(plane, x + 1, y) - Dot(plane, x - 1, y));
            scalarGradient[first() + 1] += .5 * (Dot(plane, x, y + 1) - Dot(plane, x, y - 1));
        }
    }

    private (int X, int Y) Place(ReadOnlySpan<double> scalars) =>
        (Whole(scalars[first()], Output.Width), Whole(scalars[first() + 1], Output.Height));

    // Farther away all is out of sight.
    private static int Whole(double shift, int limit) =>
        (int)Math.Clamp(Math.Truncate(shift + Math.CopySign(Slack, shift)), -limit - 2.0, limit + 2.0);

    private static void Shift(FilterImage<T> from, FilterImage<T> to, int plane, int dx, int dy)
    {
        int count = from.Width - Math.Abs(dx);
        if (count <= 0) return;
        for (int row = Math.Max(0, -dy); row < Math.Min(from.Height, from.Height - dy); row++)
            Pixels.Add<T>(from.Row(plane, row).Slice(Math.Max(0, -dx), count), to.Row(plane, row + dy).Slice(Math.Max(0, dx), count));
    }

    /// <summary>dL/doutput times the input, shifted.</summary>
    private double Dot(int plane, int dx, int dy)
    {
        int count = Output.Width - Math.Abs(dx);
        double sum = 0;
        if (count <= 0) return sum;
        for (int row = Math.Max(0, -dy); row < Math.Min(Output.Height, Output.Height - dy); row++)
            sum += Pixels.Dot<T>(Inputs[0].Output.Row(plane, row).Slice(Math.Max(0, -dx), count), Gradient.Row(plane, row + dy).Slice(Math.Max(0, dx), count));
        return sum;
    }
}
