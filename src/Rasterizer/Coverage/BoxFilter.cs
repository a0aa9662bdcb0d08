using System.Numerics;

namespace SvgDistill.Rasterizer.Coverage;

/// <summary>
/// A box of adjustable width over mean winding numbers, so that distant edges are felt: along each axis a cell becomes the mean of the
/// w cells about it, the outermost two with a fractional weight. The filter is symmetric, hence its own adjoint.
/// </summary>
internal sealed unsafe class BoxFilter
{
    private readonly PinnedBuffer<double> _prefix = new();
    private readonly PinnedBuffer<double> _plane = new();

    /// <summary>The width in pixels.</summary>
    public double Width { get; }
    private readonly int _whole;
    private readonly double _fraction;

    /// <summary>A filter of <paramref name="width"/> pixels, at least 1.</summary>
    public BoxFilter(double width)
    {
        Width = width;
        double half = (width - 1) / 2;
        _whole = (int)half;
        _fraction = half - _whole;
        Padding = _whole + (_fraction > 0 ? 1 : 0);
    }

    /// <summary>The cells on each side that a filtered cell depends on.</summary>
    public int Padding { get; }

    /// <summary>
    /// Filters the plane in place; values beyond its borders count as zero, so that the outermost <see cref="Padding"/> rows and columns
    /// of the result are only right where they are known to be zero there.
    /// </summary>
    public void Apply<T>(T* plane, int rows, int columns, int stride) where T : unmanaged, IFloatingPoint<T>
    {
        _prefix.Reserve(Math.Max(rows, columns) + 1);
        double* prefix = _prefix.Pointer;
        for (int row = 0; row < rows; row++) Line(plane + row * stride, columns, 1, prefix);
        for (int column = 0; column < columns; column++) Line(plane + column, rows, stride, prefix);
    }

    /// <summary>The weights along one axis, 2 Padding + 1 of them, their sum 1.</summary>
    public double[] Kernel()
    {
        var kernel = new double[2 * Padding + 1];
        for (int i = -Padding; i <= Padding; i++) kernel[i + Padding] = (Math.Abs(i) <= _whole ? 1 : _fraction) / Width;
        return kernel;
    }

    /// <summary>A zeroed plane to filter in.</summary>
    public double* Plane(int length)
    {
        _plane.Reserve(length);
        _plane.AsSpan(length).Clear();
        return _plane.Pointer;
    }

    private void Line<T>(T* line, int length, int stride, double* prefix) where T : unmanaged, IFloatingPoint<T>
    {
        prefix[0] = 0;
        for (int i = 0; i < length; i++) prefix[i + 1] = prefix[i] + double.CreateTruncating(line[i * stride]);
        double total = prefix[length];
        if (total == 0 && IsZero(prefix, length)) return;
        double scale = 1 / Width;
        for (int i = 0; i < length; i++)
        {
            int low = Math.Max(i - _whole, 0), high = Math.Min(i + _whole + 1, length);
            double sum = prefix[high] - prefix[low];
            if (_fraction > 0)
            {
                if (low > 0) sum += _fraction * (prefix[low] - prefix[low - 1]);
                if (high < length) sum += _fraction * (prefix[high + 1] - prefix[high]);
            }
            line[i * stride] = T.CreateTruncating(sum * scale);
        }
    }

    private static bool IsZero(double* prefix, int length)
    {
        for (int i = 1; i <= length; i++)
            if (prefix[i] != 0) return false;
        return true;
    }
}
