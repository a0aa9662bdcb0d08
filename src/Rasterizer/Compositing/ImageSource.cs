using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>
/// A raster image as a paint: sampled at pixel centres, smoothly with the cubic of Mitchell and Netravali (B = C = 1/3) on premultiplied
/// values, as resvg does, or by the nearest pixel. Its pixels are frozen; the map to them has a gradient, but not by the nearest pixel.
/// Where the cubic would step over pixels it samples means of 2, 4, 8 ... of them, by column and by row.
/// </summary>
internal sealed unsafe class ImageSource : PaintSource
{
    private readonly float[] _whole;
    private float[] _pixels;
    private int _width, _height;
    private double _a, _b, _c, _d, _e, _f;
    private int _map;

    public ImageSource(ImageNode node)
    {
        Node = node;
        (_width, _height) = (node.PixelWidth, node.PixelHeight);
        var rgba = node.Rgba.Span;
        _whole = _pixels = new float[4 * _width * _height];
        for (int i = 0; i < _whole.Length; i += 4)
        {
            float alpha = rgba[i + 3] / 255f;
            for (int c = 0; c < 3; c++) _whole[i + c] = rgba[i + c] / 255f * alpha;
            _whole[i + 3] = alpha;
        }
    }

    public ImageNode Node { get; }

    /// <summary>False where nothing moves the image.</summary>
    public bool Moves { get; private set; }

    public override int GradientSize => 6;

    public void Set(double[] scalars, DrawImage image)
    {
        (_map, Moves) = (image.DeviceToImage, image.Moves);
        var map = scalars.AsSpan(_map, 6);
        Reduce(Factor(map[0], map[2], Node.PixelWidth), Factor(map[1], map[3], Node.PixelHeight));
        (_a, _c, _e) = (map[0] / FactorX, map[2] / FactorX, map[4] / FactorX);
        (_b, _d, _f) = (map[1] / FactorY, map[3] / FactorY, map[5] / FactorY);
    }

    /// <summary>How many pixels of a row are one of <see cref="Pixels"/>.</summary>
    public int FactorX { get; private set; } = 1;
    /// <summary>How many pixels of a column are one of <see cref="Pixels"/>.</summary>
    public int FactorY { get; private set; } = 1;
    /// <summary>Columns of <see cref="Pixels"/>.</summary>
    public int Width => _width;
    /// <summary>Rows of <see cref="Pixels"/>.</summary>
    public int Height => _height;

    // The largest power of two that is no more than the image's pixels from one device pixel to the next, across the image's own axis.
    private int Factor(double byX, double byY, int side)
    {
        double step = Math.Sqrt(byX * byX + byY * byY);
        int factor = 1;
        while (Node.Smooth && 2 * factor <= step && 2 * factor <= side) factor *= 2;
        return factor;
    }

    private void Reduce(int factorX, int factorY)
    {
        if ((factorX, factorY) == (FactorX, FactorY)) return;
        (FactorX, FactorY) = (factorX, factorY);
        int width = Node.PixelWidth, height = Node.PixelHeight;
        (_width, _height) = ((width + factorX - 1) / factorX, (height + factorY - 1) / factorY);
        _pixels = _whole;
        if (factorX * factorY == 1) return;
        _pixels = new float[4 * _width * _height];
        for (int line = 0; line < height; line++)
        {
            int rows = Math.Min(factorY, height - line / factorY * factorY);
            for (int column = 0; column < width; column++)
            {
                float share = 1f / (rows * Math.Min(factorX, width - column / factorX * factorX));
                var sum = _pixels.AsSpan(4 * (line / factorY * _width + column / factorX), 4);
                var pixel = _whole.AsSpan(4 * (line * width + column), 4);
                for (int c = 0; c < 4; c++) sum[c] += share * pixel[c];
            }
        }
    }

    public override void Evaluate(int row, int x, int count, PlaneRows paints, PaintWork work)
    {
        Span<float> color = stackalloc float[4];
        for (int i = x; i < x + count; i++)
        {
            var (u, v) = At(i, row);
            if (Node.Smooth) Cubic(u - .5, v - .5, color);
            else Pixel(Clamp(Math.Floor(u), _width), Clamp(Math.Floor(v), _height)).CopyTo(color);
            for (int plane = 0; plane < 4; plane++) paints[plane][i] = color[plane];
        }
    }

    /// <summary>With du, dv = dL/du, dL/dv: sums of du x, dv x, du y, dv y, du, dv.</summary>
    public override void Backward(int row, int x, int count, PlaneRows gradients, double* sums, PaintWork work)
    {
        if (!Moves || !Node.Smooth) return;
        Span<double> gradient = stackalloc double[4];
        for (int i = x; i < x + count; i++)
        {
            for (int plane = 0; plane < 4; plane++) gradient[plane] = gradients[plane][i];
            var (u, v) = At(i, row);
            var (du, dv) = CubicBackward(u - .5, v - .5, gradient);
            (du, dv) = (du / FactorX, dv / FactorY);
            sums[0] += du * (i + .5);
            sums[1] += dv * (i + .5);
            sums[2] += du * (row + .5);
            sums[3] += dv * (row + .5);
            sums[4] += du;
            sums[5] += dv;
        }
    }

