using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Distill.Creating;

/// <summary>
/// A thing before a plain ground, as models of icons draw it, cut out: the ground that reaches the picture's edge becomes transparent,
/// and along the thing's outline colours are taken for mixtures of its own and the ground's.
/// </summary>
public static class PlainGround
{
    // Colours (Euclidean, RGB 0..1) that are the ground's in spite of a decoder's noise, and how far an outline's mixtures reach.
    private const double Tolerance = .14;
    private const int Reach = 2;

    /// <summary>The picture with its ground transparent; a ground of another colour stays.</summary>
    /// <param name="opaque">An opaque picture.</param>
    /// <param name="ground">The ground's colour, 0..1.</param>
    public static Picture Cut(Picture opaque, (double R, double G, double B) ground)
    {
        ArgumentNullException.ThrowIfNull(opaque);
        var (width, height) = (opaque.Width, opaque.Height);
        var isGround = Flood(opaque, ground);
        var cut = new Picture(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var at = y * width + x;
                if (isGround[at]) continue;
                var (color, alpha) = (Color(opaque, at), 1.0);
                if (Inside(opaque, isGround, x, y, ground) is { } inner)
                {
                    var (full, seen) = (Minus(inner, ground), Minus(color, ground));
                    alpha = Math.Clamp(Dot(seen, full) / Dot(full, full), 0, 1);
                    color = inner;
                }
                cut.Plane(0)[at] = (float)(alpha * color.R);
                cut.Plane(1)[at] = (float)(alpha * color.G);
                cut.Plane(2)[at] = (float)(alpha * color.B);
                cut.Plane(3)[at] = (float)alpha;
            }
        return cut;
    }

    private static bool[] Flood(Picture picture, (double, double, double) ground)
    {
        var (width, height) = (picture.Width, picture.Height);
        var found = new bool[width * height];
        var pending = new Stack<int>();
        for (var i = 0; i < found.Length; i++)
            if (i % width == 0 || i % width == width - 1 || i < width || i >= found.Length - width) Visit(i);
        while (pending.TryPop(out var i))
        {
            if (i % width > 0) Visit(i - 1);
            if (i % width < width - 1) Visit(i + 1);
            if (i >= width) Visit(i - width);
            if (i < found.Length - width) Visit(i + width);
        }
        return found;

        void Visit(int i)
        {
            var difference = Minus(Color(picture, i), ground);
            if (found[i] || Dot(difference, difference) > Tolerance * Tolerance) return;
            found[i] = true;
            pending.Push(i);
        }
    }

    // Of the pixels near one at the outline the one least like the ground: the thing's own colour there. Null away from the outline.
    private static (double R, double G, double B)? Inside(Picture picture, bool[] isGround, int x, int y, (double, double, double) ground)
    {
        var touches = false;
        var (best, farthest) = (Color(picture, y * picture.Width + x), 0.0);
        for (var ny = Math.Max(0, y - Reach); ny <= Math.Min(picture.Height - 1, y + Reach); ny++)
            for (var nx = Math.Max(0, x - Reach); nx <= Math.Min(picture.Width - 1, x + Reach); nx++)
            {
                var at = ny * picture.Width + nx;
                if (isGround[at]) touches |= Math.Abs(nx - x) <= 1 && Math.Abs(ny - y) <= 1;
                else
                {
                    var color = Color(picture, at);
                    var difference = Minus(color, ground);
                    if (Dot(difference, difference) > farthest) (best, farthest) = (color, Dot(difference, difference));
                }
            }
        return touches && farthest > 0 ? best : null;
    }

    private static (double R, double G, double B) Color(Picture p, int at) => (p.Plane(0)[at], p.Plane(1)[at], p.Plane(2)[at]);

    private static (double, double, double) Minus((double R, double G, double B) a, (double R, double G, double B) b) => (a.R - b.R, a.G - b.G, a.B - b.B);

    private static double Dot((double X, double Y, double Z) a, (double X, double Y, double Z) b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;
}
