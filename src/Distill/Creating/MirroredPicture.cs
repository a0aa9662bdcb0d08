using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Distill.Creating;

/// <summary>A picture that is nearly its own mirror image, left to right, made so wholly: its left half stands on both sides.</summary>
public static class MirroredPicture
{
    // The mean difference of a pixel from its mirror image (premultiplied RGBA), of the ink, that still counts as symmetric.
    private const double Near = .055;

    /// <summary>The symmetric picture; null where it is not nearly so about any upright axis near the middle.</summary>
    public static Picture? Of(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var (width, height) = (picture.Width, picture.Height);
        var (best, least) = (0, double.PositiveInfinity);
        for (var sum = width - 1 - width / 8; sum <= width - 1 + width / 8; sum++)
        {
            var difference = Difference(picture, sum);
            if (difference < least) (best, least) = (sum, difference);
        }
        if (!(least < Near)) return null;
        var mirrored = new Picture(width, height);
        for (var plane = 0; plane < 4; plane++)
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                {
                    var from = 2 * x <= best ? x : best - x;
                    mirrored.Plane(plane)[y * width + x] = from >= 0 ? picture.Plane(plane)[y * width + from] : 0;
                }
        return mirrored;
    }

    // A column's image is the one whose number adds up to the sum with its own; beyond the edge nothing is drawn.
    private static double Difference(Picture picture, int sum)
    {
        var (width, height) = (picture.Width, picture.Height);
        var (difference, ink) = (0.0, 0.0);
        for (var plane = 0; plane < 4; plane++)
        {
            var values = picture.Plane(plane);
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                {
                    var value = values[y * width + x];
                    var image = sum - x is >= 0 and var at && at < width ? values[y * width + at] : 0;
                    difference += Math.Abs(value - image);
                    if (plane == 3) ink += value;
                }
        }
        return ink > 0 ? difference / (4 * ink) : double.PositiveInfinity;
    }
}
