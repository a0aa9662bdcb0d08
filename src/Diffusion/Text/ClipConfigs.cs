using SvgDistill.Diffusion.Models;

namespace SvgDistill.Diffusion.Text;

/// <summary>The architecture of a CLIP transformer (text or image tower): what transformers writes to config.json.</summary>
public sealed record ClipTowerConfig
{
    /// <summary>Width.</summary>
    public required int Channels { get; init; }

    /// <summary>Number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Width inside the feed-forward part.</summary>
    public required int InnerChannels { get; init; }

    /// <summary>x sigmoid(1.702 x) (OpenAI's CLIP) rather than the exact GELU (OpenCLIP).</summary>
    public bool QuickGelu { get; init; } = true;

    /// <summary>Epsilon of the layer norms.</summary>
    public double NormEps { get; init; } = 1e-5;

    internal static ClipTowerConfig Read(JsonConfig json, int channels, int layers, int heads, int inner)
    {
        json.Require("hidden_act", "quick_gelu", "gelu");
        var config = new ClipTowerConfig
        {
            Channels = json.Whole("hidden_size", channels),
            Layers = json.Whole("num_hidden_layers", layers, max: 1000),
            Heads = json.Whole("num_attention_heads", heads),
            InnerChannels = json.Whole("intermediate_size", inner),
            QuickGelu = json.Text("hidden_act", "quick_gelu") == "quick_gelu",
            NormEps = json.Number("layer_norm_eps", 1e-5),
        };
        return config.Channels % config.Heads == 0 ? config
            : throw new ModelException(json.Path, $"{config.Channels} channels cannot be split into {config.Heads} heads", "num_attention_heads");
    }
}

/// <summary>The architecture of a CLIP text encoder.</summary>
public sealed record ClipTextConfig
{
    /// <summary>The transformer.</summary>
    public required ClipTowerConfig Tower { get; init; }

    /// <summary>Number of tokens known.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Longest text in tokens.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>
    /// The token at which the pooled state is read; 2, in older files, stands for "the token with the largest id", which
    /// CLIP's end token is.
    /// </summary>
    public int EndToken { get; init; } = 2;

    internal static ClipTextConfig Read(JsonConfig json) => new()
    {
        Tower = ClipTowerConfig.Read(json, 512, 12, 8, 2048),
        VocabularySize = json.Whole("vocab_size", 49408, max: 10_000_000),
        MaxTokens = json.Whole("max_position_embeddings", 77, min: 2),
        EndToken = json.Whole("eos_token_id", 49407, min: 0, max: 10_000_000),
    };
}
