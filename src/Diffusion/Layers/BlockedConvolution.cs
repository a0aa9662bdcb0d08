using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// A convolution in fp32 on weights that were brought once into the layout in which oneDNN reads them. The engine does it at every call;
/// with 16 or 64 positions that is half of the work.
/// </summary>
/// <remarks>
/// libtorch 2.10 computes wrong numbers from such weights for some numbers of channels (112 outputs: a tenth off). Only numbers that it
/// pads nowhere are taken, and the first result of each shape of input is held against the plain convolution's: where it differs, the
/// layer stays plain. Values never decide otherwise, and neither does time.
/// </remarks>
/// <param name="source">Owner of the layout.</param>
/// <param name="plain">The weights [out,in,k,k], fresh or the network's.</param>
/// <param name="fits">Whether their channels may be laid out (<see cref="Fits"/>); plain weights are used otherwise.</param>
/// <param name="stride">Stride.</param>
/// <param name="padding">Zeros on every side.</param>
internal sealed class BlockedConvolution(ParameterSource source, Func<Tensor> plain, bool fits, long stride, long padding)
{
    private const double Tolerance = 1e-5;

    private readonly Lock gate = new();
    private readonly HashSet<(long, long, long)> checkedShapes = [];
    private volatile Tensor? layout;
    private readonly Lazy<Tensor> weights = new(() =>
    {
        using var scope = NewDisposeScope();
        return source.Own(plain().alias());
    });
    private volatile bool isRefused = !fits;

    /// <summary>Whether channels of these numbers fill oneDNN's blocks.</summary>
    public static bool Fits(long inputs, long outputs) =>
        inputs % 16 == 0 && (outputs % 64 == 0 || outputs is 16 or 32);

    /// <summary>[B,in,H,W] -> [B,out,H',W'].</summary>
    public Tensor Forward(Tensor x, Tensor? bias)
    {
        if (isRefused) return Plain(x, bias);
        var shape = (x.shape[0], x.shape[2], x.shape[3]);
        lock (gate)
        {
            if (layout is null)
                using (NewDisposeScope())
                    layout = source.Own(Aten.Blocked(weights.Value, x, stride, padding));
            if (checkedShapes.Add(shape) && !IsRight(x))
            {
                isRefused = true;
                return Plain(x, bias);
            }
        }
        return Aten.ConvolutionBlocked(x, layout, bias, stride, padding);
    }

    private Tensor Plain(Tensor x, Tensor? bias) => Aten.ConvolutionBlocked(x, weights.Value, bias, stride, padding); // Laid out for this call.

    private bool IsRight(Tensor x)
    {
        using var scope = NewDisposeScope();
        var expected = Plain(x, null);
        var error = (Aten.ConvolutionBlocked(x, layout!, null, stride, padding) - expected).norm().item<float>();
        return error <= Tolerance * expected.norm().item<float>();
    }
}
