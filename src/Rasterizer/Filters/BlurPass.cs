using System.Numerics;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// A blur along one axis. Below a deviation of 2 it is the Gaussian's kernel, from there on the specification's three boxes (Filter
/// Effects section 9.14). A box's width is a whole number, so the boxes' derivative by the deviation is that of the Gaussian they stand
/// for: by the heat equation, the deviation times the second difference of the result.
/// </summary>
internal sealed class BlurPass<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Smaller deviations change nothing that could be seen.</summary>
    public const double Least = .05;

    private const double Boxes = 2;

    private readonly (int Low, int High)[] _boxes = new (int, int)[3];
    private double _deviation = double.NaN;
    private T[] _weights = [], _slopes = [];
    private int _radius;

    /// <summary>How far a pixel reaches.</summary>
    public static double Reach(double deviation) => deviation < Least ? 0 : 3 * deviation + 4;

    /// <summary>Takes a deviation.</summary>
    public void Set(double deviation)
    {
        if (deviation == _deviation) return;
        _deviation = deviation;
        if (IsNone) return;
        if (deviation >= Boxes)
        {
            int size = (int)Math.Floor(deviation * 3 * Math.Sqrt(2 * Math.PI) / 4 + .5), half = size / 2;
            // Of even size: two that lie half a pixel to either side, then one a pixel wider.
            if (size % 2 == 1) Array.Fill(_boxes, (-half, half));
            else (_boxes[0], _boxes[1], _boxes[2]) = ((-half, half - 1), (1 - half, half), (-half, half));
            return;
        }
        _radius = (int)Math.Ceiling(4 * deviation) + 1;
        Span<double> weights = stackalloc double[2 * _radius + 1], squares = stackalloc double[2 * _radius + 1];
        double sum = 0, mean = 0;
        for (int k = -_radius; k <= _radius; k++)
        {
            double weight = Math.Exp(-.5 * k * k / (deviation * deviation));
            (weights[k + _radius], squares[k + _radius]) = (weight, (double)k * k);
            sum += weight;
            mean += weight * k * k;
        }
        mean /= sum;
        (_weights, _slopes) = (new T[weights.Length], new T[weights.Length]);
        double cube = deviation * deviation * deviation;
        for (int i = 0; i < weights.Length; i++)
        {
            _weights[i] = T.CreateChecked(weights[i] / sum);
            _slopes[i] = T.CreateChecked(weights[i] / sum * (squares[i] - mean) / cube);
        }
    }

    private bool IsNone => !(_deviation >= Least);

    private bool IsBoxes => _deviation >= Boxes;

    /// <summary>Blurs each row.</summary>
    public void AlongRows(ReadOnlySpan<T> from, Span<T> to, int width, int height, bool isAdjoint)
    {
        if (IsNone)
        {
            from.CopyTo(to);
            return;
        }
        T[] work = IsBoxes ? new T[2 * width] : [];
        for (int row = 0; row < height; row++)
        {
            var source = from.Slice(row * width, width);
            var target = to.Slice(row * width, width);
            if (IsBoxes)
            {
                var first = work.AsSpan(0, width);
                var second = work.AsSpan(width);
                Box(source, first, isAdjoint, 0);
                Box(first, second, isAdjoint, 1);
                Box(second, target, isAdjoint, 2);
            }
            else Kernel(source, target, _weights);
        }
    }

    /// <summary>Blurs each column; <paramref name="work"/> has room for a plane.</summary>
    public void AlongColumns(ReadOnlySpan<T> from, Span<T> to, Span<T> work, int width, int height, bool isAdjoint)
    {
        if (IsNone)
        {
            from.CopyTo(to);
            return;
        }
        if (!IsBoxes)
        {
            KernelOfRows(from, to, _weights, width, height);
            return;
        }
        var room = work[..(width * height)];
        BoxOfRows(from, to, width, height, isAdjoint, 0);
        BoxOfRows(to, room, width, height, isAdjoint, 1);
        BoxOfRows(room, to, width, height, isAdjoint, 2);
    }

    /// <summary>dL/ddeviation of <see cref="AlongRows"/> from <paramref name="before"/> to <paramref name="after"/>.</summary>
    public double SlopeAlongRows(ReadOnlySpan<T> before, ReadOnlySpan<T> after, ReadOnlySpan<T> gradient, int width, int height)
    {
        if (IsNone) return 0;
        double sum = 0;
        T[] slope = new T[width];
        for (int row = 0; row < height; row++)
        {
            int at = row * width;
            if (IsBoxes) SecondDifference(after.Slice(at, width), slope);
            else Kernel(before.Slice(at, width), slope, _slopes);
            sum += Pixels.Dot(gradient.Slice(at, width), slope);
        }
        return IsBoxes ? _deviation * sum : sum;
    }

    /// <summary>dL/ddeviation of <see cref="AlongColumns"/> from <paramref name="before"/> to <paramref name="after"/>.</summary>
    public double SlopeAlongColumns(ReadOnlySpan<T> before, ReadOnlySpan<T> after, ReadOnlySpan<T> gradient, int width, int height)
    {
        if (IsNone) return 0;
        double sum = 0;
        if (IsBoxes)
        {
            for (int row = 0; row < height; row++)
            {
                var g = gradient.Slice(row * width, width);
                sum -= 2 * Pixels.Dot(g, after.Slice(row * width, width));
                if (row > 0) sum += Pixels.Dot(g, after.Slice((row - 1) * width, width));
                if (row + 1 < height) sum += Pixels.Dot(g, after.Slice((row + 1) * width, width));
            }
            return _deviation * sum;
        }
        T[] slope = new T[width * height];
        KernelOfRows(before, slope, _slopes, width, height);
        return Pixels.Dot(gradient, slope);
    }

    private void Kernel(ReadOnlySpan<T> source, Span<T> target, T[] weights)
    {
        target.Clear();
        for (int k = -_radius; k <= _radius; k++)
        {
            int count = source.Length - Math.Abs(k);
            if (count > 0) Pixels.Add(source.Slice(Math.Max(k, 0), count), weights[k + _radius], target.Slice(Math.Max(-k, 0), count));
        }
    }

    private void KernelOfRows(ReadOnlySpan<T> from, Span<T> to, T[] weights, int width, int height)
    {
        to[..(width * height)].Clear();
        for (int row = 0; row < height; row++)
        {
            var target = to.Slice(row * width, width);
            for (int k = Math.Max(-_radius, -row); k <= Math.Min(_radius, height - 1 - row); k++)
                Pixels.Add(from.Slice((row + k) * width, width), weights[k + _radius], target);
        }
    }

    /// <summary>The box of a pass, in the adjoint the mirror image of the last one first.</summary>
    private (int Low, int High) BoxOf(bool isAdjoint, int pass) => isAdjoint ? (-_boxes[2 - pass].High, -_boxes[2 - pass].Low) : _boxes[pass];

    private void Box(ReadOnlySpan<T> source, Span<T> target, bool isAdjoint, int pass)
    {
        var (low, high) = BoxOf(isAdjoint, pass);
        T share = T.One / T.CreateChecked(high - low + 1), sum = T.Zero;
        for (int i = Math.Max(low, 0); i < Math.Min(high, source.Length); i++) sum += source[i];
        for (int i = 0; i < source.Length; i++)
        {
            if (i + high < source.Length && i + high >= 0) sum += source[i + high];
            target[i] = sum * share;
            if (i + low >= 0 && i + low < source.Length) sum -= source[i + low];
        }
    }

    private void BoxOfRows(ReadOnlySpan<T> from, Span<T> to, int width, int height, bool isAdjoint, int pass)
    {
        var (low, high) = BoxOf(isAdjoint, pass);
        T share = T.One / T.CreateChecked(high - low + 1);
        T[] sum = new T[width];
        for (int row = Math.Max(low, 0); row < Math.Min(high, height); row++) Pixels.Add(from.Slice(row * width, width), sum);
        for (int row = 0; row < height; row++)
        {
            if (row + high < height && row + high >= 0) Pixels.Add(from.Slice((row + high) * width, width), sum);
            Pixels.Scale(sum, share, to.Slice(row * width, width));
            if (row + low >= 0 && row + low < height) Pixels.Add(from.Slice((row + low) * width, width), -T.One, sum);
        }
    }

    private static void SecondDifference(ReadOnlySpan<T> row, Span<T> result)
    {
        for (int i = 0; i < row.Length; i++)
        {
            T left = i > 0 ? row[i - 1] : T.Zero, right = i + 1 < row.Length ? row[i + 1] : T.Zero;
            result[i] = left + right - row[i] - row[i];
        }
    }
}
