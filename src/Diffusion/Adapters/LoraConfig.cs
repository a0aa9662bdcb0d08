using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Weights;

namespace SvgDistill.Diffusion.Adapters;

/// <summary>
/// What a LoRA file says of its weights where no tensor does: diffusers keeps peft's configuration of each part in the file's metadata
/// (<c>lora_adapter_metadata</c>: <c>unet.lora_alpha</c>, <c>unet.alpha_pattern</c>, <c>unet.use_rslora</c>, and so on); peft itself, which saves one
/// part in a folder (<c>adapter_model.safetensors</c>), keeps the same fields without the part in <c>adapter_config.json</c> beside it.
/// </summary>
internal sealed class LoraConfig
{
    /// <summary>What peft calls an adapter in a folder of its own.</summary>
    public const string PeftFile = "adapter_model.safetensors";

    private const string MetadataKey = "lora_adapter_metadata", PeftConfig = "adapter_config.json";
    private const int MostBytes = 1 << 20;

    private readonly JsonObject _fields;

    private LoraConfig(JsonObject fields) => _fields = fields;

    /// <summary>The configuration in a file's metadata, else in peft's file beside it; an empty one where there is neither.</summary>
    /// <exception cref="ModelException">It cannot be read, or asks for what is not supported.</exception>
    public static LoraConfig Of(SafetensorsFile file)
    {
        if (file.Metadata.TryGetValue(MetadataKey, out var text)) return new(Fields(file.Path, "its metadata are no JSON", MetadataKey, text));
        if (Beside(file.Path) is not { } path) return new([]);
        try
        {
            if (new FileInfo(path).Length is > MostBytes and var length) throw new ModelException(path, $"{length} bytes are too many for a configuration");
            return new(Fields(path, "it is no JSON object", null, File.ReadAllText(path)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(path, $"it cannot be read ({error.Message.TrimEnd('.')})", inner: error);
        }
    }

    /// <summary>peft's configuration of an adapter file; null where it is not peft's, or has none.</summary>
    public static string? Beside(string path) =>
        Path.GetFileName(path) == PeftFile && Path.Combine(Path.GetDirectoryName(path) ?? "", PeftConfig) is var config && File.Exists(config) ? config : null;

    /// <summary>alpha / r of a layer, alpha / sqrt(r) with rsLoRA (Kalajdzievski 2023); 1 where nothing is said.</summary>
    /// <param name="layer">The layer's key.</param>
    /// <param name="rank">The rank of its matrices.</param>
    public double Scale(string layer, long rank)
    {
        var part = LoraNames.IsText(layer) ? "text_encoder" : "unet";
        var path = layer[(layer.IndexOf('_', StringComparison.Ordinal) + 1)..];
        JsonNode? Field(string name) => _fields[$"{part}.{name}"] ?? _fields[name];
        var alpha = Number(Field("lora_alpha"));
        if (Field("alpha_pattern") is JsonObject patterns)
            foreach (var (pattern, value) in patterns)
                if (pattern.Replace('.', '_') is var ending && (path == ending || path.EndsWith("_" + ending, StringComparison.Ordinal))) alpha = Number(value) ?? alpha;
        if (alpha is not { } given) return 1;
        return Field("use_rslora") is JsonValue flag && flag.TryGetValue(out bool stabilized) && stabilized ? given / Math.Sqrt(rank) : given / rank;
    }

    private static JsonObject Fields(string path, string problem, string? where, string text)
    {
        try
        {
            var fields = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject ?? throw new JsonException("an object is expected");
            foreach (var (key, value) in fields)
                if (key.Split('.')[^1] == "use_dora" && value is JsonValue flag && flag.TryGetValue(out bool uses) && uses)
                    throw new ModelException(path, "adapters of this kind (DoRA) are not supported", key, "Use a plain LoRA file");
            return fields;
        }
        catch (JsonException error)
        {
            throw new ModelException(path, problem, where, inner: error);
        }
    }

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out double number) ? number : null;
}
