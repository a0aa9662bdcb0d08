using SvgDistill.Rasterizer.Drawing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>A pattern's texture [4, H, W] repeated over a box, [4, rows, columns], opacity included; the formulas of <see cref="Compositing.TilesSource"/>.</summary>
internal sealed class TensorTiles(DrawTiles tiles, Tensor texture, int opacity, Tensor scalars, ScalarType type, Device device)
{
    public Tensor Sample(int x0, int y0, int x1, int y1)
    {
        var texels = texture.flatten(1);
        var x = (arange(x0, x1, dtype: type, device: device) + .5).unsqueeze(0);
        var y = (arange(y0, y1, dtype: type, device: device) + .5).unsqueeze(1);
        int m = tiles.DeviceToTexture;
        var (column, nextColumn, u) = Texels(S(m) * x + S(m + 2) * y + S(m + 4) - .5, tiles.Width);
        var (row, nextRow, v) = Texels(S(m + 1) * x + S(m + 3) * y + S(m + 5) - .5, tiles.Height);
        Tensor left = At(column, row) * (1 - v) + At(column, nextRow) * v, right = At(nextColumn, row) * (1 - v) + At(nextColumn, nextRow) * v;
        var color = left * (1 - u) + right * u;
        return opacity < 0 ? color : color * S(opacity);

        Tensor At(Tensor column, Tensor row) =>
            texels.index_select(1, (row * tiles.Width + column).flatten()).view(4, y1 - y0, x1 - x0);
    }

    /// <summary>The texel before a place and the one after it, the first again after the last, and the fraction of the way to it.</summary>
    private static (Tensor Before, Tensor After, Tensor Fraction) Texels(Tensor place, int count)
    {
        var inside = place - count * (place.detach() / count).floor();
        var before = inside.detach().floor().clamp(0, count - 1);
        var index = before.to(ScalarType.Int64);
        return (index, (index + 1).remainder(count), inside - before);
    }

    private Tensor S(int index) => scalars.narrow(0, index, 1);
}
