using System.Text.RegularExpressions;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Weights;

namespace SvgDistill.Diffusion.Adapters;

/// <summary>One adapted layer of a file: which layer, and the entries of its matrices.</summary>
internal sealed record LoraEntry(string Layer, TensorEntry Down, TensorEntry Up, TensorEntry? Alpha);

/// <summary>
/// The names of LoRA files. Diffusers and peft write paths with dots (<c>unet.down_blocks.0 ... lora_A.weight</c>, older
/// <c>lora.down.weight</c> and <c>processor.to_q_lora.down.weight</c>), kohya's scripts write them with underscores
/// (<c>lora_unet_down_blocks_0 ... lora_down.weight</c>, also with the original UNet's block numbers). Both are reduced
/// to one key: the part, then the path with every dot an underscore.
/// </summary>
internal static partial class LoraNames
{
    private const string Unet = "unet_", Text = "text_";

    /// <summary>The layers of a model that adapters can name, under every key that files use for them.</summary>
    public static Dictionary<string, IAdaptedLayer> Layers(DiffusionModel model)
    {
        var layers = new Dictionary<string, IAdaptedLayer>(StringComparer.Ordinal);
        var blocks = OriginalNames.Blocks(model.Unet.Config).ToArray();
        var original = new OriginalNameWriter(model.Unet.Config, model.Autoencoder.Config.Channels.Count);
        foreach (var layer in model.Unet.AdaptedLayers)
        {
            layers[Unet + Key(layer.Path)] = layer;
            // kohya's scripts keep diffusers' names within a block, other programs the original ones.
            foreach (var (block, current) in blocks)
                if (layer.Path.StartsWith(current, StringComparison.Ordinal))
                    layers[Unet + Key(block + layer.Path[current.Length..])] = layer;
            const string Ending = ".weight";
            var name = original.Original(ModelPart.Unet, layer.Path + Ending);
            layers[Unet + Key(name[OriginalNames.UnetPrefix.Length..^Ending.Length])] = layer;
        }
        foreach (var layer in model.TextEncoder.Projections) layers[Text + Key(layer.Path)] = layer;
        return layers;
    }

    /// <summary>The adapted layers of a file, by key.</summary>
    /// <exception cref="ModelException">It holds adapters of another kind, or halves of one.</exception>
    public static IEnumerable<LoraEntry> Read(SafetensorsFile file)
    {
        AdapterKinds.Require(file, AdapterKind.Lora);
        var groups = new SortedDictionary<string, (TensorEntry? Down, TensorEntry? Up, TensorEntry? Alpha)>(StringComparer.Ordinal);
        foreach (var entry in file.Tensors.Values)
        {
            if (OtherKinds().IsMatch(entry.Name))
                throw new ModelException(file.Path, "adapters of this kind (LoHa, LoKr, DoRA, OFT) are not supported", entry.Name, "Use a plain LoRA file");
            if (Pattern().Match(entry.Name) is not { Success: true } match)
                throw new ModelException(file.Path, "LoRA files have no such tensor", entry.Name, "They name their tensors lora_A / lora_B or lora_down / lora_up");
            var key = LayerKey(match.Groups["layer"].Value);
            var group = groups.GetValueOrDefault(key);
            groups[key] = match.Groups["kind"].Value switch
            {
                "lora_A" or "lora_down" or "lora.down" or "_lora.down" or "lora_linear_layer.down" => group with { Down = entry },
                "alpha" => group with { Alpha = entry },
                _ => group with { Up = entry },
            };
        }
        foreach (var (key, (down, up, alpha)) in groups)
            yield return down is not null && up is not null ? new LoraEntry(key, down, up, alpha)
                : throw new ModelException(file.Path, "one of the two matrices is missing", (down ?? up ?? alpha)!.Name);
    }

    /// <summary>Whether a key names a layer of the text encoder.</summary>
    public static bool IsText(string key) => key.StartsWith(Text, StringComparison.Ordinal);

    private static string Key(string path) => path.Replace('.', '_');

    private static string LayerKey(string layer)
    {
        layer = layer.Replace("base_model.model.", "", StringComparison.Ordinal);
        // Older diffusers files: attn1.processor.to_q_lora and attn1.processor.to_out_lora.
        layer = layer.Replace(".processor.to_out", ".to_out.0", StringComparison.Ordinal).Replace(".processor.", ".", StringComparison.Ordinal);
        foreach (var (prefix, part) in new[] { ("lora_unet_", Unet), ("lora_te_", Text), ("lora_te1_", Text), ("unet.", Unet), ("text_encoder.", Text) })
            if (layer.StartsWith(prefix, StringComparison.Ordinal)) return part + Key(layer[prefix.Length..]);
        // peft saves one part a file, and does not say which.
        return (layer.StartsWith("text_model.", StringComparison.Ordinal) ? Text : Unet) + Key(layer);
    }

    [GeneratedRegex(@"^(?<layer>.+?)(?:\.(?<kind>lora_A|lora_B|lora_down|lora_up|lora\.down|lora\.up|lora_linear_layer\.down|lora_linear_layer\.up)(?:\.default)?\.weight|(?<kind>_lora\.down|_lora\.up)\.weight|\.(?<kind>alpha))$")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\.(hada_w|lokr_w|oft_|lora_magnitude_vector|dora_scale|lora_mid|bias_)")]
    private static partial Regex OtherKinds();
}
