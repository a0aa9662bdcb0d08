using System.Numerics;
using System.Runtime.InteropServices;

namespace SvgDistill.Distill.Fitting;

/// <summary>
/// A blur of two boxes, each of any width from a pixel on: a box covers whole pixels and an equal part of one at either end (the extended box filter,
/// Gwosdek et al. 2011). Nothing lies beyond the border; the blur is its own adjoint.
/// </summary>
internal sealed class ExtendedBox
{
    private const int Boxes = 2;
    private float[] _work = [];
    private double[] _sums = [];
    private float[] _zeros = [];

    /// <summary>Blurs a plane [H,W] in place; boxes of a pixel or less leave it as it is.</summary>
    public void Apply(Span<float> plane, int width, int height, double boxWidth)
    {
        if (boxWidth <= 1) return;
        if (_work.Length < plane.Length) _work = new float[plane.Length];
        if (_sums.Length < width) (_sums, _zeros) = (new double[width], new float[width]);
        var half = (int)((boxWidth - 1) / 2);
        var part = (boxWidth - 1) / 2 - half;
        for (var box = 0; box < Boxes; box++)
        {
            for (var row = 0; row < height; row++) Row(plane.Slice(row * width, width), _work.AsSpan(row * width, width), half, part, 1 / boxWidth);
            Columns(_work.AsSpan(0, plane.Length), plane, width, height, half, part, 1 / boxWidth);
        }
    }

    // Sums in double: what is added and taken away again leaves no rest that a float would show.
    private static void Row(ReadOnlySpan<float> from, Span<float> to, int half, double part, double share)
    {
        var sum = 0.0;
        for (var i = 0; i < Math.Min(half, from.Length); i++) sum += from[i];
        for (var i = 0; i < from.Length; i++)
        {
            var (first, last) = (i - half - 1, i + half);
            if (last < from.Length) sum += from[last];
            var before = first >= 0 ? from[first] : 0.0;
            sum -= before;
            to[i] = (float)((sum + part * (before + (last + 1 < from.Length ? from[last + 1] : 0.0))) * share);
        }
    }

    // As a row's, for all columns at once.
    private void Columns(ReadOnlySpan<float> from, Span<float> to, int width, int height, int half, double part, double share)
    {
        var sums = _sums.AsSpan(0, width);
        sums.Clear();
        for (var row = 0; row < Math.Min(half, height); row++) Add(from.Slice(row * width, width), sums);
        for (var row = 0; row < height; row++)
        {
            var (first, last) = (row - half - 1, row + half);
            if (last < height) Add(from.Slice(last * width, width), sums);
            // Rows beyond the border are zeros.
            Write(sums, first >= 0 ? from.Slice(first * width, width) : _zeros.AsSpan(0, width),
                last + 1 < height ? from.Slice((last + 1) * width, width) : _zeros.AsSpan(0, width), to.Slice(row * width, width), part, share);
        }
    }

    private static void Add(ReadOnlySpan<float> row, Span<double> sums)
    {
        ref var from = ref MemoryMarshal.GetReference(row);
        ref var to = ref MemoryMarshal.GetReference(sums);
        var i = 0;
        for (; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref from, (nuint)i), out var low, out var high);
            (low + Vector.LoadUnsafe(ref to, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
            (high + Vector.LoadUnsafe(ref to, (nuint)(i + Vector<double>.Count))).StoreUnsafe(ref to, (nuint)(i + Vector<double>.Count));
        }
        for (; i < row.Length; i++) sums[i] += row[i];
    }

    // Takes the row that leaves the box from the sums.
    private static void Write(Span<double> sums, ReadOnlySpan<float> before, ReadOnlySpan<float> after, Span<float> to, double part, double share)
    {
        ref var leaving = ref MemoryMarshal.GetReference(before);
        ref var coming = ref MemoryMarshal.GetReference(after);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        ref var target = ref MemoryMarshal.GetReference(to);
        var i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref leaving, (nuint)i), out var low, out var high);
            Vector.Widen(Vector.LoadUnsafe(ref coming, (nuint)i), out var nextLow, out var nextHigh);
            var lowSum = Vector.LoadUnsafe(ref sum, (nuint)i) - low;
            var highSum = Vector.LoadUnsafe(ref sum, (nuint)(i + Vector<double>.Count)) - high;
            lowSum.StoreUnsafe(ref sum, (nuint)i);
            highSum.StoreUnsafe(ref sum, (nuint)(i + Vector<double>.Count));
            Vector.Narrow((lowSum + part * (low + nextLow)) * share, (highSum + part * (high + nextHigh)) * share).StoreUnsafe(ref target, (nuint)i);
        }
        for (; i < to.Length; i++)
        {
            sums[i] -= before[i];
            to[i] = (float)((sums[i] + part * ((double)before[i] + after[i])) * share);
        }
    }
}
