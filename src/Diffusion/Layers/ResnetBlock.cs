using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// Residual block: norm, SiLU, 3x3 convolution, twice, the time embedding added in between; diffusers' ResnetBlock2D.
/// </summary>
internal sealed class ResnetBlock
{
    private readonly string _path;
    private readonly NetworkSettings _settings;
    private readonly GroupNorm _norm1, _norm2;
    private readonly Conv2d _conv1, _conv2;
    private readonly Conv2d? _shortcut;
    private readonly Linear? _timeProjection;
    private readonly long _outputs;

    public ResnetBlock(Parameters p, NetworkSettings settings, long inputs, long outputs, int groups, double eps, long? timeChannels = null)
    {
        (_path, _settings, _outputs) = (p.Path, settings, outputs);
        _norm1 = new GroupNorm(p["norm1"], groups, inputs, eps);
        _conv1 = new Conv2d(p["conv1"], inputs, outputs);
        _timeProjection = timeChannels is { } time ? new Linear(p["time_emb_proj"], time, outputs) : null;
        _norm2 = new GroupNorm(p["norm2"], groups, outputs, eps);
        _conv2 = new Conv2d(p["conv2"], outputs, outputs);
        _shortcut = inputs == outputs ? null : new Conv2d(p["conv_shortcut"], inputs, outputs, kernel: 1, padding: 0);
    }

    /// <summary>The layers that adapters may extend.</summary>
    public IEnumerable<IAdaptedLayer> Layers => new IAdaptedLayer?[] { _conv1, _timeProjection, _conv2, _shortcut }.OfType<IAdaptedLayer>();

    /// <param name="x">[B,in,H,W].</param>
    /// <param name="time">SiLU of the time embedding, [B,T]; null in the autoencoder.</param>
    /// <param name="tape">Takes the pass down.</param>
    /// <returns>[B,out,H,W].</returns>
    public Tensor Forward(Tensor x, Tensor? time = null, Tape? tape = null)
    {
        using var scope = NewDisposeScope();
        var h = _norm1.ForwardSilu(x, tape).Then(y => _conv1.Forward(y, tape));
        // In place: no adjoint needs the convolution's result, and the shift is a constant.
        if (_timeProjection is not null) h.add_(_timeProjection.Forward(time!).reshape(-1, _outputs, 1, 1));
        h = h.Then(y => _norm2.ForwardSilu(y, tape)).Then(y => _conv2.Forward(y, tape));
        if (_settings.Hook is { } hook) h = hook.Residual(_path, h);
        return tape.Add(_shortcut is null ? x : _shortcut.Forward(x, tape), h).MoveToOuterDisposeScope();
    }
}
