using SvgDistill.Rasterizer.Coverage;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>Turns a fill's edges in one band into spans, clearing the grid behind itself.</summary>
internal static unsafe class SpanWriter
{
    /// <summary>Appends the spans of the fill to the band, cut to the op's pixels.</summary>
    public static void Write(Band band, ref BandOp at, in Op op, BandPlan plan, double[] vertices, BandScratch scratch)
    {
        at.SpanStart = band.SpanCount;
        if (op.CoversAll)
        {
            for (int row = Math.Max(op.Y0, band.Y0); row < Math.Min(op.Y1, band.Y1); row++)
            {
                band.ReserveRow(1);
                band.Spans.Pointer[band.SpanCount++] = new Span { Row = row, X = op.X0, Count = op.X1 - op.X0, Winding = -1, Behind = -1 };
            }
            at.SpanEnd = band.SpanCount;
            return;
        }
        var grid = scratch.Grid;
        int padding = plan.Padding;
        AddEdges(band, at, op, plan, vertices, grid);
        if (scratch.Filter is { } filter) WriteFiltered(band, op, padding, grid, filter);
        else
        {
            // The last band's grid reaches below the picture: edges there are cleared like all others.
            for (int row = band.Y0; row < band.Y0 + grid.Rows; row++)
                WriteRow(band, op, grid, row, op.AntiAlias);
        }
        at.SpanEnd = band.SpanCount;
    }

    /// <summary>From device pixels to a band's grid: what to add to x and y.</summary>
    public static (double X, double Y) Origin(Band band, int padding) =>
        (1 + padding + BandPlan.Nudge, padding - band.Y0 + BandPlan.Nudge);

    private static void AddEdges(Band band, in BandOp at, in Op op, BandPlan plan, double[] vertices, CoverageGrid grid)
    {
        var (ox, oy) = Origin(band, plan.Padding);
        int* edges = band.Edges.Pointer;
        fixed (double* v = vertices)
        {
            for (int e = at.EdgeStart; e < at.EdgeEnd; e++)
            {
                double* from = v + 2 * edges[2 * e], to = v + 2 * edges[2 * e + 1];
                if (op.AntiAlias) grid.Add(from[0] + ox, from[1] + oy, to[0] + ox, to[1] + oy);
                else grid.AddCentres(from[0] + ox, from[1] + oy, to[0] + ox, to[1] + oy);
            }
        }
    }

    private static void WriteRow(Band band, in Op op, CoverageGrid grid, int row, bool antiAlias)
    {
        int y = row - band.Y0;
        ulong* crossed = grid.Crossed + y * grid.Words;
        double* sums = grid.Sums + y * grid.Columns;
        int column = grid.NextCrossed(crossed, op.EdgeX0 == 0 ? 0 : op.EdgeX0 + 1);
        if (column >= grid.Columns) return;
        bool visible = row >= op.Y0 && row < op.Y1;
        if (visible) band.ReserveRow(grid.Columns);
        Span* spans = band.Spans.Pointer;
        float* allWindings = band.Windings.Pointer;
        int spanCount = band.SpanCount, windingCount = band.WindingCount;
        double sum = 0;
        while (column < grid.Columns)
        {
            int end = antiAlias ? grid.NextFree(crossed, column) : column;
            if (end > column)
            {
                // Picture columns [x0, x1) of the group.
                int x0 = Math.Max(column - 1, op.X0), x1 = Math.Min(end - 1, op.X1);
                float* windings = allWindings + windingCount - (x0 + 1);
                for (int c = column; c < end; c++)
                {
                    sum += sums[c];
                    sums[c] = 0;
                    if (visible && c > x0 && c <= x1) windings[c] = Windings.Narrow(sum);
                }
                if (visible && x0 < x1)
                {
                    spans[spanCount++] = new() { Row = row, X = x0, Count = x1 - x0, Winding = windingCount, Behind = -1 };
                    windingCount += x1 - x0;
                }
            }
            // No edge crosses the cells up to the next group: their winding number is whole.
            sum = Math.Round(sum + sums[end]);
            sums[end] = 0;
            int next = grid.NextCrossed(crossed, end + (antiAlias ? 0 : 1));
            if (visible && sum != 0 && Windings.Coverage((float)sum, op.Rule) != 0)
            {
                int x0 = Math.Max(end - 1, op.X0), x1 = Math.Min(next - 1, op.X1);
                if (x0 < x1) spans[spanCount++] = new() { Row = row, X = x0, Count = x1 - x0, Winding = -1, Behind = -1 };
            }
            column = next;
        }
        (band.SpanCount, band.WindingCount) = (spanCount, windingCount);
        new Span<ulong>(crossed, grid.Words).Clear();
    }

