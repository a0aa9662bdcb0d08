using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>A square convolution with bias, padded by zeros.</summary>
internal sealed class Conv2d(Parameters p, long inputs, long outputs, long kernel = 3, long stride = 1, long padding = 1)
{
    private readonly Tensor weight = p.Take("weight", outputs, inputs, kernel, kernel);
    private readonly Tensor bias = p.Take("bias", outputs);
    private readonly long[] strides = [stride, stride];
    private readonly long[] paddings = [padding, padding];

    /// <summary>[B,in,H,W] -> [B,out,H',W'].</summary>
    public Tensor Forward(Tensor x) => nn.functional.conv2d(x, weight, bias, strides, paddings);
}
