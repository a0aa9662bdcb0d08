using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>A square convolution with bias, padded by zeros, plus the terms of the adapters that are active.</summary>
/// <remarks>
/// The way back is a convolution too, by the weights turned round, of the gradient with a stride's zeros between its positions. On the CPU
/// small weights are laid out once for each way (<see cref="BlockedConvolution"/>). Output channels are filled up with zeros to a multiple
/// of 16 there: the oneDNN 3.7 of libtorch 2.10 pads its own blocks with whatever lies in memory, so that the gradient of 32 to 4 channels
/// in fp32, and the result in bf16, are wrong by a third on some processors (seen on Zen 5; autograd's as well); and it takes ten times as
/// long for 3 output channels as for 16, fifty times as long for two samples of a strided gradient as for one.
/// </remarks>
internal sealed class Conv2d : IAdaptedLayer
{
    private const long BlockedNumbers = 1 << 21;

    private const long Block = 16;

    // libtorch gives one sample of no more numbers to its own loops (ConvParams::use_mkldnn).
    private const long SmallSample = 20480;

    private readonly Tensor _weight, _bias; // With whole blocks of output channels.
    private readonly long _outputs, _kernel, _stride, _padding;
    private readonly BlockedConvolution? _forwards, _backwards;
    private readonly bool _trains;
    private readonly ParameterSource _source;

