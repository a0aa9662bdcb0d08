using System.Numerics;
using System.Runtime.CompilerServices;

namespace SvgDistill.Rasterizer.Coverage;

/// <summary>
/// A few rows of cells into which one shape's segments add their exact signed areas. A cell's mean winding number is the prefix sum
/// along its row: a segment adds dy (c + 1 - x) to cell c that it crosses and dy (x - c) to the next, x being its mean abscissa there.
/// A bit a cell says which are crossed: between them the winding is a constant whole number, so nothing else is visited.
/// </summary>
/// <remarks>
/// Column 0 stands for everything left of the picture, the last column for everything right of it; picture column i is column i + 1.
/// </remarks>
internal sealed unsafe class CoverageGrid
{
    private readonly PinnedBuffer<double> _sums = new();
    private readonly PinnedBuffer<float> _slopes = new();
    private readonly PinnedBuffer<ulong> _crossed = new();

    public int Rows { get; private set; }
    public int Columns { get; private set; }
    /// <summary>64-bit words of crossing bits a row.</summary>
    public int Words { get; private set; }
    /// <summary>Rows x Columns; all zero between shapes. In double precision: next to a kink of the fill rule the sign of a rest decides.</summary>
    public double* Sums { get; private set; }
    /// <summary>dL/dm of each cell in the backward pass, Rows x Columns; all zero between shapes.</summary>
    public float* Slopes { get; private set; }
    /// <summary>Rows x Words; all zero between shapes.</summary>
    public ulong* Crossed { get; private set; }

    /// <summary>Sets the size; the grid must be clear.</summary>
    public void Resize(int rows, int pictureColumns)
    {
        (Rows, Columns, Words) = (rows, pictureColumns + 2, (pictureColumns + 2 + 64) / 64);
        _sums.Reserve(Rows * Columns + 1);
        _slopes.Reserve(Rows * Columns + 1);
        _crossed.Reserve(Rows * Words);
        Sums = _sums.Pointer;
        Slopes = _slopes.Pointer;
        Crossed = _crossed.Pointer;
    }

    /// <summary>Adds a segment's signed areas; coordinates are in cells of this grid.</summary>
    public void Add(double x0, double y0, double x1, double y1)
    {
        var visitor = new AreaVisitor(this, x0, x1 - x0, y1 - y0);
        SegmentWalk.Run(x0, y0, x1, y1, Rows, Columns, ref visitor);
    }

    /// <summary>Adds a segment's crossings of the rows' centre lines only: pixels are in or out by their centres.</summary>
    public void AddCentres(double x0, double y0, double x1, double y1)
    {
        if (y0 == y1) return;
        int sign = y1 > y0 ? 1 : -1;
        double minY = Math.Min(y0, y1), maxY = Math.Max(y0, y1);
        // Rows whose centre lies in [minY, maxY).
        int first = (int)Math.Ceiling(Math.Max(minY - .5, 0)), last = (int)Math.Ceiling(Math.Min(maxY - .5, Rows)) - 1;
        double slope = (x1 - x0) / (y1 - y0);
        for (int row = first; row <= last; row++)
        {
            double x = x0 + (row + .5 - y0) * slope;
            int column = (int)Math.Clamp(Math.Ceiling(x - .5), 0, Columns - 1);
            if (column == Columns - 1) continue;
            Sums[row * Columns + column] += sign;
            Crossed[row * Words + (column >> 6)] |= 1UL << column;
        }
    }

    /// <summary>
    /// dL/d(x0, y0, x1, y1) of a segment where <see cref="Slopes"/> holds dL/dm of each cell: moving the segment's point s by v
    /// changes a crossed cell's area by v . n ds, n = (-dy, dx), so that dL/dp1 = n sum G int s ds and dL/dp0 = n sum G int (1-s) ds.
    /// </summary>
    public void Gather(double x0, double y0, double x1, double y1, double* gradient)
    {
        var visitor = new GradientVisitor(Slopes, Columns);
        SegmentWalk.Run(x0, y0, x1, y1, Rows, Columns, ref visitor);
        double nx = y0 - y1, ny = x1 - x0, end = visitor.First, begin = visitor.Zeroth - end;
        gradient[0] = nx * begin;
        gradient[1] = ny * begin;
        gradient[2] = nx * end;
        gradient[3] = ny * end;
    }

    /// <summary>The first crossed column of a row from <paramref name="column"/> on, or <see cref="Columns"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextCrossed(ulong* row, int column)
    {
        int word = column >> 6;
        if (word >= Words) return Columns;
        ulong bits = row[word] & (ulong.MaxValue << column);
        while (bits == 0)
        {
            if (++word == Words) return Columns;
            bits = row[word];
        }
        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>The first column of a row that is not crossed, from a crossed one on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextFree(ulong* row, int column)
    {
        int word = column >> 6;
        ulong bits = ~row[word] & (ulong.MaxValue << column);
        while (bits == 0) bits = ~row[++word];
        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    private struct AreaVisitor(CoverageGrid grid, double x0, double dx, double dy) : ICellVisitor
    {
        private readonly double* _sums = grid.Sums;
        private readonly ulong* _crossed = grid.Crossed;
        private readonly int _columns = grid.Columns, _words = grid.Words;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Visit(int row, int column, double from, double to)
        {
            double height = dy * (to - from), share = x0 + dx * .5 * (from + to) - column;
            double* cell = _sums + (row * _columns + column);
            double next = height * share;
            cell[0] += height - next;
            cell[1] += next;
            _crossed[row * _words + (column >> 6)] |= 1UL << column;
        }

        public readonly void VisitLeft(int row, double from, double to)
        {
            _sums[row * _columns] += dy * (to - from);
            _crossed[row * _words] |= 1;
        }
    }

    private struct GradientVisitor(float* gradient, int columns) : ICellVisitor
    {
        /// <summary>sum G int ds and sum G int s ds.</summary>
        public double Zeroth, First;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Visit(int row, int column, double from, double to)
        {
            double weight = gradient[row * columns + column] * (to - from);
            Zeroth += weight;
            First += weight * .5 * (from + to);
        }

        public readonly void VisitLeft(int row, double from, double to) { }
    }
}
