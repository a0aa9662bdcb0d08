using System.Numerics;
using System.Runtime.InteropServices;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>Sums and products over rows of pixels.</summary>
internal static class Pixels
{
    /// <summary>target += source.</summary>
    public static void Add<T>(ReadOnlySpan<T> source, Span<T> target) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Add(source, T.One, target);

    /// <summary>target += factor source.</summary>
    public static void Add<T>(ReadOnlySpan<T> source, T factor, Span<T> target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var a = MemoryMarshal.Cast<T, Vector<T>>(source);
        var b = MemoryMarshal.Cast<T, Vector<T>>(target);
        for (int i = 0; i < a.Length; i++) b[i] += factor * a[i];
        for (int i = a.Length * Vector<T>.Count; i < source.Length; i++) target[i] += factor * source[i];
    }

    /// <summary>target = factor source.</summary>
    public static void Scale<T>(ReadOnlySpan<T> source, T factor, Span<T> target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var a = MemoryMarshal.Cast<T, Vector<T>>(source);
        var b = MemoryMarshal.Cast<T, Vector<T>>(target);
        for (int i = 0; i < a.Length; i++) b[i] = factor * a[i];
        for (int i = a.Length * Vector<T>.Count; i < source.Length; i++) target[i] = factor * source[i];
    }

    /// <summary>The sum of products, in double precision.</summary>
    public static double Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        // Of parts short enough for single precision.
        for (int from = 0; from < a.Length; from += 64)
        {
            T part = T.Zero;
            for (int i = from, end = Math.Min(a.Length, from + 64); i < end; i++) part += a[i] * b[i];
            sum += double.CreateChecked(part);
        }
        return sum;
    }

    /// <summary>The sum, in double precision.</summary>
    public static double Sum<T>(ReadOnlySpan<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        foreach (T value in a) sum += double.CreateChecked(value);
        return sum;
    }
}
