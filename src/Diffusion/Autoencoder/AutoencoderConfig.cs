using SvgDistill.Diffusion.Models;

namespace SvgDistill.Diffusion.Autoencoder;

/// <summary>The architecture of an AutoencoderKL: what diffusers writes to <c>vae/config.json</c>.</summary>
public sealed record AutoencoderConfig
{
    /// <summary>Channels of the picture.</summary>
    public int ImageChannels { get; init; } = 3;

    /// <summary>Channels of the latents.</summary>
    public required int LatentChannels { get; init; }

    /// <summary>Width of each resolution, finest first; each but the last halves the size.</summary>
    public required IReadOnlyList<int> Channels { get; init; }

    /// <summary>Residual blocks a resolution in the encoder; one more in the decoder.</summary>
    public int LayersPerBlock { get; init; } = 2;

    /// <summary>Groups of the group normalisations.</summary>
    public int NormGroups { get; init; } = 32;

    /// <summary>Whether the middle attends to itself.</summary>
    public bool MiddleAttention { get; init; } = true;

    /// <summary>Whether a 1x1 convolution follows the encoder.</summary>
    public bool QuantConv { get; init; } = true;

    /// <summary>Whether a 1x1 convolution precedes the decoder.</summary>
    public bool PostQuantConv { get; init; } = true;

    /// <summary>Latents are the posterior's mean times this.</summary>
    public double ScalingFactor { get; init; } = 0.18215;

    /// <summary>Side of the pictures it was trained on.</summary>
    public int SampleSize { get; init; } = 512;

    /// <summary>The model is known to overflow in fp16.</summary>
    public bool ForceUpcast { get; init; } = true;

    /// <summary>Pixels a latent, along one side.</summary>
    public int Downscale => 1 << (Channels.Count - 1);

    internal static AutoencoderConfig Read(JsonConfig json)
    {
        json.Require("act_fn", "silu", "swish");
        foreach (var key in new[] { "latents_mean", "latents_std", "shift_factor" })
            if (json.Has(key))
                throw new ModelException(json.Path, "autoencoders with shifted latents (SDXL refits, SD3, Flux) are not supported", key,
                    "Use a Stable Diffusion 1.x or 2.x model");
        Types(json, "down_block_types", "DownEncoderBlock2D");
        Types(json, "up_block_types", "UpDecoderBlock2D");
        var config = new AutoencoderConfig
        {
            ImageChannels = json.Whole("in_channels", 3, 3, 3),
            LatentChannels = json.Whole("latent_channels", 4),
            Channels = json.WholeList("block_out_channels"),
            LayersPerBlock = json.Whole("layers_per_block", 1),
            NormGroups = json.Whole("norm_num_groups", 32),
            MiddleAttention = json.Flag("mid_block_add_attention", true),
            QuantConv = json.Flag("use_quant_conv", true),
            PostQuantConv = json.Flag("use_post_quant_conv", true),
            ScalingFactor = json.Number("scaling_factor", 0.18215),
            SampleSize = json.Whole("sample_size", 512),
            ForceUpcast = json.Flag("force_upcast", true),
        };
        if (config.ScalingFactor <= 0) throw json.Wrong("scaling_factor", "a positive number");
        config.Check(json.Path);
        return config;
    }

    /// <summary>Checks what the shapes of the parameters cannot.</summary>
    internal void Check(string path)
    {
        if (Channels.FirstOrDefault(c => c % NormGroups != 0) is var odd and > 0)
            throw new ModelException(path, $"{odd} channels cannot be split into {NormGroups} groups", "norm_num_groups");
    }

    private static void Types(JsonConfig json, string key, string only)
    {
        if (json.Has(key) && json.Texts(key).FirstOrDefault(type => type != only) is { } other)
            throw new ModelException(json.Path, $"block type '{other}' is not supported", key, $"Supported: {only}");
    }
}
