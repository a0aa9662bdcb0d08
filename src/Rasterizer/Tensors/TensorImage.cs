using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Drawing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>An image's pixels in a box, [4, rows, columns]; the formulas of <see cref="ImageSource"/>.</summary>
internal sealed class TensorImage(DrawList list, DrawImage image, Tensor scalars, ScalarType type, Device device)
{
    private readonly ImageSource _source = (ImageSource)PaintSource.Prepare(null, image, list);

    public Tensor Sample(int x0, int y0, int x1, int y1) =>
        image is { Moves: true, Image.Smooth: true } ? Cubic(x0, y0, x1, y1) : Frozen(x0, y0, x1, y1);

    private Tensor Cubic(int x0, int y0, int x1, int y1)
    {
        var x = (arange(x0, x1, dtype: type, device: device) + .5).unsqueeze(0);
        var y = (arange(y0, y1, dtype: type, device: device) + .5).unsqueeze(1);
        int m = image.DeviceToImage, width = _source.Width, height = _source.Height;
        Tensor u = (S(m) * x + S(m + 2) * y + S(m + 4)) / _source.FactorX - .5, v = (S(m + 1) * x + S(m + 3) * y + S(m + 5)) / _source.FactorY - .5;
        Tensor column = u.detach().floor(), line = v.detach().floor();
        Tensor[] weightsX = Weights(u - column), weightsY = Weights(v - line);
        var pixels = tensor(_source.Pixels.ToArray(), dtype: type, device: device).view(-1, 4);
        var sum = zeros(4, y1 - y0, x1 - x0, dtype: type, device: device);
        for (int j = 0; j < 4; j++)
        {
            var rows = (line + (j - 1)).clamp(0, height - 1) * width;
            for (int i = 0; i < 4; i++)
            {
                var index = (rows + (column + (i - 1)).clamp(0, width - 1)).to(ScalarType.Int64).flatten();
                var pixel = pixels.index_select(0, index).t().contiguous().view(4, y1 - y0, x1 - x0);
                sum = sum + weightsX[i] * weightsY[j] * pixel;
            }
        }
        var alpha = sum.narrow(0, 3, 1).clamp(0, 1);
        var color = sum.narrow(0, 0, 3).clamp_min(0);
        return cat([where(color > alpha, alpha, color), alpha], 0);
    }

    private static Tensor[] Weights(Tensor t)
    {
        var s = 1 - t;
        return
        [
            s * s * (7 * s - 6) / 18, (16 - 36 * t * t + 21 * t * t * t) / 18,
            (16 - 36 * s * s + 21 * s * s * s) / 18, t * t * (7 * t - 6) / 18,
        ];
    }

    private Tensor S(int index) => scalars.narrow(0, index, 1);

    private unsafe Tensor Frozen(int x0, int y0, int x1, int y1)
    {
        int width = x1 - x0, stride = width + 2 * System.Numerics.Vector<float>.Count, count = width * (y1 - y0);
        float[] pixels = new float[4 * count], row = new float[4 * stride];
        fixed (float* rows = row)
        {
            for (int y = y0; y < y1; y++)
            {
                _source.Evaluate(y, x0, width, new PlaneRows(rows - x0, stride), default);
                for (int plane = 0; plane < 4; plane++)
                    row.AsSpan(plane * stride, width).CopyTo(pixels.AsSpan(plane * count + (y - y0) * width));
            }
        }
        return tensor(pixels, dtype: type, device: device).view(4, y1 - y0, width);
    }
}
