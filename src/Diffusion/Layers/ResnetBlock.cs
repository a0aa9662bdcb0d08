using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// Residual block: norm, SiLU, 3x3 convolution, twice, the time embedding added in between; diffusers' ResnetBlock2D.
/// </summary>
internal sealed class ResnetBlock
{
    private readonly string path;
    private readonly NetworkSettings settings;
    private readonly GroupNorm norm1, norm2;
    private readonly Conv2d conv1, conv2;
    private readonly Conv2d? shortcut;
    private readonly Linear? timeProjection;
    private readonly long outputs;

    public ResnetBlock(Parameters p, NetworkSettings settings, long inputs, long outputs, int groups, double eps, long? timeChannels = null)
    {
        (path, this.settings, this.outputs) = (p.Path, settings, outputs);
        norm1 = new GroupNorm(p["norm1"], groups, inputs, eps);
        conv1 = new Conv2d(p["conv1"], inputs, outputs);
        timeProjection = timeChannels is { } time ? new Linear(p["time_emb_proj"], time, outputs) : null;
        norm2 = new GroupNorm(p["norm2"], groups, outputs, eps);
        conv2 = new Conv2d(p["conv2"], outputs, outputs);
        shortcut = inputs == outputs ? null : new Conv2d(p["conv_shortcut"], inputs, outputs, kernel: 1, padding: 0);
    }

    /// <summary>The layers that adapters may extend.</summary>
    public IEnumerable<IAdaptedLayer> Layers => new IAdaptedLayer?[] { conv1, timeProjection, conv2, shortcut }.OfType<IAdaptedLayer>();

    /// <param name="x">[B,in,H,W].</param>
    /// <param name="time">SiLU of the time embedding, [B,T]; null in the autoencoder.</param>
    /// <param name="tape">Takes the pass down.</param>
    /// <returns>[B,out,H,W].</returns>
    public Tensor Forward(Tensor x, Tensor? time = null, Tape? tape = null)
    {
        using var scope = NewDisposeScope();
        var h = norm1.ForwardSilu(x, tape).Then(y => conv1.Forward(y, tape));
        // In place: no adjoint needs the convolution's result, and the shift is a constant.
        if (timeProjection is not null) h.add_(timeProjection.Forward(time!).reshape(-1, outputs, 1, 1));
        h = h.Then(y => norm2.ForwardSilu(y, tape)).Then(y => conv2.Forward(y, tape));
        if (settings.Hook is { } hook) h = hook.Residual(path, h);
        return tape.Add(shortcut is null ? x : shortcut.Forward(x, tape), h).MoveToOuterDisposeScope();
    }
}