    /// <param name="p">Where the parameters are.</param>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="outputs">Channels of the output.</param>
    /// <param name="kernel">Side of the kernel.</param>
    /// <param name="stride">Stride.</param>
    /// <param name="padding">Zeros on every side.</param>
    public Conv2d(Parameters p, long inputs, long outputs, long kernel = 3, long stride = 1, long padding = 1)
    {
        (_outputs, _kernel, _stride, _padding) = (outputs, kernel, stride, padding);
        (Path, Type, Device, Inputs) = (p.Path, p.Source.Type, p.Source.Device, inputs);
        (_weight, _bias) = (p.Take("weight", outputs, inputs, kernel, kernel), p.Take("bias", outputs));
        _source = p.Source;
        if (_trains = p.Source.Trains) return;
        if (outputs % Block != 0 && _weight.device_type == DeviceType.CPU)
            (_weight, _bias) = (p.Source.Own(Filled(_weight)), p.Source.Own(nn.functional.pad(_bias, [0, Block - outputs % Block])));
        var isSmall = _weight.dtype == ScalarType.Float32 && _weight.device_type == DeviceType.CPU && _weight.NumberOfElements <= BlockedNumbers
            && Aten.HasBlockedLayouts;
        if (!isSmall) return;
        _forwards = new(p.Source, () => _weight, BlockedConvolution.Fits(inputs, _weight.shape[0], kernel), stride, padding);
        var filled = (inputs + Block - 1) / Block * Block;
        _backwards = new(p.Source, () => Filled(_weight.flip(2, 3).transpose(0, 1)).contiguous(), BlockedConvolution.Fits(_weight.shape[0], filled, kernel), 1, kernel - 1 - padding);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public ScalarType Type { get; }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <inheritdoc/>
    public long Inputs { get; }

    /// <inheritdoc/>
    public long Outputs => _outputs;

    /// <inheritdoc/>
    public long? Kernel => _kernel;

    /// <inheritdoc/>
    public List<ILinearAdapter> Adapters { get; } = [];

    /// <summary>[B,in,H,W] -> [B,out,H',W'].</summary>
    public Tensor Forward(Tensor x, Tape? tape = null)
    {
        if (_trains) return Trained(x);
        using var scope = NewDisposeScope();
        var whole = _forwards?.Forward(x, _bias) ?? Aten.Convolution(x, _weight, _bias, _stride, _padding);
        var y = whole.shape[1] == _outputs ? whole : whole.narrow(1, 0, _outputs).contiguous();
        if (Adapters.Count > 0) return Adapted(x, y, tape).MoveToOuterDisposeScope();
        if (tape.Follows(x))
        {
            var (shape, type) = (x.shape, x.dtype);
            tape.Record(x, y, g => InputGradient(g, shape, type));
        }
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>The adapters' terms added to the output: what they are given is what the kernel sees, a row a position.</summary>
    private Tensor Adapted(Tensor x, Tensor y, Tape? tape)
    {
        ILinearAdapter[] active = [.. Adapters], trained = [.. active.Where(a => a.Trained.Any())];
        var (shape, type, mapShape) = (x.shape, x.dtype, y.shape);
        Tensor Rows(Tensor map) => Aten.Patches(map, _kernel, _stride, _padding).transpose(1, 2);
        var rows = Rows(x);
        foreach (var adapter in active) y = y + adapter.Apply(rows).transpose(1, 2).reshape(mapShape);
        if (tape is null || trained.Length == 0 && !tape.Has(x)) return y;
        // The rows are nine times the map: made again on the way back.
        var (toInput, input) = (tape.Has(x), trained.Length > 0 ? tape.Keep(x) : null);
        tape.Record(x, y, g =>
        {
            var outer = g.flatten(2).transpose(1, 2);
            if (input is not null)
            {
                var again = Rows(input);
                foreach (var adapter in trained) adapter.AddParameterGradients(tape, again, outer);
            }
            if (!toInput) return g;
            var terms = active.Select(a => a.InputGradient(outer)).Aggregate((sum, term) => sum.add_(term));
            return InputGradient(g, shape, type).add_(Aten.PatchesGradient(terms.transpose(1, 2), shape, _kernel, _stride, _padding));
        });
        return y;
    }

    /// <summary>The same for the engine to differentiate; channels in whole blocks on both sides, as the padding is wrong in either direction.</summary>
    private Tensor Trained(Tensor x)
    {
        using var scope = NewDisposeScope();
        if (x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float64) return Aten.ConvolutionPlain(x, _weight, _bias, _stride, _padding).MoveToOuterDisposeScope();
        if (x.dtype != _source.ProductType) return TrainedReduced(x).MoveToOuterDisposeScope();
        if (x.device_type != DeviceType.CPU || x.dtype != ScalarType.Float32)
            return nn.functional.conv2d(x, _weight, _bias, strides: [_stride, _stride], padding: [_padding, _padding]).MoveToOuterDisposeScope();
        // A product of matrices; libtorch leaves oneDNN for some of these. Row by row: matmul would lay the result out channels last, and all
        // that is computed from it, for which the engine's elementwise operations take many times as long.
        if (_kernel == 1 && _stride == 1)
            return (_weight.flatten(1).expand(x.shape[0], _outputs, x.shape[1]).bmm(x.flatten(2)) + _bias.unsqueeze(1)).reshape(x.shape[0], _outputs, x.shape[2], x.shape[3]).MoveToOuterDisposeScope();
        if (IsAlone(x)) return Trained(cat([x, x], 0)).narrow(0, 0, 1).MoveToOuterDisposeScope();
        return Blocked(x, _weight, _bias).MoveToOuterDisposeScope();
    }

    /// <summary>Weights and input rounded, the sums inside in fp32, the result in the input's type again; the bias stays as it is.</summary>
    private Tensor TrainedReduced(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (input, weight) = (_source.Rounded(x), _source.Rounded(_weight));
        if (_kernel == 1 && _stride == 1)
        {
            var product = weight.flatten(1).expand(x.shape[0], _outputs, x.shape[1]).bmm(input.flatten(2)).to(x.dtype);
            return (product + _bias.unsqueeze(1)).reshape(x.shape[0], _outputs, x.shape[2], x.shape[3]).MoveToOuterDisposeScope();
        }
        if (input.dtype == x.dtype && IsAlone(x)) return TrainedReduced(cat([x, x], 0)).narrow(0, 0, 1).MoveToOuterDisposeScope();
        return (Blocked(input, weight, null).to(x.dtype) + _bias.reshape(1, -1, 1, 1)).MoveToOuterDisposeScope();
    }

    private static bool IsAlone(Tensor x) => x.shape[0] == 1 && x.NumberOfElements <= SmallSample;

    private Tensor Blocked(Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var (missingIn, missingOut) = ((Block - weight.shape[1] % Block) % Block, (Block - _outputs % Block) % Block);
        if (x.device_type != DeviceType.CPU) (missingIn, missingOut) = (0, 0);
        var w = missingIn + missingOut == 0 ? weight : nn.functional.pad(weight, [0, 0, 0, 0, 0, missingIn, 0, missingOut]);
        var b = missingOut == 0 || bias is null ? bias : nn.functional.pad(bias, [0, missingOut]);
        var input = missingIn == 0 ? x : nn.functional.pad(x, [0, 0, 0, 0, 0, missingIn]);
        var y = nn.functional.conv2d(input, w, b, strides: [_stride, _stride], padding: [_padding, _padding]);
        return (missingOut == 0 ? y : y.narrow(1, 0, _outputs).contiguous()).MoveToOuterDisposeScope();
    }

    private Tensor InputGradient(Tensor g, long[] shape, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var missing = _weight.shape[0] - _outputs;
        g = missing == 0 ? g.contiguous() : nn.functional.pad(g, [0, 0, 0, 0, 0, missing]);
        if (_backwards is not null)
        {
            var gradient = _backwards.Forward(_stride == 1 ? g : Spread(g, shape), null);
            return (gradient.shape[1] == shape[1] ? gradient : gradient.narrow(1, 0, shape[1]).contiguous()).MoveToOuterDisposeScope();
        }
        var x = empty([g.shape[0], .. shape.Skip(1)], dtype: type, device: g.device);
        // One small sample is no work for oneDNN, as libtorch sees it; what it takes instead is slow, and complains on standard error.
        var isAlone = shape[0] == 1 && g.device_type == DeviceType.CPU && x.NumberOfElements <= SmallSample;
        if (!isAlone) return Aten.ConvolutionGradient(g, x, _weight, _stride, _padding).MoveToOuterDisposeScope();
        return Aten.ConvolutionGradient(cat([g, zeros_like(g)], 0), cat([x, x], 0), _weight, _stride, _padding).narrow(0, 0, 1).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>A gradient with zeros where the stride passed over positions, as large as a stride of 1 would have left the input.</summary>
    private Tensor Spread(Tensor g, long[] shape)
    {
        var side = (Height: shape[2] + 2 * _padding - _kernel + 1, Width: shape[3] + 2 * _padding - _kernel + 1);
        var spread = zeros(g.shape[0], g.shape[1], side.Height, side.Width);
        var image = side.Height * side.Width;
        spread.as_strided(g.shape, [g.shape[1] * image, image, _stride * side.Width, _stride]).copy_(g);
        return spread;
    }

    /// <summary>Weights with zeros for further output channels, up to a whole block.</summary>
    private static Tensor Filled(Tensor weight) => weight.shape[0] % Block == 0 ? weight
        : nn.functional.pad(weight, [0, 0, 0, 0, 0, 0, 0, Block - weight.shape[0] % Block]);
}
