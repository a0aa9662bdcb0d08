using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Data;

/// <summary>Features of pictures by a network that was trained on many more: to measure with, and for a small one to learn from.</summary>
/// <param name="OfSquare">Of a picture [1,3,side,side] (sRGB, 0..1): a vector of unit length. May be called from several threads.</param>
/// <param name="Side">The side that it takes, in pixels.</param>
/// <param name="Hash">Of the network's file, for what is kept from one run to the next.</param>
public sealed record PictureFeatures(Func<Tensor, double[]> OfSquare, int Side, string Hash)
{
    /// <summary>Features, of unit length, of a picture [1,3,H,W] (sRGB, 0..1) of any size, brought to the network's.</summary>
    public double[] Of(Tensor picture)
    {
        using var scope = NewDisposeScope();
        return OfSquare(Sized(picture, Side));
    }

    /// <summary>Pictures [B,3,side,side], fp32, of pictures [B,3,H,W], bilinear.</summary>
    internal static Tensor Sized(Tensor pictures, int side) =>
        nn.functional.interpolate(pictures.to(ScalarType.Float32), [side, side], mode: InterpolationMode.Bilinear, align_corners: false);
}
