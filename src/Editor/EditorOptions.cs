using SvgDistill.Editor.Engine;

namespace SvgDistill.Editor;

/// <summary>What an editor edits with.</summary>
public sealed record EditorOptions
{
    /// <summary>A model's folder or file, or a name found in the Hugging Face cache; null: <c>models/icon-prior</c> beside the program.</summary>
    public string? Model { get; init; }
    /// <summary>LoRA files, embeddings and a ControlNet that join the model.</summary>
    public AdapterRequest Adapters { get; init; } = AdapterRequest.None;
    /// <summary>What a single-file checkpoint predicts, where its shapes cannot tell: <c>epsilon</c> or <c>v</c>.</summary>
    public string? Prediction { get; init; }
    /// <summary>What the network computes in: <c>auto</c>, <c>fp32</c>, <c>bf16</c> or <c>fp16</c>.</summary>
    public string Precision { get; init; } = "auto";
    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>; null: the CPU.</summary>
    public string? Device { get; init; }
}
