using System.Numerics;
using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Metrics;

/// <summary>On which side of a line a point lies, decided exactly.</summary>
internal static class Orientation
{
    // Shewchuk 1997, "Adaptive precision floating-point arithmetic", section 4.3: (3 + 16 u) u with u = 2^-53 bounds the
    // error of the determinant below relative to the sum of its two products' magnitudes.
    private const double ErrorBound = 3.3306690738754716e-16;

    /// <summary>1 where a, b, c turn clockwise on screen, -1 where counter-clockwise, 0 where they lie on one line.</summary>
    internal static int Of(Point a, Point b, Point c)
    {
        var left = (b.X - a.X) * (c.Y - a.Y);
        var right = (b.Y - a.Y) * (c.X - a.X);
        var determinant = left - right;
        return Math.Abs(determinant) > ErrorBound * (Math.Abs(left) + Math.Abs(right)) ? Math.Sign(determinant) : Exact(a, b, c);
    }

    private static int Exact(Point a, Point b, Point c)
    {
        // Doubles are integers times powers of two: in the finest of the six units all are integers.
        Span<double> numbers = [a.X, a.Y, b.X, b.Y, c.X, c.Y];
        var finest = int.MaxValue;
        foreach (var x in numbers) finest = Math.Min(finest, Split(x).Exponent);
        var n = new BigInteger[6];
        for (var i = 0; i < 6; i++)
        {
            var (mantissa, exponent) = Split(numbers[i]);
            n[i] = new BigInteger(mantissa) << (mantissa == 0 ? 0 : exponent - finest);
        }
        return ((n[2] - n[0]) * (n[5] - n[1]) - (n[3] - n[1]) * (n[4] - n[0])).Sign;
    }

    private static (long Mantissa, int Exponent) Split(double x)
    {
        if (x == 0) return (0, int.MaxValue);
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52 & 0x7FF);
        var mantissa = bits & 0xFFFFFFFFFFFFF;
        if (exponent == 0) exponent = 1;
        else mantissa |= 1L << 52;
        return (x < 0 ? -mantissa : mantissa, exponent - 1075);
    }
}
