using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Differentiation;

/// <summary>Pictures [B,3,H,W] in 0..1 to latents [B,C,h,w], with and without the way back.</summary>
/// <param name="Encode">Fresh latents.</param>
/// <param name="EncodeForGradient">The same with dL/dpicture from dL/dlatents.</param>
public sealed record PictureEncoder(Func<Tensor, Tensor> Encode, Func<Tensor, Differentiated> EncodeForGradient)
{
    /// <summary>An encoder of tensor operations, differentiated by the engine.</summary>
    public static PictureEncoder ByEngine(Func<Tensor, Tensor> function) => new(function, image => Differentiated.ByEngine(image, function));
}
