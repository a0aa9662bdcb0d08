using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Steps;

/// <summary>A contour of a path: its points in order, nodes and handles, and the segments between them.</summary>
/// <param name="Points">The points; the first of a contour that begins after a close is that of the contour before.</param>
/// <param name="Orders">Of each segment: 1 for a line, 3 for a cubic.</param>
/// <param name="IsClosed">Whether a straight line joins the last point to the first.</param>
internal sealed record PathContour(ScalarPoint[] Points, int[] Orders, bool IsClosed)
{
    /// <summary>The contours of a path in order.</summary>
    internal static IEnumerable<PathContour> Of(PathGeometry path)
    {
        List<ScalarPoint> points = [];
        List<int> orders = [];
        var (next, start, isOpen) = (0, default(ScalarPoint), false);
        foreach (var command in path.Commands)
        {
            if (command == PathCommand.Move)
            {
                if (isOpen) yield return End(closed: false);
                start = path.Points[next++];
            }
            if (command == PathCommand.Move || !isOpen)
            {
                points.Add(start);
                isOpen = true;
            }
            if (command == PathCommand.Close)
            {
                yield return End(closed: true);
                isOpen = false;
            }
            else if (command != PathCommand.Move)
            {
                orders.Add(command == PathCommand.Cubic ? 3 : 1);
                for (var i = 0; i < orders[^1]; i++) points.Add(path.Points[next++]);
            }
        }
        if (isOpen) yield return End(closed: false);

        PathContour End(bool closed)
        {
            var contour = new PathContour([.. points], [.. orders], closed);
            points.Clear();
            orders.Clear();
            return contour;
        }
    }
}
