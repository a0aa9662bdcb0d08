using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Autoencoder;

/// <summary>
/// The autoencoder of latent diffusion (Rombach 2022, section 3.1; diffusers' AutoencoderKL). Pictures go in and come out
/// in -1..1; latents here are unscaled: <see cref="Models.DiffusionModel"/> applies the scaling factor.
/// </summary>
public sealed class AutoencoderKl : Network
{
    private const double Eps = 1e-6;

    private readonly Conv2d _encoderIn, _encoderOut, _decoderIn, _decoderOut;
    private readonly GroupNorm _encoderNorm, _decoderNorm;
    private readonly (ResnetBlock[] Resnets, Downsample? Downsample)[] _encoderLevels;
    private readonly (ResnetBlock[] Resnets, Upsample? Upsample)[] _decoderLevels; // Coarsest first.
    private readonly Middle _encoderMiddle, _decoderMiddle;
    private readonly Conv2d? _quantConv, _postQuantConv;
    private readonly NetworkSettings _settings = new();

    /// <summary>Takes the parameters of the given architecture from a source.</summary>
    /// <exception cref="ModelException">A parameter is missing or has another shape.</exception>
    public AutoencoderKl(AutoencoderConfig config, ParameterSource source) : base(source)
    {
        Config = config;
        var p = new Parameters(source);
        if (source.Trains) _settings.SliceBytes = long.MaxValue;
        var channels = config.Channels;
        var (coarsest, levels) = (channels[^1], channels.Count);

        var e = p["encoder"];
        _encoderIn = new Conv2d(e["conv_in"], config.ImageChannels, channels[0]);
        _encoderLevels = [.. Enumerable.Range(0, levels).Select(level => (
            Resnets(e[$"down_blocks.{level}"], config.LayersPerBlock, channels[Math.Max(level - 1, 0)], channels[level]),
            level < levels - 1 ? new Downsample(e[$"down_blocks.{level}.downsamplers.0"], channels[level], asymmetric: true) : null))];
        _encoderMiddle = new Middle(e["mid_block"], _settings, config, Eps);
        _encoderNorm = new GroupNorm(e["conv_norm_out"], config.NormGroups, coarsest, Eps);
        _encoderOut = new Conv2d(e["conv_out"], coarsest, 2 * config.LatentChannels);
        _quantConv = config.QuantConv ? Pointwise(p["quant_conv"], 2 * config.LatentChannels) : null;

        var d = p["decoder"];
        _postQuantConv = config.PostQuantConv ? Pointwise(p["post_quant_conv"], config.LatentChannels) : null;
        _decoderIn = new Conv2d(d["conv_in"], config.LatentChannels, coarsest);
        _decoderMiddle = new Middle(d["mid_block"], _settings, config, Eps);
        _decoderLevels = [.. Enumerable.Range(0, levels).Select(i => (
            Resnets(d[$"up_blocks.{i}"], config.LayersPerBlock + 1, channels[Math.Min(levels - i, levels - 1)], channels[levels - 1 - i]),
            i < levels - 1 ? new Upsample(d[$"up_blocks.{i}.upsamplers.0"], channels[levels - 1 - i]) : null))];
        _decoderNorm = new GroupNorm(d["conv_norm_out"], config.NormGroups, channels[0], Eps);
        _decoderOut = new Conv2d(d["conv_out"], channels[0], config.ImageChannels);
    }

    /// <summary>The architecture.</summary>
    public AutoencoderConfig Config { get; }

    /// <summary>Bound on what a call keeps for its gradient, in bytes; beyond it blocks are computed again on the way back.</summary>
    public long GraphBytes
    {
        get => _settings.GraphBytes;
        set => _settings.GraphBytes = value;
    }

