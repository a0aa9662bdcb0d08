using System.Numerics;

namespace SvgDistill.Rasterizer.Filters;

/// <summary><c>feOffset</c>, between pixels by the four nearest. Scalars from <paramref name="first"/> on: right and down in pixels.</summary>
internal sealed class OffsetOp<T>(FilterOp<T> input, Func<int> first) : FilterOp<T>(input) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What is nearer to a whole pixel is one: rounding blurs nothing.</summary>
    private const double Slack = 1e-6;

    public override bool Moves => true;

    public override bool IsAlphaOnly => Inputs[0].IsAlphaOnly;

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        var (x, y, u, v) = Place(scalars);
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            Output.Plane(plane).Clear();
            for (int corner = 0; corner < 4; corner++)
                if (Weight(corner, u, v) is not 0 and var weight) Shift(Inputs[0].Output, Output, plane, x + (corner & 1), y + (corner >> 1), weight);
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        var (x, y, u, v) = Place(scalars);
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            for (int corner = 0; corner < 4; corner++)
            {
                var (dx, dy) = (x + (corner & 1), y + (corner >> 1));
                if (Weight(corner, u, v) is not 0 and var weight) Shift(Gradient, Inputs[0].Gradient, plane, -dx, -dy, weight);
                double dot = Dot(plane, dx, dy);
                scalarGradient[first()] += ((corner & 1) == 0 ? -1 : 1) * (corner >> 1 == 0 ? 1 - v : v) * dot;
                scalarGradient[first() + 1] += (corner >> 1 == 0 ? -1 : 1) * ((corner & 1) == 0 ? 1 - u : u) * dot;
            }
        }
    }

    private static double Weight(int corner, double u, double v) => ((corner & 1) == 0 ? 1 - u : u) * (corner >> 1 == 0 ? 1 - v : v);

    private (int X, int Y, double U, double V) Place(ReadOnlySpan<double> scalars)
    {
        var (x, u) = Split(scalars[first()], Output.Width);
        var (y, v) = Split(scalars[first() + 1], Output.Height);
        return (x, y, u, v);
    }

    private static (int Whole, double Part) Split(double shift, int limit)
    {
        // Farther away all is out of sight.
        shift = Math.Clamp(shift, -limit - 2.0, limit + 2.0);
        double whole = Math.Floor(shift + Slack), part = Math.Max(0, shift - whole);
        return ((int)whole, part < Slack ? 0 : part);
    }

    private static void Shift(FilterImage<T> from, FilterImage<T> to, int plane, int dx, int dy, double weight)
    {
        int count = from.Width - Math.Abs(dx);
        if (count <= 0) return;
        for (int row = Math.Max(0, -dy); row < Math.Min(from.Height, from.Height - dy); row++)
            Pixels.Add(from.Row(plane, row).Slice(Math.Max(0, -dx), count), T.CreateChecked(weight), to.Row(plane, row + dy).Slice(Math.Max(0, dx), count));
    }

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