    public override void Flush(double* sums, List<(int Index, double Value)> scalarGradients)
    {
        if (!Moves) return;
        for (int i = 0; i < 6; i++) scalarGradients.Add((_map + i, sums[i]));
    }

    /// <summary>A pixel's centre in the image.</summary>
    private (double U, double V) At(int x, int row) =>
        (_a * (x + .5) + _c * (row + .5) + _e, _b * (x + .5) + _d * (row + .5) + _f);

    /// <summary>The premultiplied values that are sampled, [4] a pixel, row by row.</summary>
    public ReadOnlySpan<float> Pixels => _pixels;

    private void Cubic(double u, double v, Span<float> color)
    {
        double column = Math.Floor(u), line = Math.Floor(v);
        Span<double> weightsX = stackalloc double[4], weightsY = stackalloc double[4], sums = stackalloc double[4];
        Weights(u - column, weightsX);
        Weights(v - line, weightsY);
        sums.Clear();
        for (int j = 0; j < 4; j++)
        {
            int y = Clamp(line + j - 1, _height);
            for (int i = 0; i < 4; i++)
            {
                var pixel = Pixel(Clamp(column + i - 1, _width), y);
                double weight = weightsX[i] * weightsY[j];
                for (int c = 0; c < 4; c++) sums[c] += weight * pixel[c];
            }
        }
        // The cubic overshoots at edges; premultiplied colours stay within 0..alpha.
        double alpha = Math.Clamp(sums[3], 0, 1);
        for (int c = 0; c < 3; c++) color[c] = (float)Math.Clamp(sums[c], 0, alpha);
        color[3] = (float)alpha;
    }

    /// <summary>The gradient by the place, of what <see cref="Cubic"/> draws there, clamps included.</summary>
    private (double U, double V) CubicBackward(double u, double v, ReadOnlySpan<double> gradient)
    {
        double column = Math.Floor(u), line = Math.Floor(v);
        Span<double> weightsX = stackalloc double[4], weightsY = stackalloc double[4], slopesX = stackalloc double[4], slopesY = stackalloc double[4];
        Weights(u - column, weightsX);
        Weights(v - line, weightsY);
        Slopes(u - column, slopesX);
        Slopes(v - line, slopesY);
        // Value and derivatives by u and by v, of each component.
        Span<double> sums = stackalloc double[12];
        sums.Clear();
        for (int j = 0; j < 4; j++)
        {
            int y = Clamp(line + j - 1, _height);
            for (int i = 0; i < 4; i++)
            {
                var pixel = Pixel(Clamp(column + i - 1, _width), y);
                double weight = weightsX[i] * weightsY[j], byU = slopesX[i] * weightsY[j], byV = weightsX[i] * slopesY[j];
                for (int c = 0; c < 4; c++)
                {
                    sums[c] += weight * pixel[c];
                    sums[4 + c] += byU * pixel[c];
                    sums[8 + c] += byV * pixel[c];
                }
            }
        }
        double alpha = Math.Clamp(sums[3], 0, 1), du = 0, dv = 0;
        for (int c = 0; c < 4; c++)
        {
            // What is clamped to alpha moves with alpha; what is clamped to a constant does not move.
            int of = c < 3 && sums[c] > alpha ? 3 : c;
            double value = sums[of];
            if (value < 0 || (of == 3 && value > 1)) continue;
            du += gradient[c] * sums[4 + of];
            dv += gradient[c] * sums[8 + of];
        }
        return (du, dv);
    }

    private static void Weights(double t, Span<double> weights)
    {
        double s = 1 - t;
        weights[0] = s * s * (7 * s - 6) / 18;
        weights[1] = (16 - 36 * t * t + 21 * t * t * t) / 18;
        weights[2] = (16 - 36 * s * s + 21 * s * s * s) / 18;
        weights[3] = t * t * (7 * t - 6) / 18;
    }

    /// <summary>Derivatives of <see cref="Weights"/> by t.</summary>
    private static void Slopes(double t, Span<double> slopes)
    {
        double s = 1 - t;
        slopes[0] = -s * (7 * s - 4) / 6;
        slopes[1] = t * (7 * t - 8) / 2;
        slopes[2] = -s * (7 * s - 8) / 2;
        slopes[3] = t * (7 * t - 4) / 6;
    }

    private ReadOnlySpan<float> Pixel(int column, int line) => _pixels.AsSpan(4 * (line * _width + column), 4);

    private static int Clamp(double value, int size) => (int)Math.Clamp(value, 0, size - 1);
}