    /// <summary>
    /// The posterior of a picture [B,3,H,W] in -1..1, fp32; H and W multiples of <see cref="AutoencoderConfig.Downscale"/>.
    /// </summary>
    /// <returns>Mean and log-variance, [B,C,h,w], fp32, unscaled, the latter clamped to -30..20.</returns>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor image)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var moments = Moments(image, null).chunk(2, 1);
        return (moments[0].MoveToOuterDisposeScope(), moments[1].clamp(-30, 20).MoveToOuterDisposeScope());
    }

    /// <summary>The posterior's mean alone, with its way back to the picture.</summary>
    public Differentiated EncodeMean(Tensor image) => Differentiate(image, (x, tape) =>
        tape.Map(Moments(x, tape), m => m.narrow(1, 0, Config.LatentChannels), g => nn.functional.pad(g, [0, 0, 0, 0, 0, Config.LatentChannels])));

    /// <summary>The picture, fp32, about -1..1, of unscaled latents [B,C,h,w].</summary>
    public Tensor Decode(Tensor latents)
    {
        using var noGrad = no_grad();
        return Picture(latents, null);
    }

    /// <summary>The same with its way back to the latents.</summary>
    public Differentiated DecodeForGradient(Tensor latents) => Differentiate(latents, Picture);

    private static Differentiated Differentiate(Tensor input, Func<Tensor, Tape?, Tensor> network)
    {
        using var noGrad = no_grad();
        var (tape, own) = (new Tape(), input.alias().DetachFromDisposeScope());
        tape.Follow(own);
        var value = network(own, tape);
        return new Differentiated(value, g => tape.Backward(own, (value, g))!, () =>
        {
            tape.Dispose();
            own.Dispose();
        });
    }

    /// <summary>Mean and log-variance of the posterior, one behind the other, [B,2C,h,w], not clamped.</summary>
    internal Tensor Moments(Tensor image, Tape? tape)
    {
        using var scope = NewDisposeScope();
        var recompute = EstimateGraphBytes(image.shape[0] * image.shape[2] * image.shape[3], Config.LayersPerBlock) > _settings.GraphBytes;
        var h = tape.Own(image, Type);
        foreach (var segment in EncoderSegments()) h = Run(segment, h, tape, recompute);
        if (_quantConv is not null) h = _quantConv.Forward(h, tape);
        return tape.Own(h, Source.BorderType).MoveToOuterDisposeScope();
    }

    /// <summary>The picture of unscaled latents.</summary>
    internal Tensor Picture(Tensor latents, Tape? tape)
    {
        using var scope = NewDisposeScope();
        var pixels = latents.shape[0] * latents.shape[2] * latents.shape[3] * Config.Downscale * Config.Downscale;
        var recompute = EstimateGraphBytes(pixels, Config.LayersPerBlock + 1) > _settings.GraphBytes;
        var h = tape.Own(latents, Type);
        if (_postQuantConv is not null) h = _postQuantConv.Forward(h, tape);
        h = _decoderIn.Forward(h, tape).Then(x => _decoderMiddle.Forward(x, tape));
        foreach (var (resnets, upsample) in _decoderLevels)
        {
            foreach (var resnet in resnets) h = Run((x, t) => resnet.Forward(x, tape: t), h, tape, recompute);
            if (upsample is not null) h = h.Then(x => upsample.Forward(x, tape));
        }
        h = h.Then(x => _decoderNorm.ForwardSilu(x, tape)).Then(x => _decoderOut.Forward(x, tape));
        return tape.Own(h, Source.BorderType).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The encoder in pieces of one residual block each, so cut that what lies between two of them is small: the input
    /// convolution goes with the first block, and each downsampling with the block before it.
    /// </summary>
    private IEnumerable<Func<Tensor, Tape?, Tensor>> EncoderSegments()
    {
        for (var level = 0; level < _encoderLevels.Length; level++)
        {
            var (resnets, downsample) = _encoderLevels[level];
            for (var i = 0; i < resnets.Length; i++)
            {
                var (resnet, first, last) = (resnets[i], level + i == 0, i == resnets.Length - 1);
                yield return (x, tape) =>
                {
                    var h = first ? _encoderIn.Forward(x, tape).Then(y => resnet.Forward(y, tape: tape)) : resnet.Forward(x, tape: tape);
                    return last && downsample is not null ? h.Then(y => downsample.Forward(y, tape)) : h;
                };
            }
        }
        yield return (x, tape) => _encoderMiddle.Forward(x, tape).Then(y => _encoderNorm.ForwardSilu(y, tape)).Then(y => _encoderOut.Forward(y, tape));
    }

    /// <summary>A piece, computed again on the way back where its intermediate results would take too much room.</summary>
    private static Tensor Run(Func<Tensor, Tape?, Tensor> piece, Tensor x, Tape? tape, bool recompute) =>
        x.Then(h => recompute ? tape.Recomputed(h, piece) : piece(h, tape));

    /// <summary>About what a pass keeps for the way back: some eight numbers for each position and channel of each block's output.</summary>
    private long EstimateGraphBytes(long pixels, int layers)
    {
        var bytes = 0L;
        foreach (var channels in Config.Channels)
        {
            bytes += 8 * sizeof(float) * pixels * channels * layers;
            pixels /= 4;
        }
        return bytes;
    }

    private ResnetBlock[] Resnets(Parameters p, int count, int inputs, int outputs) =>
        [.. Enumerable.Range(0, count).Select(i =>
            new ResnetBlock(p[$"resnets.{i}"], _settings, i == 0 ? inputs : outputs, outputs, Config.NormGroups, Eps))];

    private static Conv2d Pointwise(Parameters p, int channels) => new(p, channels, channels, kernel: 1, padding: 0);

    /// <summary>Residual block, single-head attention of the positions to each other (if any), residual block.</summary>
    private sealed class Middle
    {
        private readonly ResnetBlock _resnet1, _resnet2;
        private readonly GroupNorm? _norm;
        private readonly Attention? _attention;

        public Middle(Parameters p, NetworkSettings settings, AutoencoderConfig config, double eps)
        {
            var channels = config.Channels[^1];
            _resnet1 = new ResnetBlock(p["resnets.0"], settings, channels, channels, config.NormGroups, eps);
            if (config.MiddleAttention)
            {
                _norm = new GroupNorm(p["attentions.0.group_norm"], config.NormGroups, channels, eps);
                _attention = new Attention(p["attentions.0"], settings, channels, heads: 1, projectionBias: true);
            }
            _resnet2 = new ResnetBlock(p["resnets.1"], settings, channels, channels, config.NormGroups, eps);
        }

        public Tensor Forward(Tensor x, Tape? tape)
        {
            using var scope = NewDisposeScope();
            var h = _resnet1.Forward(x, tape: tape);
            if (_attention is not null && _norm is not null)
            {
                var shape = h.shape;
                Tensor Tokens(Tensor map) => map.flatten(2).transpose(1, 2);
                Tensor Map(Tensor tokens) => tokens.transpose(1, 2).reshape(shape);
                h = tape.Add(h, tape.Map(_attention.Forward(tape.Map(_norm.Forward(h, tape), Tokens, Map), tape), Map, Tokens));
            }
            return _resnet2.Forward(h, tape: tape).MoveToOuterDisposeScope();
        }
    }
}
