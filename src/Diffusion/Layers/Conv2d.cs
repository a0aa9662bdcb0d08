using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>A square convolution with bias, padded by zeros.</summary>
/// <remarks>
/// On the CPU the engine brings weights into a layout of its own at every call; with 16 or 64 positions that is half of the work. Weights
/// of up to 8 MB are therefore laid out once, and once more turned round for the way back, which is a convolution too where the stride is 1.
/// </remarks>
internal sealed class Conv2d(Parameters p, long inputs, long outputs, long kernel = 3, long stride = 1, long padding = 1)
{
    private const long BlockedNumbers = 1 << 21;

    private readonly Tensor weight = p.Take("weight", outputs, inputs, kernel, kernel);
    private readonly Tensor bias = p.Take("bias", outputs);
    private readonly Lock layouts = new();
    private Tensor? forwards, backwards;

    /// <summary>[B,in,H,W] -> [B,out,H',W'].</summary>
    public Tensor Forward(Tensor x, Tape? tape = null)
    {
        var y = IsBlocked
            ? Aten.ConvolutionBlocked(x, Layout(ref forwards, x, () => weight, stride, padding), bias, stride, padding)
            : Aten.Convolution(x, weight, bias, stride, padding);
        if (tape.Follows(x))
        {
            var (shape, type) = (x.shape, x.dtype);
            tape.Record(x, y, g => InputGradient(g, shape, type));
        }
        return y;
    }

    /// <summary>Multiplications and additions of one sample of the given height and width, each counted.</summary>
    public long Operations(long height, long width) => 2 * inputs * outputs * kernel * kernel * (height / stride) * (width / stride);

    private bool IsBlocked => weight.dtype == ScalarType.Float32 && weight.device_type == TorchSharp.DeviceType.CPU
        && weight.NumberOfElements <= BlockedNumbers && Aten.HasBlockedLayouts;

    private Tensor InputGradient(Tensor g, long[] shape, ScalarType type)
    {
        using var scope = NewDisposeScope();
        if (!IsBlocked || stride != 1)
            return Aten.ConvolutionGradient(g.contiguous(), empty(shape, dtype: type, device: g.device), weight, stride, padding).MoveToOuterDisposeScope();
        var turned = Layout(ref backwards, g, () => weight.flip(2, 3).transpose(0, 1).contiguous(), 1, kernel - 1 - padding);
        return Aten.ConvolutionBlocked(g.contiguous(), turned, null, 1, kernel - 1 - padding).MoveToOuterDisposeScope();
    }

    private Tensor Layout(ref Tensor? layout, Tensor like, Func<Tensor> plain, long step, long border)
    {
        lock (layouts)
        {
            if (layout is not null) return layout;
            using var scope = NewDisposeScope();
            return layout = p.Source.Own(Aten.Blocked(plain(), like, step, border));
        }
    }
}
