using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Restoration;

/// <summary>A convolution with one kernel along rows and columns, mirrored borders, every stride-th sample kept.</summary>
internal sealed class SeparableFilter(float[] kernel, int before, int stride)
{
    /// <summary>[B,3,H,W] to [B,3,H/stride,W/stride].</summary>
    /// <remarks>Sample i is centred so that the kernel's first tap lies <c>before</c> pixels left of pixel i * stride.</remarks>
    public Tensor Apply(Tensor image)
    {
        using var scope = NewDisposeScope();
        var channels = image.shape[1];
        var taps = tensor(kernel, dtype: image.dtype, device: image.device);
        var rows = taps.reshape(1, 1, 1, -1).expand(channels, 1, 1, -1).contiguous();
        var columns = taps.reshape(1, 1, -1, 1).expand(channels, 1, -1, 1).contiguous();
        long after = kernel.Length - before - stride;
        var padded = nn.functional.pad(image, [before, after, before, after], PaddingModes.Reflect);
        var across = nn.functional.conv2d(padded, rows, strides: [1, stride], groups: channels);
        return nn.functional.conv2d(across, columns, strides: [stride, 1], groups: channels).MoveToOuterDisposeScope();
    }
}
