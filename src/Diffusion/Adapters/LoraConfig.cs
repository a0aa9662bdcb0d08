using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Weights;

namespace SvgDistill.Diffusion.Adapters;

/// <summary>
/// What a LoRA file says of its weights where no tensor does: diffusers keeps peft's configuration of each part in the file's metadata
/// (<c>lora_adapter_metadata</c>: <c>unet.lora_alpha</c>, <c>unet.alpha_pattern</c>, <c>unet.use_rslora</c>, and so on).
/// </summary>
internal sealed class LoraConfig
{
    private const string MetadataKey = "lora_adapter_metadata";

    private readonly JsonObject _fields;

    private LoraConfig(JsonObject fields) => _fields = fields;

    /// <summary>The configuration in a file's metadata; an empty one where there is none.</summary>
    /// <exception cref="ModelException">It cannot be read, or asks for what is not supported.</exception>
    public static LoraConfig Of(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(MetadataKey, out var text)) return new([]);
        try
        {
            var fields = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject ?? throw new JsonException("an object is expected");
            foreach (var (key, value) in fields)
                if (key.EndsWith(".use_dora", StringComparison.Ordinal) && value is JsonValue flag && flag.TryGetValue(out bool uses) && uses)
                    throw new ModelException(file.Path, "adapters of this kind (DoRA) are not supported", key, "Use a plain LoRA file");
            return new(fields);
        }
        catch (JsonException error)
        {
            throw new ModelException(file.Path, "its metadata are no JSON", MetadataKey, inner: error);
        }
    }

    /// <summary>alpha / r of a layer, alpha / sqrt(r) with rsLoRA (Kalajdzievski 2023); 1 where nothing is said.</summary>
    /// <param name="layer">The layer's key.</param>
    /// <param name="rank">The rank of its matrices.</param>
    public double Scale(string layer, long rank)
    {
        var part = LoraNames.IsText(layer) ? "text_encoder" : "unet";
        var path = layer[(layer.IndexOf('_', StringComparison.Ordinal) + 1)..];
        var alpha = Number(_fields[$"{part}.lora_alpha"]);
        if (_fields[$"{part}.alpha_pattern"] is JsonObject patterns)
            foreach (var (pattern, value) in patterns)
                if (pattern.Replace('.', '_') is var ending && (path == ending || path.EndsWith("_" + ending, StringComparison.Ordinal))) alpha = Number(value) ?? alpha;
        if (alpha is not { } given) return 1;
        return _fields[$"{part}.use_rslora"] is JsonValue flag && flag.TryGetValue(out bool stabilized) && stabilized ? given / Math.Sqrt(rank) : given / rank;
    }

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out double number) ? number : null;
}
