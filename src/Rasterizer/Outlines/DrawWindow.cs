using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>Where geometry is drawn to, in the pixels of the draw list.</summary>
/// <param name="Picture">The whole picture; what depends on how much of a thing is seen depends on this alone.</param>
/// <param name="Near">What lies outside cannot be seen, and is left out.</param>
internal readonly record struct DrawWindow(PixelBox Picture, PixelBox Near)
{
    /// <summary>A whole picture; a whole picture's size away from it nothing is seen, even through a wide filter.</summary>
    public static DrawWindow Whole(int width, int height)
    {
        var picture = new PixelBox(0, 0, width, height);
        return new DrawWindow(picture, picture.Around);
    }

    /// <summary>What <see cref="Near"/> is for the whole picture.</summary>
    public PixelBox Around => Picture.Around;

    /// <summary>Some rows of a picture, the first of them at 0; <paramref name="reach"/> rows beyond them still matter.</summary>
    public static DrawWindow Rows(int width, int height, int first, int count, int reach) =>
        new(new(0, -first, width, height - first), new(-width, -reach, 2.0 * width, count + reach));
}

/// <summary>A rectangle in pixels.</summary>
internal readonly record struct PixelBox(double Left, double Top, double Right, double Bottom)
{
    /// <summary>The rectangle and as much again on each side.</summary>
    public PixelBox Around => new(2 * Left - Right, 2 * Top - Bottom, 2 * Right - Left, 2 * Bottom - Top);

    /// <summary>Which part of the way from a to b lies inside, as fractions of it; from is not less than to where none does.</summary>
    public (double From, double To) Inside(Point a, Point b)
    {
        var (from, to) = (0.0, 1.0);
        Clip(a.X, b.X - a.X, Left, Right);
        Clip(a.Y, b.Y - a.Y, Top, Bottom);
        return (from, to);

        void Clip(double start, double change, double low, double high)
        {
            if (change == 0)
            {
                if (start < low || start > high) to = from;
                return;
            }
            var (enter, leave) = ((low - start) / change, (high - start) / change);
            from = Math.Max(from, Math.Min(enter, leave));
            to = Math.Min(to, Math.Max(enter, leave));
        }
    }

    /// <summary>A rectangle wider on each side.</summary>
    public PixelBox Grown(double by) => new(Left - by, Top - by, Right + by, Bottom + by);
}
