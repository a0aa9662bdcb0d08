using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>
/// A raster image as a paint, frozen: sampled at pixel centres, smoothly with the cubic of Mitchell and Netravali (B = C = 1/3) on
/// premultiplied values, as resvg does, or by the nearest pixel.
/// </summary>
internal sealed unsafe class ImageSource : PaintSource
{
    private readonly float[] _pixels;
    private readonly int _width, _height;
    private double _a, _b, _c, _d, _e, _f;

    public ImageSource(ImageNode node)
    {
        Node = node;
        (_width, _height) = (node.PixelWidth, node.PixelHeight);
        var rgba = node.Rgba.Span;
        _pixels = new float[4 * _width * _height];
        for (int i = 0; i < _pixels.Length; i += 4)
        {
            float alpha = rgba[i + 3] / 255f;
            for (int c = 0; c < 3; c++) _pixels[i + c] = rgba[i + c] / 255f * alpha;
            _pixels[i + 3] = alpha;
        }
    }

    public ImageNode Node { get; }

    public override int GradientSize => 0;

    public void Set(ReadOnlySpan<double> map) =>
        (_a, _b, _c, _d, _e, _f) = (map[0], map[1], map[2], map[3], map[4], map[5]);

    public override void Evaluate(int row, int x, int count, PlaneRows paints, PaintWork work)
    {
        Span<float> color = stackalloc float[4];
        for (int i = x; i < x + count; i++)
        {
            double u = _a * (i + .5) + _c * (row + .5) + _e, v = _b * (i + .5) + _d * (row + .5) + _f;
            if (Node.Smooth) Cubic(u - .5, v - .5, color);
            else At(Clamp(Math.Floor(u), _width), Clamp(Math.Floor(v), _height)).CopyTo(color);
            for (int plane = 0; plane < 4; plane++) paints[plane][i] = color[plane];
        }
    }

    public override void Backward(int row, int x, int count, PlaneRows gradients, double* sums, PaintWork work) { }

    public override void Flush(double* sums, List<(int Index, double Value)> scalarGradients) { }

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
                var pixel = At(Clamp(column + i - 1, _width), y);
                double weight = weightsX[i] * weightsY[j];
                for (int c = 0; c < 4; c++) sums[c] += weight * pixel[c];
            }
        }
        // The cubic overshoots at edges; premultiplied colours stay within 0..alpha.
        double alpha = Math.Clamp(sums[3], 0, 1);
        for (int c = 0; c < 3; c++) color[c] = (float)Math.Clamp(sums[c], 0, alpha);
        color[3] = (float)alpha;
    }

    private static void Weights(double t, Span<double> weights)
    {
        double s = 1 - t;
        weights[0] = s * s * (7 * s - 6) / 18;
        weights[1] = (16 - 36 * t * t + 21 * t * t * t) / 18;
        weights[2] = (16 - 36 * s * s + 21 * s * s * s) / 18;
        weights[3] = t * t * (7 * t - 6) / 18;
    }

    private ReadOnlySpan<float> At(int column, int line) => _pixels.AsSpan(4 * (line * _width + column), 4);

    private static int Clamp(double value, int size) => (int)Math.Clamp(value, 0, size - 1);
}
