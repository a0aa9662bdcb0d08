using System.Globalization;
using System.Text.RegularExpressions;
using SvgDistill.Diffusion.Unet;

namespace SvgDistill.Diffusion.Weights;

/// <summary>
/// The names that single-file checkpoints of Stable Diffusion 1.x and 2.x use, translated into diffusers' names. The
/// original UNet numbers its blocks in one row (input_blocks.0 ... output_blocks.0 ...); which number is which resolution
/// is read from the names themselves: an <c>op</c> ends a resolution on the way down, an upsampler's <c>conv</c> on the way up.
/// </summary>
internal sealed partial class OriginalNames
{
    public const string UnetPrefix = "model.diffusion_model.";
    public const string AutoencoderPrefix = "first_stage_model.";
    public const string TextPrefix = "cond_stage_model.";
    public const string OpenClipPrefix = "cond_stage_model.model.";

    private static readonly string[] _ignoredPrefixes =
    [
        "model_ema.", "first_stage_model.loss.", "first_stage_model.model_ema.", "embedding_manager.", "posterior_", "sqrt_",
        "log_one_minus_", "cond_stage_model.logit_scale", "cond_stage_model.model.visual.", "denoiser.",
    ];

    private static readonly HashSet<string> _ignored =
    [
        "alphas_cumprod", "alphas_cumprod_prev", "betas", "lvlb_weights", "logvar", "scale_factor", "v_pred", "ztsnr",
        "cond_stage_model.model.text_projection", "cond_stage_model.model.logit_scale", "cond_stage_model.model.attn_mask",
        "cond_stage_model.transformer.text_projection.weight", "global_step",
    ];

    internal static readonly (string Original, string Current)[] ResnetParts =
    [
        ("in_layers.0.", "norm1."), ("in_layers.2.", "conv1."), ("emb_layers.1.", "time_emb_proj."), ("out_layers.0.", "norm2."),
        ("out_layers.3.", "conv2."), ("skip_connection.", "conv_shortcut."),
    ];

    /// <summary>What stands before and after the numbered blocks.</summary>
    internal static readonly (string Original, string Current)[] UnetEnds =
    [
        ("input_blocks.0.0.", "conv_in."), ("time_embed.0.", "time_embedding.linear_1."), ("time_embed.2.", "time_embedding.linear_2."),
        ("out.0.", "conv_norm_out."), ("out.2.", "conv_out."),
    ];

    private readonly Dictionary<string, string> _unetBlocks = new(StringComparer.Ordinal);
    private readonly int _autoencoderLevels;

    /// <summary>Reads the layout from the names.</summary>
    public OriginalNames(IEnumerable<string> names)
    {
        var all = names.ToHashSet(StringComparer.Ordinal);
        ScanDown(all);
        ScanUp(all);
        _autoencoderLevels = Count(all, AutoencoderPrefix + "encoder.down.{0}.block.0.norm1.weight");
        TextLayers = Count(all, OpenClipPrefix + "transformer.resblocks.{0}.ln_1.weight");
        // Stable Diffusion 2 conditions on the last layer but one of OpenCLIP's ViT-H: of 24 layers the last is not used.
        if (TextLayers == 24) TextLayers = 23;
    }

    /// <summary>Residual blocks a resolution on the way down, finest first.</summary>
    public List<int> LayersPerBlock { get; } = [];

    /// <summary>Layers of an OpenCLIP text encoder that are used; 0 where the text encoder is in transformers' form.</summary>
    public int TextLayers { get; }

    /// <summary>How many numbered parts there are: the first i for which the name does not exist.</summary>
    public static int Count(IReadOnlySet<string> names, string pattern)
    {
        var i = 0;
        while (names.Contains(string.Format(CultureInfo.InvariantCulture, pattern, i))) i++;
        return i;
    }

