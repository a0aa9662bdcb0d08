using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Text;

/// <summary>
/// CLIP's text encoder (Radford 2021; transformers' CLIPTextModel): token and position embeddings, causal transformer,
/// final layer norm. Stable Diffusion conditions on the hidden states of every token.
/// </summary>
public sealed class ClipTextModel : Network
{
    private readonly Tensor _tokenEmbedding, _positionEmbedding;
    private readonly ClipLayer[] _layers;
    private readonly LayerNorm _finalNorm;
    private Tensor? _extraEmbedding; // [n,C]: tokens that textual inversion adds after the table's.
    private readonly Tensor _mask; // [L,L], minus infinity above the diagonal: a token sees itself and those before it.

    /// <summary>Takes the parameters of the given architecture from a source.</summary>
    /// <exception cref="ModelException">A parameter is missing or has another shape.</exception>
    public ClipTextModel(ClipTextConfig config, ParameterSource source) : base(source)
    {
        Config = config;
        var p = new Parameters(source)["text_model"];
        _tokenEmbedding = p["embeddings.token_embedding"].Take("weight", config.VocabularySize, config.Tower.Channels);
        _positionEmbedding = p["embeddings.position_embedding"].Take("weight", config.MaxTokens, config.Tower.Channels);
        _layers = [.. Enumerable.Range(0, config.Tower.Layers).Select(i => new ClipLayer(p[$"encoder.layers.{i}"], config.Tower))];
        _finalNorm = new LayerNorm(p["final_layer_norm"], config.Tower.Channels, config.Tower.NormEps);
        _mask = source.Own(full(config.MaxTokens, config.MaxTokens, float.NegativeInfinity).triu(1).to(source.Type, source.Device));
    }

    /// <summary>The architecture.</summary>
    public ClipTextConfig Config { get; }

    internal IEnumerable<Linear> Projections => _layers.SelectMany(l => l.Projections);

    /// <summary>Encodes token ids.</summary>
    /// <param name="ids">[B,L] int64, at most <see cref="ClipTextConfig.MaxTokens"/> long.</param>
    /// <returns>Hidden states [B,L,C] after the final norm, and the state at each text's first end token [B,C]; fp32.</returns>
    public (Tensor LastHiddenState, Tensor Pooled) Forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var (batch, length) = (ids.shape[0], ids.shape[1]);
        var x = Embed(ids) + _positionEmbedding.narrow(0, 0, length);
        var seen = _mask.narrow(0, 0, length).narrow(1, 0, length);
        foreach (var layer in _layers) x = layer.Forward(x, seen);
        x = _finalNorm.Forward(x).to(Source.BorderType);
        var pooled = x.flatten(0, 1).index_select(0, tensor(EndPositions(ids, batch, length), device: Device));
        return (x.MoveToOuterDisposeScope(), pooled.MoveToOuterDisposeScope());
    }

    /// <summary>Adds rows [n,C] to the table; the ids they get follow those that are there.</summary>
    /// <returns>The first of the new ids.</returns>
    internal int AddEmbeddings(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var added = rows.to(Type, Device);
        var first = Config.VocabularySize + (int)(_extraEmbedding?.shape[0] ?? 0);
        _extraEmbedding = Source.Own(_extraEmbedding is null ? added.clone() : cat([_extraEmbedding, added]));
        return first;
    }

    /// <summary>The table's rows for [B,L] ids, [B,L,C].</summary>
    private Tensor Embed(Tensor ids)
    {
        var table = _extraEmbedding is null ? _tokenEmbedding : cat([_tokenEmbedding, _extraEmbedding]);
        return table.index_select(0, ids.flatten()).unflatten(0, ids.shape);
    }

    /// <summary>Where each text ends, as positions in the flattened [B*L].</summary>
    private long[] EndPositions(Tensor ids, long batch, long length)
    {
        var values = ids.cpu().data<long>().ToArray();
        var positions = new long[batch];
        for (var b = 0L; b < batch; b++)
        {
            var row = values.AsSpan((int)(b * length), (int)length);
            var end = Config.EndToken == 2 // Tokens that were added do not count as the largest.
                ? row.IndexOf(row.ToArray().Where(id => id < Config.VocabularySize).Max()) : row.IndexOf(Config.EndToken);
            positions[b] = b * length + Math.Max(end, 0);
        }
        return positions;
    }
}
