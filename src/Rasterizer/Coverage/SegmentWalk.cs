namespace SvgDistill.Rasterizer.Coverage;

/// <summary>What is done at each cell that a segment crosses.</summary>
internal interface ICellVisitor
{
    /// <summary>The segment's part [from, to] of its parameter 0..1 lies in one cell.</summary>
    void Visit(int row, int column, double from, double to);

    /// <summary>The part [from, to] lies left of the grid and within its rows: it turns the winding of whole rows.</summary>
    void VisitLeft(int row, double from, double to);
}

/// <summary>
/// Enumerates the cells of a grid that a straight segment crosses, with the part of the segment in each.
/// Forward and backward passes walk the same way, so that the gradient is that of the very sums that were drawn.
/// </summary>
internal static class SegmentWalk
{
    /// <summary>
    /// Walks the segment (x0, y0)-(x1, y1) over cells (row, column) with 0 &lt;= row &lt; rows and 1 &lt;= column &lt; columns - 1;
    /// column 0 and columns - 1 are guards that stand for everything left and right of the grid.
    /// </summary>
    public static void Run<T>(double x0, double y0, double x1, double y1, int rows, int columns, ref T visitor)
        where T : struct, ICellVisitor
    {
        double dx = x1 - x0, dy = y1 - y0;
        double right = columns - 1;
        double minX = Math.Min(x0, x1), maxX = Math.Max(x0, x1), minY = Math.Min(y0, y1), maxY = Math.Max(y0, y1);
        if (minX >= right || minY >= rows || maxY < 0) return;
        double from = 0, to = 1;
        if (minY < 0 || maxY > rows)
        {
            if (dy == 0) return;
            double top = -y0 / dy, bottom = (rows - y0) / dy;
            from = Math.Max(0, Math.Min(top, bottom));
            to = Math.Min(1, Math.Max(top, bottom));
            if (!(from < to)) return;
        }
        if (minX >= 1 && maxX < right)
        {
            Cells(x0, y0, dx, dy, from, to, rows, columns, ref visitor);
            return;
        }
        if (dx == 0)
        {
            Left(y0, dy, from, to, rows, ref visitor);
            return;
        }
        // Where the segment passes the two borders, as parts of [from, to].
        double enter = Math.Clamp((1 - x0) / dx, from, to), leave = Math.Clamp((right - x0) / dx, from, to);
        if (dx > 0)
        {
            if (from < enter) Left(y0, dy, from, enter, rows, ref visitor);
            if (enter < leave) Cells(x0, y0, dx, dy, enter, leave, rows, columns, ref visitor);
        }
        else
        {
            if (leave < enter) Cells(x0, y0, dx, dy, leave, enter, rows, columns, ref visitor);
            if (enter < to) Left(y0, dy, enter, to, rows, ref visitor);
        }
    }

    private static void Left<T>(double y0, double dy, double from, double to, int rows, ref T visitor)
        where T : struct, ICellVisitor
    {
        if (dy == 0) return;
        int row = Math.Clamp((int)(y0 + dy * from), 0, rows - 1), last = Math.Clamp((int)(y0 + dy * to), 0, rows - 1);
        int step = last > row ? 1 : -1;
        while (row != last)
        {
            double next = Math.Clamp((row + (step > 0 ? 1 : 0) - y0) / dy, from, to);
            visitor.VisitLeft(row, from, next);
            from = next;
            row += step;
        }
        visitor.VisitLeft(row, from, to);
    }

    private static void Cells<T>(
        double x0, double y0, double dx, double dy, double from, double to, int rows, int columns, ref T visitor)
        where T : struct, ICellVisitor
    {
        // The first and last cells fix the number of steps each way, so that rounding can neither lose a cell nor leave the grid.
        int column = Math.Clamp((int)(x0 + dx * from), 1, columns - 2), row = Math.Clamp((int)(y0 + dy * from), 0, rows - 1);
        int lastColumn = Math.Clamp((int)(x0 + dx * to), 1, columns - 2), lastRow = Math.Clamp((int)(y0 + dy * to), 0, rows - 1);
        int stepX = lastColumn > column ? 1 : -1, stepY = lastRow > row ? 1 : -1;
        int leftX = Math.Abs(lastColumn - column), leftY = Math.Abs(lastRow - row);
        double deltaX = 0, deltaY = 0, nextX = double.PositiveInfinity, nextY = double.PositiveInfinity;
        if (leftX > 0)
        {
            deltaX = 1 / Math.Abs(dx);
            nextX = (column + (stepX > 0 ? 1 : 0) - x0) / dx;
        }
        if (leftY > 0)
        {
            deltaY = 1 / Math.Abs(dy);
            nextY = (row + (stepY > 0 ? 1 : 0) - y0) / dy;
        }
        for (int left = leftX + leftY; left > 0; left--)
        {
            if (nextX < nextY)
            {
                double next = Math.Min(Math.Max(nextX, from), to);
                visitor.Visit(row, column, from, next);
                from = next;
                column += stepX;
                nextX = --leftX > 0 ? nextX + deltaX : double.PositiveInfinity;
            }
            else
            {
                double next = Math.Min(Math.Max(nextY, from), to);
                visitor.Visit(row, column, from, next);
                from = next;
                row += stepY;
                nextY = --leftY > 0 ? nextY + deltaY : double.PositiveInfinity;
            }
        }
        visitor.Visit(row, column, from, to);
    }
}
