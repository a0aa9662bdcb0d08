using System.Globalization;
using System.Text.RegularExpressions;
using SvgDistill.Diffusion.Unet;

namespace SvgDistill.Diffusion.Weights;

/// <summary>The inverse of <see cref="OriginalNames"/>: current names to those of single-file checkpoints (text encoder in transformers' form).</summary>
internal sealed partial class OriginalNameWriter(UnetConfig unet, int autoencoderLevels)
{
    private static readonly (string Current, string Original)[] _attention =
    [
        (".group_norm.", ".norm."), (".to_q.", ".q."), (".to_k.", ".k."), (".to_v.", ".v."), (".to_out.0.", ".proj_out."),
    ];

    private readonly Dictionary<string, string> _blocks = UnetBlocks(unet);

    public string Original(ModelPart part, string name) => part switch
    {
        ModelPart.Unet => OriginalNames.UnetPrefix + Unet(name),
        ModelPart.Autoencoder => OriginalNames.AutoencoderPrefix + Autoencoder(name),
        _ => OriginalNames.TextPrefix + "transformer." + name,
    };

    private string Unet(string name)
    {
        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            if (!_blocks.TryGetValue(name[..(dot + 1)], out var original)) continue;
            var rest = name[(dot + 1)..];
            if (name.Contains(".resnets.", StringComparison.Ordinal))
                foreach (var (part, current) in OriginalNames.ResnetParts)
                    if (rest.StartsWith(current, StringComparison.Ordinal)) return original + part + rest[current.Length..];
            return original + rest;
        }
        throw new KeyNotFoundException(name);
    }

    private static Dictionary<string, string> UnetBlocks(UnetConfig config)
    {
        var blocks = OriginalNames.Blocks(config).ToDictionary(b => b.Current, b => b.Original, StringComparer.Ordinal);
        var n = 0;
        for (var level = 0; level < config.Levels - 1; level++)
            blocks[$"down_blocks.{level}.downsamplers.0.conv."] = $"input_blocks.{n += config.LayersPerBlock[level] + 1}.0.op.";
        n = -1;
        for (var block = 0; block < config.Levels - 1; block++)
        {
            var level = config.Levels - 1 - block;
            blocks[$"up_blocks.{block}.upsamplers.0.conv."] = $"output_blocks.{n += config.LayersPerBlock[level] + 1}.{(config.UpAttention[level] ? 2 : 1)}.conv.";
        }
        foreach (var (original, current) in OriginalNames.UnetEnds) blocks[current] = original;
        return blocks;
    }

    private string Autoencoder(string name)
    {
        name = Block().Replace(name, m =>
        {
            var (down, level) = (m.Groups[1].Value == "encoder.down_blocks", int.Parse(m.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
            return (down ? $"encoder.down.{level}." : $"decoder.up.{autoencoderLevels - 1 - level}.")
                + (m.Groups[3].Success ? $"block.{m.Groups[3].Value}." : down ? "downsample." : "upsample.");
        });
        name = name.Replace(".mid_block.resnets.0.", ".mid.block_1.", StringComparison.Ordinal)
            .Replace(".mid_block.resnets.1.", ".mid.block_2.", StringComparison.Ordinal)
            .Replace(".conv_shortcut.", ".nin_shortcut.", StringComparison.Ordinal)
            .Replace("coder.conv_norm_out.", "coder.norm_out.", StringComparison.Ordinal);
        return !name.Contains(".mid_block.attentions.0.", StringComparison.Ordinal) ? name
            : _attention.Aggregate(name.Replace(".mid_block.attentions.0.", ".mid.attn_1.", StringComparison.Ordinal),
                (n, pair) => n.Replace(pair.Current, pair.Original, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^(encoder\.down_blocks|decoder\.up_blocks)\.(\d+)\.(?:resnets\.(\d+)|(?:down|up)samplers\.0)\.")]
    private static partial Regex Block();
}
