using SvgDistill.Diffusion.Weights;

namespace SvgDistill.Diffusion.Adapters;

/// <summary>What an adapter file is, by its tensors' names.</summary>
public enum AdapterKind
{
    /// <summary>Low-rank additions to linear layers.</summary>
    Lora,

    /// <summary>A copy of the UNet's first half that sees a picture.</summary>
    ControlNet,

    /// <summary>Vectors that stand for a word.</summary>
    TextualInversion,
}

/// <summary>Tells adapter files apart, and from adapters for other models; a file's own name is never asked.</summary>
internal static class AdapterKinds
{
    private const string Advice = "Use one made for Stable Diffusion 1.x or 2.x";

    // Width of the text that SDXL's UNet attends to.
    private const int SdxlContext = 2048;

    private static readonly string[] _loraParts = ["lora_A", "lora_B", "lora_up", "lora_down", "lora.up", "lora.down", "lora_linear_layer", "hada_w", "lokr_w"];
    private static readonly string[] _controlParts = ["controlnet_cond_embedding.", "input_hint_block.", "controlnet_down_blocks."];
    private static readonly string[] _flowParts = ["double_blocks", "single_blocks", "joint_blocks", "single_transformer_blocks", "controlnet_x_embedder"];

    /// <summary>What the file holds; null where it is no adapter.</summary>
    /// <exception cref="ModelException">It is an adapter for SDXL or for a flow-matching model.</exception>
    public static AdapterKind? Of(SafetensorsFile file)
    {
        if (Any(file, _loraParts) is { } lora)
        {
            RequireFamily(file, "LoRA files", lora);
            return AdapterKind.Lora;
        }
        if (Any(file, _controlParts) is { } control)
        {
            RequireFamily(file, "ControlNets", control);
            return AdapterKind.ControlNet;
        }
        if (file.Tensors.ContainsKey("clip_g"))
            throw new ModelException(file.Path, "embeddings for SDXL are not supported", "clip_g", Advice);
        return file.Tensors.Count == 1 && file.Tensors.Values.Single() is { Shape.Count: 1 or 2, Elements: > 0 } ? AdapterKind.TextualInversion : null;
    }

    /// <summary>Says what a file is that is not what it was given as; does nothing where that cannot be told.</summary>
    /// <exception cref="ModelException">It is an adapter of another kind, or a model.</exception>
    public static void Require(SafetensorsFile file, AdapterKind wanted)
    {
        var (kind, word) = (Of(file), Words(wanted).Word);
        if (kind == wanted) return;
        if (kind is { } other)
            throw new ModelException(file.Path, $"it holds {Words(other).Word}, not {word}", remedy: $"Give it with {Words(other).Option}");
        if (file.Tensors.Keys.FirstOrDefault(n => n.StartsWith(OriginalNames.UnetPrefix, StringComparison.Ordinal)) is { } model)
            throw new ModelException(file.Path, $"it holds a whole model, not {word}", model, "Give it with --model");
    }

    /// <summary>A family's name by the width of its text; null where no published one has it.</summary>
    public static string? Family(int textWidth) => textWidth switch
    {
        768 => "Stable Diffusion 1.x",
        1024 => "Stable Diffusion 2.x",
        _ => null,
    };

    private static (string Word, string Option) Words(AdapterKind kind) => kind switch
    {
        AdapterKind.Lora => ("a LoRA adapter", "--lora"),
        AdapterKind.ControlNet => ("a ControlNet", "--control"),
        _ => ("a textual-inversion embedding", "--embedding"),
    };

    private static void RequireFamily(SafetensorsFile file, string what, string example)
    {
        var second = file.Tensors.Keys.FirstOrDefault(n => n.StartsWith("lora_te2_", StringComparison.Ordinal) || n.Contains("text_encoder_2", StringComparison.Ordinal)
            || n.StartsWith("add_embedding.", StringComparison.Ordinal));
        var wide = file.Tensors.Values.FirstOrDefault(t => IsTextKey(t.Name) && t.Shape.Count > 1 && t.Shape[1] == SdxlContext)?.Name;
        if ((second ?? wide) is { } sdxl) throw new ModelException(file.Path, $"{what} for SDXL are not supported", sdxl, Advice);
        var flow = Any(file, _flowParts) ?? (example.StartsWith("transformer.", StringComparison.Ordinal)
            || example.StartsWith("lora_transformer_", StringComparison.Ordinal) ? example : null);
        if (flow is not null) throw new ModelException(file.Path, $"{what} for flow-matching models (SD3, Flux) are not supported", flow, Advice);
    }

    /// <summary>Whether a tensor is the first that the text passes in a cross-attention: a projection, or a LoRA's A on it.</summary>
    public static bool IsTextKey(string name) =>
        (name.Contains("attn2.to_k", StringComparison.Ordinal) || name.Contains("attn2_to_k", StringComparison.Ordinal)
            || name.Contains("attn2.processor.to_k", StringComparison.Ordinal))
        && !name.Contains("lora_B", StringComparison.Ordinal) && !name.Contains("up.weight", StringComparison.Ordinal);

    private static string? Any(SafetensorsFile file, string[] parts) =>
        file.Tensors.Keys.Where(name => parts.Any(p => name.Contains(p, StringComparison.Ordinal))).Order(StringComparer.Ordinal).FirstOrDefault();
}
