using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Unet;

/// <summary>What a ControlNet adds: one tensor a skip connection, and one after the middle.</summary>
public sealed record UnetResiduals(IReadOnlyList<Tensor> Down, Tensor Middle);

/// <summary>
/// The denoising network of Stable Diffusion 1.x and 2.x (Rombach 2022, section 3.3; diffusers' UNet2DConditionModel).
/// What it predicts, noise or velocity, is the schedule's business: see <see cref="NoisePredictor"/>.
/// </summary>
public sealed class UNet2DConditionModel : Network
{
    private readonly DownPath _down;
    private readonly UnetLevel[] _levels; // Coarsest first.
    private readonly GroupNorm _normOut;
    private readonly Conv2d _convOut;

    /// <summary>Takes the parameters of the given architecture from a source.</summary>
    /// <exception cref="ModelException">A parameter is missing or has another shape.</exception>
    public UNet2DConditionModel(UnetConfig config, ParameterSource source) : base(source)
    {
        Config = config;
        if (source.Trains) Settings.SliceBytes = long.MaxValue;
        var p = new Parameters(source);
        _down = new DownPath(p, Settings, config);
        _levels = [.. Enumerable.Range(0, config.Levels).Select(i => Level(p[$"up_blocks.{i}"], i))];
        _normOut = new GroupNorm(p["conv_norm_out"], config.NormGroups, config.Channels[0], config.NormEps);
        _convOut = new Conv2d(p["conv_out"], config.Channels[0], config.OutChannels);
    }

    /// <summary>The architecture.</summary>
    public UnetConfig Config { get; }

    internal NetworkSettings Settings { get; } = new();

    /// <summary>The linear layers that adapters may extend, by full name.</summary>
    internal IEnumerable<Linear> Projections =>
        _down.Projections.Concat(_levels.SelectMany(l => l.Transformers).SelectMany(t => t.Projections));

    /// <summary>All layers that adapters may extend: the linear ones, the convolutions, and those that the time embedding enters by.</summary>
    internal IEnumerable<IAdaptedLayer> AdaptedLayers => [.. Projections, .. _down.Layers, .. _levels.SelectMany(l => l.Layers), _convOut];

    /// <param name="x">Noisy latents [B,C,h,w] in the network's type; any h and w.</param>
    /// <param name="timesteps">[B], 0..999.</param>
    /// <param name="conditioning">The text, [B,L,D].</param>
    /// <param name="residuals">A ControlNet's output.</param>
    /// <param name="tape">Takes the pass down.</param>
    /// <returns>[B,C,h,w], a fresh tensor.</returns>
    internal Tensor Forward(Tensor x, Tensor timesteps, Conditioning conditioning, UnetResiduals? residuals = null, Tape? tape = null)
    {
        using var scope = NewDisposeScope();
        var time = _down.Time(timesteps, Type);
        var skips = _down.Down(_down.Enter(x, tape), time, conditioning, tape);
        var h = _down.Middle(skips[^1], time, conditioning, tape);
        if (residuals is not null)
        {
            if (residuals.Down.Count != skips.Count)
                throw new ArgumentException($"{skips.Count} residuals are needed, {residuals.Down.Count} were given.", nameof(residuals));
            for (var i = 0; i < skips.Count; i++) skips[i] = tape.Add(skips[i], tape.Cast(residuals.Down[i], Type));
            h = tape.Add(h, tape.Cast(residuals.Middle, Type));
        }
        foreach (var level in _levels)
        {
            for (var i = 0; i < level.Resnets.Count; i++)
            {
                h = tape.Join(h, skips[^1]).Then(joined => level.Step(i, joined, time, conditioning, tape));
                skips.RemoveAt(skips.Count - 1);
            }
            if (level.Upsample is { } upsample)
            {
                var next = skips[^1].shape;
                h = upsample.Forward(h, tape, next[2], next[3]);
            }
        }
        return _convOut.Forward(_normOut.ForwardSilu(h, tape), tape).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// About what a pass keeps for the way back: some 60 numbers for each position and channel of each block's output
    /// (measured at the size of 1.5: 5.4 GB in bf16 for two samples of 64 x 64).
    /// </summary>
    private long EstimateGraphBytes(Tensor x)
    {
        var (elements, positions) = (0L, x.shape[0] * x.shape[2] * x.shape[3]);
        for (var level = 0; level < Config.Levels; level++, positions /= 4)
            elements += positions * Config.Channels[level] * (2 * Config.LayersPerBlock[level] + 1) * (Config.DownAttention[level] ? 2 : 1);
        return 60 * elements * x.ElementSize;
    }

    /// <summary>Whether a pass would keep more for its way back than it may.</summary>
    internal bool NeedsRecomputing(Tensor x) => EstimateGraphBytes(x) > Settings.GraphBytes;

    /// <summary>
    /// The i-th resolution on the way up, coarsest first. Each residual block takes the previous output and one skip
    /// connection; the last of a resolution takes the skip of the next finer one's width.
    /// </summary>
    private UnetLevel Level(Parameters p, int i)
    {
        var level = Config.Levels - 1 - i;
        var channels = Config.Channels[level];
        var previous = Config.Channels[Math.Min(level + 1, Config.Levels - 1)];
        var finer = Config.Channels[Math.Max(level - 1, 0)];
        var count = Config.LayersPerBlock[level] + 1;
        return new UnetLevel(Settings)
        {
            Resnets = [.. Enumerable.Range(0, count).Select(j => DownPath.Resnet(p[$"resnets.{j}"], Settings, Config,
                (j == 0 ? previous : channels) + (j == count - 1 ? finer : channels), channels))],
            Transformers = Config.UpAttention[level]
                ? [.. Enumerable.Range(0, count).Select(j => new Transformer(p[$"attentions.{j}"], Settings, Config, level))] : [],
            Upsample = level > 0 ? new Upsample(p["upsamplers.0"], channels) : null,
        };
    }
}
