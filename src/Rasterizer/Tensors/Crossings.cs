using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Coverage;
using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>
/// Which cells of a box of pixels a fill's edges cross, and with which part of each: the integer structure of the tensor path,
/// found on the CPU by the walk that the CPU path takes.
/// </summary>
internal sealed class Crossings
{
    private readonly List<long> _from = [], _to = [], _cells = [], _columns = [];
    private readonly List<double> _begins = [], _ends = [], _inside = [];

    /// <summary>Pixels x0 &lt;= x &lt; x1, y0 &lt;= y &lt; y1 and a border of <paramref name="padding"/> about them.</summary>
    public Crossings(DrawList list, DrawFill fill, int x0, int y0, int x1, int y1, int padding)
    {
        (Rows, Columns) = (y1 - y0 + 2 * padding, x1 - x0 + 2 * padding + 2);
        (OffsetX, OffsetY) = (1 + padding - x0 + BandPlan.Nudge, padding - y0 + BandPlan.Nudge);
        for (int contour = fill.FirstContour; contour < fill.FirstContour + fill.ContourCount; contour++)
        {
            int start = list.ContourStarts[contour], end = list.ContourStarts[contour + 1];
            for (int from = end - 1, to = start; to < end; from = to++)
            {
                var visitor = new Collector(this, from, to);
                SegmentWalk.Run(
                    list.Vertices[2 * from] + OffsetX, list.Vertices[2 * from + 1] + OffsetY,
                    list.Vertices[2 * to] + OffsetX, list.Vertices[2 * to + 1] + OffsetY, Rows, Columns, ref visitor);
            }
        }
    }

    /// <summary>The box's size; its first and last columns stand for everything left and right of it.</summary>
    public int Rows { get; }
    public int Columns { get; }
    /// <summary>From device pixels to the box's cells.</summary>
    public double OffsetX { get; }
    public double OffsetY { get; }

    /// <summary>An edge's vertices, piece by piece.</summary>
    public long[] From => [.. _from];
    public long[] To => [.. _to];
    /// <summary>The crossed cell: row x Columns + column, and the column alone.</summary>
    public long[] Cells => [.. _cells];
    public long[] ColumnOf => [.. _columns];
    /// <summary>The part of the edge's parameter 0..1 inside the cell.</summary>
    public double[] Begins => [.. _begins];
    public double[] Ends => [.. _ends];
    /// <summary>1, or 0 for pieces left of the box.</summary>
    public double[] Inside => [.. _inside];

    private readonly struct Collector(Crossings owner, int vertexFrom, int vertexTo) : ICellVisitor
    {
        public void Visit(int row, int column, double from, double to) => Add(row, column, from, to, 1);

        public void VisitLeft(int row, double from, double to) => Add(row, 0, from, to, 0);

        private void Add(int row, int column, double from, double to, double inside)
        {
            owner._from.Add(vertexFrom);
            owner._to.Add(vertexTo);
            owner._cells.Add(row * owner.Columns + column);
            owner._columns.Add(column);
            owner._begins.Add(from);
            owner._ends.Add(to);
            owner._inside.Add(inside);
        }
    }
}
