using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Metrics;

/// <summary>Pictures from tensors and back.</summary>
public static class RgbPictureTensors
{
    /// <summary>The picture as a fresh tensor [1,3,H,W], 0..1.</summary>
    public static Tensor ToTensor(this RgbPicture picture)
    {
        using var flat = tensor(picture.Values.ToArray());
        return flat.reshape(1, RgbPicture.Channels, picture.Height, picture.Width);
    }

    /// <summary>A copy of a tensor [1,3,H,W], 0..1.</summary>
    /// <exception cref="ArgumentException">It has another shape.</exception>
    public static RgbPicture ToPicture(this Tensor image)
    {
        if (image.shape is not [1, RgbPicture.Channels, var height, var width])
            throw new ArgumentException($"A picture is [1, 3, height, width], not [{string.Join(", ", image.shape)}].");
        using var scope = NewDisposeScope();
        return new((int)width, (int)height, image.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray());
    }
}
