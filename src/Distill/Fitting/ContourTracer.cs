using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Fitting;

/// <summary>
/// Follows the cracks between pixels inside and outside a set. Outer contours run clockwise on screen, holes the other way,
/// so that nonzero filling gives the set back.
/// </summary>
internal static class ContourTracer
{
    // Directions: 0 right, 1 down, 2 left, 3 up; walking so that the inside lies to the right.
    private static readonly (int X, int Y)[] _steps = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    /// <summary>All contours of the set as closed lists of lattice corners one step apart, the first not repeated.</summary>
    /// <param name="inside">The set, row by row.</param>
    /// <param name="width">Pixels in a row.</param>
    public static List<List<Point>> Trace(bool[] inside, int width)
    {
        var height = inside.Length / width;
        var visited = new bool[(width + 1) * (height + 1)]; // of cracks that run right along a pixel's top edge
        var contours = new List<List<Point>>();
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                if (Is(x, y) && !Is(x, y - 1) && !visited[y * (width + 1) + x])
                    contours.Add(Follow(x, y));
        return contours;

        bool Is(int x, int y) => x >= 0 && y >= 0 && x < width && y < height && inside[y * width + x];

        List<Point> Follow(int startX, int startY)
        {
            var contour = new List<Point>();
            var (x, y, direction) = (startX, startY, 0);
            do
            {
                if (direction == 0) visited[y * (width + 1) + x] = true;
                contour.Add(new(x, y));
                x += _steps[direction].X;
                y += _steps[direction].Y;
                // Turning towards the inside first joins pixels that touch at a corner only where this contour began on both;
                // turning right keeps the set 4-connected.
                for (var turn = 1; turn >= -2; turn--)
                {
                    var next = (direction + turn + 4) % 4;
                    if (!IsCrack(x, y, next)) continue;
                    direction = next;
                    break;
                }
            }
            while ((x, y, direction) != (startX, startY, 0));
            return contour;
        }

        // A crack leaving corner (x, y): inside on the right-hand side, outside on the left.
        bool IsCrack(int x, int y, int direction) => direction switch
        {
            0 => Is(x, y) && !Is(x, y - 1),
            1 => Is(x - 1, y) && !Is(x, y),
            2 => Is(x - 1, y - 1) && !Is(x - 1, y),
            _ => Is(x, y - 1) && !Is(x - 1, y - 1),
        };
    }
}
