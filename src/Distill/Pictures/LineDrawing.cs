using SvgDistill.Distill.Metrics;

namespace SvgDistill.Distill.Pictures;

/// <summary>
/// The edges of a picture as white lines on black, what ControlNets for line drawings follow: Canny's detector (1986) as the
/// released ControlNet code calls it, Sobel derivatives of the picture as it is, thresholds 100 and 200 of 255.
/// </summary>
public static class LineDrawing
{
    private const double Low = 100 / 255.0, High = 200 / 255.0;

    // tan 22.5 degrees: where the direction of a gradient counts as horizontal rather than diagonal.
    private const double Diagonal = 0.41421356237309503;

    /// <summary>The lines of a picture, as large as it is: 1 on a line, else 0, the same in all channels.</summary>
    public static RgbPicture Of(RgbPicture picture)
    {
        var (width, height) = (picture.Width, picture.Height);
        var (strength, dx, dy) = Gradient(picture);
        var lines = new bool[width * height];
        var grow = new Stack<int>();
        var candidate = new bool[width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var i = y * width + x;
                candidate[i] = strength[i] > Low && IsCrest(x, y);
                if (!candidate[i] || strength[i] <= High) continue;
                lines[i] = true;
                grow.Push(i);
            }
        // Weak edges count where they go on from strong ones.
        while (grow.TryPop(out var at))
            for (var y = Math.Max(at / width - 1, 0); y <= Math.Min(at / width + 1, height - 1); y++)
                for (var x = Math.Max(at % width - 1, 0); x <= Math.Min(at % width + 1, width - 1); x++)
                {
                    var i = y * width + x;
                    if (!candidate[i] || lines[i]) continue;
                    lines[i] = true;
                    grow.Push(i);
                }

        var plane = lines.Select(line => line ? 1f : 0f).ToArray();
        return new RgbPicture(width, height, [.. plane, .. plane, .. plane]);

        double At(int x, int y) => x < 0 || y < 0 || x >= width || y >= height ? 0 : strength[y * width + x];

        // Of two equal neighbours across the edge the later one is the crest, so that a line is one pixel wide.
        bool IsCrest(int x, int y)
        {
            var i = y * width + x;
            var (gx, gy) = (Math.Abs(dx[i]), Math.Abs(dy[i]));
            var (stepX, stepY) = gy <= Diagonal * gx ? (1, 0) : gx <= Diagonal * gy ? (0, 1) : (1, dx[i] * dy[i] > 0 ? 1 : -1);
            return strength[i] >= At(x - stepX, y - stepY) && strength[i] > At(x + stepX, y + stepY);
        }
    }

    /// <summary>|dx| + |dy| of Sobel's derivatives, in the channel where it is largest; borders are continued outward.</summary>
    private static (double[] Strength, double[] Dx, double[] Dy) Gradient(RgbPicture picture)
    {
        var (width, height) = (picture.Width, picture.Height);
        var (strength, dx, dy) = (new double[width * height], new double[width * height], new double[width * height]);
        for (var channel = 0; channel < RgbPicture.Channels; channel++)
        {
            var plane = picture.Channel(channel);
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                {
                    var (above, below) = (Math.Max(y - 1, 0) * width, Math.Min(y + 1, height - 1) * width);
                    var (left, right, row) = (Math.Max(x - 1, 0), Math.Min(x + 1, width - 1), y * width);
                    double gx = plane[above + right] - plane[above + left] + 2 * (plane[row + right] - plane[row + left]) + plane[below + right] - plane[below + left];
                    double gy = plane[below + left] - plane[above + left] + 2 * (plane[below + x] - plane[above + x]) + plane[below + right] - plane[above + right];
                    var i = row + x;
                    if (Math.Abs(gx) + Math.Abs(gy) <= strength[i]) continue;
                    (strength[i], dx[i], dy[i]) = (Math.Abs(gx) + Math.Abs(gy), gx, gy);
                }
        }
        return (strength, dx, dy);
    }
}
