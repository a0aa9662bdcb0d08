using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Unet;

/// <summary>Sinusoids of the timestep, frequencies 10000^(-k/(half - shift)), through two linear layers.</summary>
internal sealed class TimeEmbedding
{
    private readonly Linear _linear1, _linear2;
    private readonly Tensor _frequencies; // [half]
    private readonly bool _cosinesFirst;

    public TimeEmbedding(Parameters p, UnetConfig config)
    {
        _linear1 = new Linear(p["linear_1"], config.Channels[0], config.TimeChannels);
        _linear2 = new Linear(p["linear_2"], config.TimeChannels, config.TimeChannels);
        _cosinesFirst = config.FlipSinToCos;
        var half = config.Channels[0] / 2;
        var values = Enumerable.Range(0, half).Select(k => (float)Math.Exp(-Math.Log(10000) * k / (half - config.FreqShift)));
        _frequencies = p.Source.Own(tensor(values.ToArray()).to(p.Source.Device));
    }

    /// <summary>Timesteps [B] -> SiLU of the embedding [B,T], which is all that the residual blocks use.</summary>
    public Tensor Forward(Tensor timesteps, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var angles = timesteps.to(ScalarType.Float32).unsqueeze(1) * _frequencies;
        var sinusoids = _cosinesFirst ? cat([angles.cos(), angles.sin()], 1) : cat([angles.sin(), angles.cos()], 1);
        return _linear2.Forward(_linear1.Forward(sinusoids.to(type)).silu()).silu().MoveToOuterDisposeScope();
    }
}