    /// <summary>The mean winding numbers about the op's pixels through the filter; what comes out is cut into spans.</summary>
    private static void WriteFiltered(Band band, in Op op, int padding, CoverageGrid grid, BoxFilter filter)
    {
        // Grid columns that may hold anything but 0, with the guard columns where what lies beyond the picture is summed up.
        int left = op.EdgeX0 == 0 ? 0 : op.EdgeX0 + 1, right = Math.Min(op.EdgeX1 + 2 * padding + 2, grid.Columns), columns = right - left;
        int firstRow = Math.Max(op.Y0, band.Y0), rows = Math.Min(op.Y1, band.Y1) - firstRow, top = firstRow - band.Y0, count = rows + 2 * padding;
        // One row more takes what no pixel of the op depends on.
        double* plane = filter.Plane((count + 1) * columns);
        for (int y = 0; y < grid.Rows; y++)
            DenseRow(grid, y, plane + (y < top || y >= top + count ? count : y - top) * columns - left, op.AntiAlias);
        int guardLeft = left == 0 ? 1 : 0, guardRight = right == grid.Columns ? 1 : 0;
        filter.Apply(plane + guardLeft, count, columns - guardLeft - guardRight, columns);
        for (int row = firstRow; row < firstRow + rows; row++)
        {
            band.ReserveRow(grid.Columns);
            double* line = plane + (row - firstRow + padding) * columns - left + padding + 1;
            for (int x = op.X0; x < op.X1;)
            {
                bool run = Windings.IsWhole(line[x]), empty = run && Windings.Coverage((float)Math.Round(line[x]), op.Rule) == 0;
                int begin = x++;
                while (x < op.X1 && Windings.IsWhole(line[x]) == run && (!run || Math.Round(line[x]) == Math.Round(line[begin]))) x++;
                if (empty) continue;
                band.Spans.Pointer[band.SpanCount++] =
                    new() { Row = row, X = begin, Count = x - begin, Winding = run ? -1 : band.WindingCount, Behind = -1 };
                if (run) continue;
                float* windings = band.Windings.Pointer + band.WindingCount;
                for (int i = begin; i < x; i++) windings[i - begin] = Windings.Narrow(line[i]);
                band.WindingCount += x - begin;
            }
        }
    }

    /// <summary>A row's mean winding numbers, densely.</summary>
    private static void DenseRow(CoverageGrid grid, int y, double* line, bool antiAlias)
    {
        ulong* crossed = grid.Crossed + y * grid.Words;
        double* sums = grid.Sums + y * grid.Columns;
        int column = grid.NextCrossed(crossed, 0);
        double sum = 0;
        while (column < grid.Columns)
        {
            int end = antiAlias ? grid.NextFree(crossed, column) : column;
            for (int c = column; c < end; c++)
            {
                sum += sums[c];
                sums[c] = 0;
                line[c] = sum;
            }
            sum = Math.Round(sum + sums[end]);
            sums[end] = 0;
            column = grid.NextCrossed(crossed, end + (antiAlias ? 0 : 1));
            if (sum != 0) new Span<double>(line + end, column - end).Fill(sum);
        }
        new Span<ulong>(crossed, grid.Words).Clear();
    }
}
