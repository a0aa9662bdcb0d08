using SvgDistill.Diffusion.Models;

namespace SvgDistill.Diffusion.Unet;

/// <summary>
/// The architecture of a conditional UNet, or of a ControlNet's copy of its first half: what diffusers writes to
/// <c>unet/config.json</c>, with its defaults resolved. Lists have one entry a resolution, finest first.
/// </summary>
public sealed record UnetConfig
{
    /// <summary>Channels of the noisy latents.</summary>
    public required int InChannels { get; init; }

    /// <summary>Channels of the prediction.</summary>
    public required int OutChannels { get; init; }

    /// <summary>Width of each resolution.</summary>
    public required IReadOnlyList<int> Channels { get; init; }

    /// <summary>Whether each resolution has transformers on the way down.</summary>
    public required IReadOnlyList<bool> DownAttention { get; init; }

    /// <summary>Whether each resolution has transformers on the way up, finest first (config.json lists it coarsest first).</summary>
    public required IReadOnlyList<bool> UpAttention { get; init; }

    /// <summary>Residual blocks a resolution on the way down; one more on the way up.</summary>
    public required IReadOnlyList<int> LayersPerBlock { get; init; }

    /// <summary>
    /// Attention heads. Config.json names them <c>num_attention_heads</c>, or, in every published 1.x and 2.x model,
    /// <c>attention_head_dim</c>, which in spite of its name holds their number.
    /// </summary>
    public required IReadOnlyList<int> Heads { get; init; }

    /// <summary>Transformer blocks in each transformer.</summary>
    public required IReadOnlyList<int> TransformerLayers { get; init; }

    /// <summary>Width of the text's hidden states.</summary>
    public required int ContextChannels { get; init; }

    /// <summary>Transformers are entered and left through linear layers (2.x) rather than 1x1 convolutions (1.x).</summary>
    public bool LinearProjection { get; init; }

    /// <summary>Attention scores are formed in fp32 whatever the run's precision.</summary>
    public bool UpcastAttention { get; init; }

    /// <summary>Groups of the group normalisations.</summary>
    public int NormGroups { get; init; } = 32;

    /// <summary>Epsilon of the residual blocks' normalisations.</summary>
    public double NormEps { get; init; } = 1e-5;

    /// <summary>The time embedding has its cosines first.</summary>
    public bool FlipSinToCos { get; init; } = true;

    /// <summary>Shift in the time embedding's frequencies.</summary>
    public double FreqShift { get; init; }

    /// <summary>Side of the latents the model was trained on.</summary>
    public int SampleSize { get; init; } = 64;

    /// <summary>Number of resolutions.</summary>
    public int Levels => Channels.Count;

    /// <summary>Width of the time embedding.</summary>
    public int TimeChannels => 4 * Channels[0];

    internal static UnetConfig Read(JsonConfig json, bool controlNet = false)
    {
        // What would change the computation and is not built is refused by name.
        json.Require("act_fn", "silu", "swish");
        json.Require("mid_block_type", "UNetMidBlock2DCrossAttn");
        json.Require("time_embedding_type", "positional");
        json.Require("resnet_time_scale_shift", "default");
        json.Require("attention_type", "default");
        foreach (var key in new[] { "center_input_sample", "dual_cross_attention", "only_cross_attention", "resnet_skip_time_act",
            "class_embeddings_concat", "global_pool_conditions" })
            json.Require(key, "false");
        foreach (var key in new[] { "class_embed_type", "addition_embed_type", "encoder_hid_dim_type", "time_cond_proj_dim",
            "timestep_post_act", "num_class_embeds", "cross_attention_norm", "time_embedding_act_fn", "time_embedding_dim",
            "reverse_transformer_layers_per_block", "mid_block_only_cross_attention" })
            if (json.Has(key)) json.Require(key, "null", "false");
        foreach (var key in new[] { "mid_block_scale_factor", "resnet_out_scale_factor", "downsample_padding" })
            json.Require(key, "1", "1.0");
        foreach (var key in new[] { "conv_in_kernel", "conv_out_kernel" }) json.Require(key, "3");

        var channels = json.WholeList("block_out_channels");
        var levels = channels.Count;
        var down = Attention(json, "down_block_types", "CrossAttnDownBlock2D", "DownBlock2D", levels);
        var up = controlNet ? down : [.. Attention(json, "up_block_types", "CrossAttnUpBlock2D", "UpBlock2D", levels).Reverse()];
        var heads = json.Has("num_attention_heads") ? "num_attention_heads" : "attention_head_dim";
        var config = new UnetConfig
        {
            InChannels = json.Whole("in_channels", 4),
            OutChannels = controlNet ? 1 : json.Whole("out_channels", 4),
            Channels = channels,
            DownAttention = down,
            UpAttention = up,
            LayersPerBlock = json.Wholes("layers_per_block", levels, 2),
            Heads = json.Wholes(heads, levels, 8),
            TransformerLayers = json.Wholes("transformer_layers_per_block", levels, 1),
            ContextChannels = json.Whole("cross_attention_dim", 1280),
            LinearProjection = json.Flag("use_linear_projection", false),
            UpcastAttention = json.Flag("upcast_attention", false),
            NormGroups = json.Whole("norm_num_groups", 32),
            NormEps = json.Number("norm_eps", 1e-5),
            FlipSinToCos = json.Flag("flip_sin_to_cos", true),
            FreqShift = json.Number("freq_shift", 0),
            SampleSize = json.Whole("sample_size", 64),
        };
        config.Check(json.Path);
        return config;
    }

    /// <summary>Checks what the shapes of the parameters cannot.</summary>
    internal void Check(string path)
    {
        for (var level = 0; level < Levels; level++)
        {
            if (Channels[level] % NormGroups != 0)
                throw new ModelException(path, $"{Channels[level]} channels cannot be split into {NormGroups} groups", "norm_num_groups");
            if (Channels[level] % Heads[level] != 0)
                throw new ModelException(path, $"{Channels[level]} channels cannot be split into {Heads[level]} heads", "attention_head_dim");
        }
    }

    private static IReadOnlyList<bool> Attention(JsonConfig json, string key, string with, string without, int levels)
    {
        var types = json.Texts(key);
        if (types.Count != levels)
            throw new ModelException(json.Path, $"{levels} entries expected, {types.Count} found", key);
        return [.. types.Select(type => type == with || (type == without ? false
            : throw new ModelException(json.Path, $"block type '{type}' is not supported", key, $"Supported: {with}, {without}")))];
    }
}
