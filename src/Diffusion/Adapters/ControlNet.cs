using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Adapters;

/// <summary>
/// A ControlNet (Zhang 2023, arXiv:2302.05543; diffusers' ControlNetModel): a copy of the UNet's first half that sees a
/// picture (lines, depth) and adds to the UNet's skip connections through 1x1 convolutions.
/// </summary>
public sealed class ControlNet : Network
{
    private readonly DownPath _down;
    private readonly NetworkSettings _settings = new();
    private readonly Conv2d _hintIn, _hintOut;
    private readonly Conv2d[] _hintBlocks;
    private readonly Conv2d[] _zeroConvs;
    private readonly Conv2d _zeroMiddle;

    /// <summary>Takes the parameters of the given architecture from a source.</summary>
    /// <param name="config">The copied half's architecture.</param>
    /// <param name="hintChannels">Widths of the picture's embedding; every step to the next halves the size.</param>
    /// <param name="source">Where the parameters come from.</param>
    /// <exception cref="ModelException">A parameter is missing or has another shape.</exception>
    public ControlNet(UnetConfig config, IReadOnlyList<int> hintChannels, ParameterSource source) : base(source)
    {
        Config = config;
        HintDownscale = 1 << (hintChannels.Count - 1);
        var p = new Parameters(source);
        _down = new DownPath(p, _settings, config);
        var h = p["controlnet_cond_embedding"];
        _hintIn = new Conv2d(h["conv_in"], 3, hintChannels[0]);
        _hintBlocks = [.. Enumerable.Range(0, 2 * (hintChannels.Count - 1)).Select(i =>
            new Conv2d(h[$"blocks.{i}"], hintChannels[i / 2], hintChannels[(i + 1) / 2], stride: 1 + i % 2))];
        _hintOut = new Conv2d(h["conv_out"], hintChannels[^1], config.Channels[0]);
        _zeroConvs = [.. _down.SkipChannels.Select((c, i) => new Conv2d(p[$"controlnet_down_blocks.{i}"], c, c, kernel: 1, padding: 0))];
        _zeroMiddle = new Conv2d(p["controlnet_mid_block"], config.Channels[^1], config.Channels[^1], kernel: 1, padding: 0);
    }

    /// <summary>The architecture of the copied half.</summary>
    public UnetConfig Config { get; }

    /// <summary>Pixels of the picture a latent, along one side.</summary>
    public int HintDownscale { get; }

    /// <summary>SHA-256 of its file, or over its folder's configuration and weights.</summary>
    public string Hash { get; private init; } = "";

    /// <summary>Opens a folder with config.json and diffusion_pytorch_model.safetensors, or a single file.</summary>
    /// <exception cref="ModelException">It is no ControlNet, or made for another model family.</exception>
    public static ControlNet Open(string path, DiffusionModel model)
    {
        using var files = ControlNetFiles.Read(path);
        if (files.Config is { } json && (json.Text("controlnet_conditioning_channel_order", "rgb") != "rgb" || json.Whole("conditioning_channels", 3) != 3))
            throw new ModelException(json.Path, "pictures of three channels in the order rgb are needed", "controlnet_conditioning_channel_order");
        var config = files.Architecture(model.Unet.Config);
        var unet = model.Unet.Config;
        if (config.ContextChannels != unet.ContextChannels || config.InChannels != unet.InChannels || !config.Channels.SequenceEqual(unet.Channels)
            || !config.LayersPerBlock.SequenceEqual(unet.LayersPerBlock))
            throw new ModelException(path, $"it is made for another model family (text width {config.ContextChannels}, the model has "
                + $"{unet.ContextChannels}; channels {string.Join("-", config.Channels)}, the model has {string.Join("-", unet.Channels)})",
                remedy: "Use a ControlNet trained for this model");
        if (1 << (files.HintChannels.Count - 1) != model.Downscale)
            throw new ModelException(path, $"it reduces its picture {1 << (files.HintChannels.Count - 1)} times, the model's autoencoder {model.Downscale} times",
                remedy: "Use a ControlNet trained for this model");
        var source = new StoredParameters("ControlNet", files.Parameters, path, model.Unet.Type, model.Unet.Device);
        try
        {
            var net = new ControlNet(config, files.HintChannels, source) { Hash = files.Hash() };
            source.RequireAllUsed();
            return net;
        }
        catch
        {
            source.Release();
            throw;
        }
    }

    /// <summary>The picture [B,3,H,W] in 0..1 as the network uses it, [B,C,h,w].</summary>
    internal Tensor Embed(Tensor image)
    {
        using var scope = NewDisposeScope();
        var h = _hintIn.Forward(image.to(Type)).silu();
        foreach (var block in _hintBlocks) h = h.Then(x => block.Forward(x).silu());
        return _hintOut.Forward(h).MoveToOuterDisposeScope();
    }

    internal UnetResiduals Forward(Tensor x, Tensor timesteps, Conditioning conditioning, Tensor embedded, double scale, Tape? tape)
    {
        var time = _down.Time(timesteps, Type);
        Tensor Scaled(Tensor x) => tape.Map(x, v => v * scale, g => g * scale);
        var skips = _down.Down(tape.Map(_down.Enter(x, tape), v => v + embedded, g => g), time, conditioning, tape);
        var middle = Scaled(_zeroMiddle.Forward(_down.Middle(skips[^1], time, conditioning, tape), tape));
        return new UnetResiduals([.. skips.Select((skip, i) => Scaled(_zeroConvs[i].Forward(skip, tape)))], middle);
    }
}

/// <summary>A ControlNet with the picture it is to follow.</summary>
public sealed class ControlCondition : IDisposable
{
    private readonly ControlNet _net;
    private readonly Tensor _embedded;
    private readonly double _scale;

    /// <param name="net">The network, which stays its owner's.</param>
    /// <param name="image">[1,3,H,W] in 0..1, as large as the pictures that are denoised.</param>
    /// <param name="scale">Weight of what is added, 1 as trained.</param>
    public ControlCondition(ControlNet net, Tensor image, double scale = 1)
    {
        (_net, _scale) = (net, scale);
        using var noGrad = no_grad();
        _embedded = net.Embed(image).DetachFromDisposeScope();
    }

    internal UnetResiduals Residuals(Tensor x, Tensor timesteps, Conditioning conditioning, Tape? tape)
    {
        if (x.shape[2] != _embedded.shape[2] || x.shape[3] != _embedded.shape[3])
            throw new ArgumentException($"The ControlNet's picture is for latents of {_embedded.shape[2]} x {_embedded.shape[3]}, "
                + $"these are {x.shape[2]} x {x.shape[3]}.");
        return _net.Forward(x, timesteps, conditioning, _embedded, _scale, tape);
    }

    /// <inheritdoc/>
    public void Dispose() => _embedded.Dispose();
}
