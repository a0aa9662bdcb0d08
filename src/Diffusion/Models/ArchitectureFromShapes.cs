using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;

namespace SvgDistill.Diffusion.Models;

/// <summary>The architecture of a single-file checkpoint, from its tensors' shapes; for what they cannot tell see <see cref="SingleFileModel"/>.</summary>
internal sealed class ArchitectureFromShapes(
    string path, IReadOnlyDictionary<ModelPart, IReadOnlyDictionary<string, StoredParameter>> parameters, OriginalNames names)
{
    /// <summary>Width of OpenCLIP's ViT-H, the text encoder of every published 2.x model.</summary>
    private const int OpenClipChannels = 1024;

    private readonly IReadOnlyDictionary<string, StoredParameter> _unet = parameters[ModelPart.Unet];
    private readonly IReadOnlyDictionary<string, StoredParameter> _vae = parameters[ModelPart.Autoencoder];
    private readonly IReadOnlyDictionary<string, StoredParameter> _text = parameters[ModelPart.TextEncoder];

    /// <summary>2.x enters its transformers through linear layers, 1.x through convolutions.</summary>
    public bool IsSecondGeneration =>
        _unet.FirstOrDefault(p => p.Key.EndsWith(".proj_in.weight", StringComparison.Ordinal)).Value is { File: not null } projection
        && projection.Shape.Count == 2;

    /// <summary>Whether the text encoder is OpenCLIP's ViT-H, whose texts are padded with "!" (id 0).</summary>
    public bool IsPublishedOpenClip =>
        names.TextLayers > 0 && Size(_text, "text_model.embeddings.token_embedding.weight", 1) == OpenClipChannels;

    public UnetConfig Unet()
    {
        var levels = names.LayersPerBlock.Count;
        var known = _unet.Keys.ToHashSet(StringComparer.Ordinal);
        var channels = Enumerable.Range(0, levels).Select(i => Size(_unet, $"down_blocks.{i}.resnets.0.conv1.weight", 0)).ToArray();
        string? TransformerAt(int level) => new[] { $"down_blocks.{level}.attentions.0", $"up_blocks.{levels - 1 - level}.attentions.0" }
            .FirstOrDefault(p => known.Contains(p + ".norm.weight"));
        int Depth(string transformer) => Math.Max(1, OriginalNames.Count(known, transformer + ".transformer_blocks.{0}.norm1.weight"));
        var config = new UnetConfig
        {
            InChannels = Size(_unet, "conv_in.weight", 1),
            OutChannels = Size(_unet, "conv_out.weight", 0),
            Channels = channels,
            DownAttention = [.. Enumerable.Range(0, levels).Select(i => known.Contains($"down_blocks.{i}.attentions.0.norm.weight"))],
            UpAttention = [.. Enumerable.Range(0, levels).Select(i => known.Contains($"up_blocks.{levels - 1 - i}.attentions.0.norm.weight"))],
            LayersPerBlock = names.LayersPerBlock,
            Heads = [.. channels.Select(Heads)],
            TransformerLayers = [.. Enumerable.Range(0, levels).Select(i => Depth(TransformerAt(i) ?? "mid_block.attentions.0"))],
            ContextChannels = Size(_unet, "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight", 1),
            LinearProjection = IsSecondGeneration,
            NormGroups = Groups(channels),
        };
        config.Check(path);
        return config;
    }

    public AutoencoderConfig Autoencoder()
    {
        var known = _vae.Keys.ToHashSet(StringComparer.Ordinal);
        var levels = OriginalNames.Count(known, "encoder.down_blocks.{0}.resnets.0.norm1.weight");
        var channels = Enumerable.Range(0, Math.Max(levels, 1)).Select(i => Size(_vae, $"encoder.down_blocks.{i}.resnets.0.conv1.weight", 0)).ToArray();
        var config = new AutoencoderConfig
        {
            LatentChannels = Size(_vae, "decoder.conv_in.weight", 1),
            Channels = channels,
            LayersPerBlock = OriginalNames.Count(known, "encoder.down_blocks.0.resnets.{0}.norm1.weight"),
            NormGroups = Groups(channels),
            MiddleAttention = known.Contains("encoder.mid_block.attentions.0.group_norm.weight"),
            QuantConv = known.Contains("quant_conv.weight"),
            PostQuantConv = known.Contains("post_quant_conv.weight"),
        };
        config.Check(path);
        return config;
    }

    public ClipTextConfig Text()
    {
        const string Prefix = "text_model.";
        var channels = Size(_text, Prefix + "embeddings.token_embedding.weight", 1);
        return new ClipTextConfig
        {
            VocabularySize = Size(_text, Prefix + "embeddings.token_embedding.weight", 0),
            MaxTokens = Size(_text, Prefix + "embeddings.position_embedding.weight", 0),
            Tower = new ClipTowerConfig
            {
                Channels = channels,
                Layers = OriginalNames.Count(_text.Keys.ToHashSet(StringComparer.Ordinal), Prefix + "encoder.layers.{0}.layer_norm1.weight"),
                Heads = channels % 64 == 0 ? channels / 64 : Split(channels, 4),
                InnerChannels = Size(_text, Prefix + "encoder.layers.0.mlp.fc1.weight", 0),
                QuickGelu = !IsSecondGeneration,
            },
        };
    }

    private int Heads(int channels) => !IsSecondGeneration ? Split(channels, 8)
        : channels % 64 == 0 ? channels / 64 : channels % 8 == 0 ? channels / 8 : 1;

    private int Split(int channels, int heads) => channels % heads == 0 ? heads
        : throw new ModelException(path, $"a width of {channels} cannot be split into {heads} heads");

    private static int Groups(IEnumerable<int> channels) => channels.All(c => c % 32 == 0) ? 32 : 8;

    /// <summary>One size of a tensor that every checkpoint has.</summary>
    private int Size(IReadOnlyDictionary<string, StoredParameter> part, string name, int dimension)
    {
        if (!part.TryGetValue(name, out var parameter))
            throw new ModelException(path, "the checkpoint lacks this parameter", name, "The file is incomplete or of another kind");
        return parameter.Shape.Count > dimension && parameter.Shape[dimension] is > 0 and <= int.MaxValue and var size ? (int)size
            : throw new ModelException(path, $"shape {Shapes.Text(parameter.Shape)} is impossible", parameter.Entry.Name);
    }
}
