using System.Numerics;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// <c>feMorphology</c>. Scalars: the radii in pixels. As resvg has it, the window is twice the radius, rounded up, wide, one pixel more to the
/// left than to the right, and looks at nothing beyond the region. A pixel's gradient goes to the one that it was taken from, at ties to the
/// first in reading order of its column's or row's windows.
/// </summary>
internal sealed class MorphologyOp<T>(FilterOp<T> input, MorphologyPrimitive primitive, Func<int> first) : FilterOp<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[][] _origins = new int[4][];
    private int[] _rows = [], _queue = [];

    public override bool IsAlphaOnly => Inputs[0].IsAlphaOnly;

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        int width = Output.Width, height = Output.Height, count = Output.Count;
        // A window of no size: the specification disables the effect, resvg and browsers draw nothing.
        double rx = scalars[first()], ry = scalars[first() + 1];
        if (_rows.Length < count) _rows = new int[count];
        if (_queue.Length < Math.Max(width, height)) _queue = new int[Math.Max(width, height)];
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            if (_origins[plane] is not { } origins || origins.Length < count) origins = _origins[plane] = new int[count];
            Span<T> from = Inputs[0].Output.Plane(plane), to = Output.Plane(plane);
            if (!(rx > 0 && ry > 0))
            {
                to.Clear();
                Array.Fill(origins, -1);
                continue;
            }
            int columns = Radius(rx, width), lines = Radius(ry, height);
            // Along rows each pixel finds the one it is taken from; along columns, of those the best again.
            for (int row = 0; row < height; row++) Slide(from, row * width, 1, width, columns, null, _rows);
            for (int column = 0; column < width; column++) Slide(from, column, width, height, lines, _rows, origins);
            for (int i = 0; i < count; i++) to[i] = from[origins[i]];
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            var g = Gradient.Plane(plane);
            var to = Inputs[0].Gradient.Plane(plane);
            var origins = _origins[plane];
            for (int i = 0; i < g.Length; i++)
                if (origins[i] >= 0) to[origins[i]] += g[i];
        }
    }

    private static int Radius(double radius, int limit) => (int)Math.Min(Math.Ceiling(radius - 1e-6), limit);

    /// <summary>For each pixel of a line the position of the best from radius before it to radius - 1 behind it, by a monotonic queue.</summary>
    private void Slide(ReadOnlySpan<T> values, int start, int step, int length, int radius, int[]? candidates, int[] best)
    {
        int head = 0, tail = 0, next = 0;
        for (int i = 0; i < length; i++)
        {
            for (int end = Math.Min(length, i + Math.Max(radius, 1)); next < end; next++)
            {
                T value = Value(values, next);
                while (tail > head && IsBetter(value, Value(values, _queue[tail - 1]))) tail--;
                _queue[tail++] = next;
            }
            while (_queue[head] < i - radius) head++;
            best[start + i * step] = Position(_queue[head]);
        }

        int Position(int k) => candidates is null ? start + k * step : candidates[start + k * step];
        T Value(ReadOnlySpan<T> of, int k) => of[Position(k)];
    }

    private bool IsBetter(T a, T b) => primitive.IsDilation ? a > b : a < b;
}
