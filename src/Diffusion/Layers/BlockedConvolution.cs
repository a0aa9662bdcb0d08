using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// A convolution in fp32 on weights that were brought once into the layout in which oneDNN reads them. The engine does it at every call;
/// with 16 or 64 positions that is half of the work.
/// </summary>
/// <remarks>
/// libtorch 2.10 computes wrong numbers from such weights for some numbers of channels (1x1 kernels with 112 or 320 outputs: a tenth off).
/// Only larger kernels, and numbers of channels that it pads nowhere, are taken, and the first result of each shape of input is held against the plain convolution's: where it differs, the
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

    private readonly Lock _gate = new();
    private readonly HashSet<(long, long, long)> _checkedShapes = [];
    private volatile Tensor? _layout;
    private readonly Lazy<Tensor> _weights = new(() =>
    {
        using var scope = NewDisposeScope();
        return source.Own(plain().alias());
    });
    private volatile bool _isRefused = !fits;

    /// <summary>Whether a kernel of this side and channels of these numbers may be laid out.</summary>
    public static bool Fits(long inputs, long outputs, long kernel) =>
        kernel > 1 && inputs % 16 == 0 && (outputs % 64 == 0 || outputs is 16 or 32);

    /// <summary>[B,in,H,W] -> [B,out,H',W'].</summary>
    public Tensor Forward(Tensor x, Tensor? bias)
    {
        if (_isRefused) return Plain(x, bias);
        var shape = (x.shape[0], x.shape[2], x.shape[3]);
        lock (_gate)
        {
            if (_layout is null)
                using (NewDisposeScope())
                    _layout = source.Own(Aten.Blocked(_weights.Value, x, stride, padding));
            if (_checkedShapes.Add(shape) && !IsRight(x)) _isRefused = true;
        }
        // Asked again: the other half of the batch may have found it wrong while this one waited.
        return _isRefused ? Plain(x, bias) : Aten.ConvolutionBlocked(x, _layout, bias, stride, padding);
    }

    private Tensor Plain(Tensor x, Tensor? bias) => Aten.ConvolutionBlocked(x, _weights.Value, bias, stride, padding); // Laid out for this call.

    private bool IsRight(Tensor x)
    {
        using var scope = NewDisposeScope();
        var expected = Plain(x, null);
        var error = (Aten.ConvolutionBlocked(x, _layout!, null, stride, padding) - expected).norm().item<float>();
        return error <= Tolerance * expected.norm().item<float>();
    }
}