    /// <summary>
    /// The part and the current name of an original one, with the third that it holds of a fused query-key-value weight;
    /// null for what is known to be of no use here (EMA copies, training state, schedules).
    /// </summary>
    /// <exception cref="KeyNotFoundException">The name is of no known kind.</exception>
    public IEnumerable<(ModelPart Part, string Name, int Third)> Translate(string name)
    {
        if (_ignored.Contains(name) || _ignoredPrefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal))) return [];
        if (name.StartsWith(UnetPrefix, StringComparison.Ordinal))
            return [(ModelPart.Unet, Unet(name[UnetPrefix.Length..]) ?? throw new KeyNotFoundException(name), -1)];
        if (name.StartsWith(AutoencoderPrefix, StringComparison.Ordinal))
            return [(ModelPart.Autoencoder, Autoencoder(name[AutoencoderPrefix.Length..]), -1)];
        if (name.StartsWith(OpenClipPrefix, StringComparison.Ordinal))
            return OpenClip(name[OpenClipPrefix.Length..]).Select(n => (ModelPart.TextEncoder, n.Name, n.Third));
        if (name.StartsWith(TextPrefix + "transformer.", StringComparison.Ordinal))
            return DiffusersNames.Current(ModelPart.TextEncoder, name[(TextPrefix + "transformer.").Length..]) is { } text
                ? [(ModelPart.TextEncoder, text, -1)] : [];
        throw new KeyNotFoundException(name);
    }

    /// <summary>The original and the current name of each transformer and residual block of an architecture.</summary>
    public static IEnumerable<(string Original, string Current)> Blocks(UnetConfig config)
    {
        var n = 1;
        for (var level = 0; level < config.Levels; level++, n++) // One number a resolution goes to its downsampler.
            for (var layer = 0; layer < config.LayersPerBlock[level]; layer++, n++)
            {
                yield return ($"input_blocks.{n}.0.", $"down_blocks.{level}.resnets.{layer}.");
                yield return ($"input_blocks.{n}.1.", $"down_blocks.{level}.attentions.{layer}.");
            }
        n = 0;
        for (var block = 0; block < config.Levels; block++)
            for (var layer = 0; layer <= config.LayersPerBlock[config.Levels - 1 - block]; layer++, n++)
            {
                yield return ($"output_blocks.{n}.0.", $"up_blocks.{block}.resnets.{layer}.");
                yield return ($"output_blocks.{n}.1.", $"up_blocks.{block}.attentions.{layer}.");
            }
        yield return ("middle_block.0.", "mid_block.resnets.0.");
        yield return ("middle_block.1.", "mid_block.attentions.0.");
        yield return ("middle_block.2.", "mid_block.resnets.1.");
    }

    private void ScanDown(HashSet<string> names)
    {
        var (level, layer) = (0, 0);
        for (var n = 1; ; n++)
        {
            var block = $"input_blocks.{n}";
            if (names.Contains($"{UnetPrefix}{block}.0.op.weight"))
            {
                _unetBlocks[$"{block}.0.op."] = $"down_blocks.{level}.downsamplers.0.conv.";
                LayersPerBlock.Add(layer);
                (level, layer) = (level + 1, 0);
            }
            else if (names.Contains($"{UnetPrefix}{block}.0.in_layers.0.weight"))
            {
                _unetBlocks[$"{block}.0."] = $"down_blocks.{level}.resnets.{layer}.";
                _unetBlocks[$"{block}.1."] = $"down_blocks.{level}.attentions.{layer}.";
                layer++;
            }
            else break;
        }
        LayersPerBlock.Add(layer);
    }

    private void ScanUp(HashSet<string> names)
    {
        var (block, layer) = (0, 0);
        for (var n = 0; names.Contains($"{UnetPrefix}output_blocks.{n}.0.in_layers.0.weight"); n++)
        {
            var original = $"output_blocks.{n}";
            _unetBlocks[$"{original}.0."] = $"up_blocks.{block}.resnets.{layer}.";
            // The upsampler is second where there is no transformer, else third.
            var upsampler = names.Contains($"{UnetPrefix}{original}.1.conv.weight") ? 1 : 2;
            _unetBlocks[$"{original}.{upsampler}.conv."] = $"up_blocks.{block}.upsamplers.0.conv.";
            if (upsampler == 2) _unetBlocks[$"{original}.1."] = $"up_blocks.{block}.attentions.{layer}.";
            layer++;
            if (names.Contains($"{UnetPrefix}{original}.{upsampler}.conv.weight")) (block, layer) = (block + 1, 0);
        }
        _unetBlocks["middle_block.0."] = "mid_block.resnets.0.";
        _unetBlocks["middle_block.1."] = "mid_block.attentions.0.";
        _unetBlocks["middle_block.2."] = "mid_block.resnets.1.";
        foreach (var (original, current) in UnetEnds) _unetBlocks[original] = current;
    }

    private string? Unet(string name)
    {
        // The longest known prefix: "block.0.op." before "block.0.".
        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            if (!_unetBlocks.TryGetValue(name[..(dot + 1)], out var current)) continue;
            var rest = name[(dot + 1)..];
            if (current.Contains(".resnets.", StringComparison.Ordinal))
                foreach (var (original, part) in ResnetParts)
                    if (rest.StartsWith(original, StringComparison.Ordinal)) return current + part + rest[original.Length..];
            return current + rest;
        }
        return null;
    }

    private string Autoencoder(string name)
    {
        name = DownBlock().Replace(name, "encoder.down_blocks.$1.resnets.$2.");
        name = UpBlock().Replace(name, m => $"decoder.up_blocks.{FromTop(m)}.resnets.{m.Groups[2].Value}.");
        name = DownSampler().Replace(name, "encoder.down_blocks.$1.downsamplers.0.");
        name = UpSampler().Replace(name, m => $"decoder.up_blocks.{FromTop(m)}.upsamplers.0.");
        name = name.Replace(".mid.block_1.", ".mid_block.resnets.0.", StringComparison.Ordinal)
            .Replace(".mid.block_2.", ".mid_block.resnets.1.", StringComparison.Ordinal)
            .Replace(".nin_shortcut.", ".conv_shortcut.", StringComparison.Ordinal)
            .Replace("coder.norm_out.", "coder.conv_norm_out.", StringComparison.Ordinal);
        const string Attention = ".mid.attn_1.";
        if (!name.Contains(Attention, StringComparison.Ordinal)) return name;
        return name.Replace(Attention, ".mid_block.attentions.0.", StringComparison.Ordinal)
            .Replace(".0.norm.", ".0.group_norm.", StringComparison.Ordinal)
            .Replace(".0.q.", ".0.to_q.", StringComparison.Ordinal)
            .Replace(".0.k.", ".0.to_k.", StringComparison.Ordinal)
            .Replace(".0.v.", ".0.to_v.", StringComparison.Ordinal)
            .Replace(".0.proj_out.", ".0.to_out.0.", StringComparison.Ordinal);
    }

    private string FromTop(Match m) =>
        (_autoencoderLevels - 1 - int.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);

    private IEnumerable<(string Name, int Third)> OpenClip(string name)
    {
        const string Prefix = "text_model.";
        if (name == "token_embedding.weight") return [(Prefix + "embeddings.token_embedding.weight", -1)];
        if (name == "positional_embedding") return [(Prefix + "embeddings.position_embedding.weight", -1)];
        if (name.StartsWith("ln_final.", StringComparison.Ordinal)) return [(Prefix + "final_layer_norm." + name["ln_final.".Length..], -1)];
        if (ResBlock().Match(name) is not { Success: true } block) throw new KeyNotFoundException(OpenClipPrefix + name);
        var layer = int.Parse(block.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        if (layer >= TextLayers) return []; // The layer after the one that is conditioned on.
        var (path, rest) = ($"{Prefix}encoder.layers.{layer}.", block.Groups[2].Value);
        if (rest is "attn.in_proj_weight" or "attn.in_proj_bias")
        {
            var kind = rest.EndsWith("bias", StringComparison.Ordinal) ? "bias" : "weight";
            return new[] { "q", "k", "v" }.Select((x, third) => ($"{path}self_attn.{x}_proj.{kind}", third));
        }
        return [(path + rest.Replace("attn.out_proj.", "self_attn.out_proj.", StringComparison.Ordinal)
            .Replace("ln_1.", "layer_norm1.", StringComparison.Ordinal).Replace("ln_2.", "layer_norm2.", StringComparison.Ordinal)
            .Replace("mlp.c_fc.", "mlp.fc1.", StringComparison.Ordinal).Replace("mlp.c_proj.", "mlp.fc2.", StringComparison.Ordinal), -1)];
    }

    [GeneratedRegex(@"^encoder\.down\.(\d{1,2})\.block\.(\d{1,2})\.")]
    private static partial Regex DownBlock();

    [GeneratedRegex(@"^decoder\.up\.(\d{1,2})\.block\.(\d{1,2})\.")]
    private static partial Regex UpBlock();

    [GeneratedRegex(@"^encoder\.down\.(\d{1,2})\.downsample\.")]
    private static partial Regex DownSampler();

    [GeneratedRegex(@"^decoder\.up\.(\d{1,2})\.upsample\.")]
    private static partial Regex UpSampler();

    [GeneratedRegex(@"^transformer\.resblocks\.(\d{1,3})\.(.+)$")]
    private static partial Regex ResBlock();
}
