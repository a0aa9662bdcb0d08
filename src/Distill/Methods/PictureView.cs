using SvgDistill.Distill.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>How far a picture is turned, scaled and shifted at random, so that nothing is learnt, or followed, that a pixel's place makes.</summary>
/// <param name="Degrees">Turned by at most so much to either side.</param>
/// <param name="Scale">Scaled by at most this part.</param>
/// <param name="Shift">Shifted by at most this part of half the picture's side.</param>
public sealed record ViewRange(double Degrees, double Scale, double Shift);

/// <summary>A picture as seen a little turned, scaled and shifted, its border continued outward. Differentiable in the picture.</summary>
public sealed class PictureView
{
    private readonly float[] _map;

    private PictureView(float[] map) => _map = map;

    /// <summary>A view at random.</summary>
    public static PictureView Draw(ViewRange range, IDraws draws)
    {
        ArgumentNullException.ThrowIfNull(range);
        ArgumentNullException.ThrowIfNull(draws);
        double Within(double limit) => limit * (2 * draws.Uniform() - 1);
        var angle = Within(range.Degrees) * Math.PI / 180;
        var scale = 1 + Within(range.Scale);
        var (cos, sin) = ((float)(scale * Math.Cos(angle)), (float)(scale * Math.Sin(angle)));
        var (x, y) = ((float)Within(range.Shift), (float)Within(range.Shift));
        return new([cos, -sin, x, sin, cos, y]);
    }

    /// <summary>What is seen.</summary>
    /// <param name="picture">[1,3,H,W].</param>
    /// <param name="height">Rows of the view.</param>
    /// <param name="width">Columns of the view.</param>
    /// <returns>Fresh [1,3,height,width].</returns>
    public Tensor Of(Tensor picture, long height, long width)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var map = tensor(_map).to(picture.dtype, picture.device).reshape(1, 2, 3);
        var grid = nn.functional.affine_grid(map, [1, picture.shape[1], height, width], align_corners: false);
        return nn.functional.grid_sample(picture, grid, padding_mode: GridSamplePaddingMode.Border, align_corners: false);
    }
}
