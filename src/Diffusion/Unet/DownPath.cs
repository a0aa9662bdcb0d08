using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Unet;

/// <summary>
/// The first half of the UNet: input convolution, time embedding, the way down and the middle. A ControlNet has the same.
/// </summary>
internal sealed class DownPath
{
    private readonly TimeEmbedding _timeEmbedding;
    private readonly Conv2d _convIn;
    private readonly UnetLevel[] _levels;
    private readonly ResnetBlock _middle1, _middle2;
    private readonly Transformer _middleTransformer;

    public DownPath(Parameters p, NetworkSettings settings, UnetConfig config)
    {
        _convIn = new Conv2d(p["conv_in"], config.InChannels, config.Channels[0]);
        _timeEmbedding = new TimeEmbedding(p["time_embedding"], config);
        _levels = [.. Enumerable.Range(0, config.Levels).Select(level => Level(p[$"down_blocks.{level}"], settings, config, level))];
        var last = config.Levels - 1;
        var middle = p["mid_block"];
        _middle1 = Resnet(middle["resnets.0"], settings, config, config.Channels[last], config.Channels[last]);
        _middleTransformer = new Transformer(middle["attentions.0"], settings, config, last);
        _middle2 = Resnet(middle["resnets.1"], settings, config, config.Channels[last], config.Channels[last]);
        SkipChannels = [config.Channels[0], .. Enumerable.Range(0, config.Levels).SelectMany(level =>
            Enumerable.Repeat(config.Channels[level], config.LayersPerBlock[level] + (level < last ? 1 : 0)))];
    }

    /// <summary>Widths of the skip connections, in the order in which they are made.</summary>
    public IReadOnlyList<int> SkipChannels { get; }

    public IEnumerable<Linear> Projections =>
        _levels.SelectMany(l => l.Transformers).Append(_middleTransformer).SelectMany(t => t.Projections);

    /// <summary>The layers outside the transformers that adapters may extend.</summary>
    public IEnumerable<IAdaptedLayer> Layers => [_convIn, .. _levels.SelectMany(l => l.Layers), .. _middle1.Layers, .. _middle2.Layers];

    public Tensor Time(Tensor timesteps, ScalarType type) => _timeEmbedding.Forward(timesteps, type);

    public Tensor Enter(Tensor x, Tape? tape) => _convIn.Forward(x, tape);

    /// <summary>The way down, starting from the input convolution's output; every intermediate result is a skip connection.</summary>
    public List<Tensor> Down(Tensor h, Tensor time, Conditioning conditioning, Tape? tape)
    {
        var skips = new List<Tensor> { h };
        foreach (var level in _levels)
        {
            for (var i = 0; i < level.Resnets.Count; i++) skips.Add(level.Step(i, skips[^1], time, conditioning, tape));
            if (level.Downsample is { } downsample) skips.Add(downsample.Forward(skips[^1], tape));
        }
        return skips;
    }

    public Tensor Middle(Tensor h, Tensor time, Conditioning conditioning, Tape? tape) =>
        _middle2.Forward(_middleTransformer.Forward(_middle1.Forward(h, time, tape), conditioning, tape), time, tape);

    public static ResnetBlock Resnet(Parameters p, NetworkSettings settings, UnetConfig config, long inputs, long outputs) =>
        new(p, settings, inputs, outputs, config.NormGroups, config.NormEps, config.TimeChannels);

    private static UnetLevel Level(Parameters p, NetworkSettings settings, UnetConfig config, int level)
    {
        var (inputs, outputs) = (config.Channels[Math.Max(level - 1, 0)], config.Channels[level]);
        var layers = Enumerable.Range(0, config.LayersPerBlock[level]).ToArray();
        return new UnetLevel(settings)
        {
            Resnets = [.. layers.Select(i => Resnet(p[$"resnets.{i}"], settings, config, i == 0 ? inputs : outputs, outputs))],
            Transformers = config.DownAttention[level]
                ? [.. layers.Select(i => new Transformer(p[$"attentions.{i}"], settings, config, level))] : [],
            Downsample = level < config.Levels - 1 ? new Downsample(p["downsamplers.0"], outputs) : null,
        };
    }
}
