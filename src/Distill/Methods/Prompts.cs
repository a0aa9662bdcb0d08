using SvgDistill.Diffusion.Models;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>The texts of a run and what the text encoder makes of them, [1,L,D] each; owns the embeddings.</summary>
public sealed class Prompts : IDisposable
{
    private readonly Func<string, Tensor> _encode;
    private readonly Func<string, long[]>? _tokenize;
    private readonly Dictionary<string, Tensor> _encoded = new(StringComparer.Ordinal);
    private readonly Tensor[] _own = [];

    /// <summary>Encodes the three texts.</summary>
    /// <param name="source">What the source picture shows.</param>
    /// <param name="target">What the edit is to show.</param>
    /// <param name="negative">The text of the unconditional branch: empty, or a negative prompt.</param>
    /// <param name="encode">The text encoder: a fresh [1,L,D] fp32 of a text.</param>
    /// <param name="tokenize">The token ids of a text, begin and end marks included; null where no method asks for words.</param>
    /// <param name="encodeByBase">The base model's text encoder, for source and negative text, whose embeddings are then their own even where the target is the same; null: as the others.</param>
    public Prompts(string source, string target, string negative, Func<string, Tensor> encode, Func<string, long[]>? tokenize = null, Func<string, Tensor>? encodeByBase = null)
    {
        (SourceText, TargetText, NegativeText) = (source, target, negative);
        (_encode, _tokenize) = (encode, tokenize);
        Target = Of(target);
        if (encodeByBase is null) (Source, Null) = (Of(source), Of(negative));
        else
        {
            Source = encodeByBase(source).DetachFromDisposeScope();
            // One text is one tensor: that is how the denoiser sees that it need not ask twice.
            Null = negative == source ? Source : encodeByBase(negative).DetachFromDisposeScope();
            _own = negative == source ? [Source] : [Source, Null];
        }
    }

    /// <summary>Encodes the three texts with a model's text encoder.</summary>
    public static Prompts For(DiffusionModel model, string source, string target, string negative = "") =>
        new(source, target, negative, text => model.EncodePrompts(text), model.Tokenize);

    /// <summary>y_src in words.</summary>
    public string SourceText { get; }

    /// <summary>y_trg in words.</summary>
    public string TargetText { get; }

    /// <summary>The unconditional branch's text.</summary>
    public string NegativeText { get; }

    /// <summary>y_src.</summary>
    public Tensor Source { get; }

    /// <summary>y_trg.</summary>
    public Tensor Target { get; }

    /// <summary>The null text, or the negative prompt in its place.</summary>
    public Tensor Null { get; }

    /// <summary>Any other text that a method asks for; encoded once, owned by this object.</summary>
    public Tensor Of(string text) =>
        _encoded.TryGetValue(text, out var known) ? known : _encoded[text] = _encode(text).DetachFromDisposeScope();

    /// <summary>Where the target's tokens are ones that the source lacks; marks and padding, which both have, never are.</summary>
    public IReadOnlyList<int> NewTokens()
    {
        if (_tokenize is null) return [];
        var known = _tokenize(SourceText).ToHashSet();
        var target = _tokenize(TargetText);
        return [.. Enumerable.Range(0, target.Length).Where(i => !known.Contains(target[i]))];
    }

    /// <summary>Frees the embeddings.</summary>
    public void Dispose()
    {
        foreach (var embedding in _encoded.Values) embedding.Dispose();
        _encoded.Clear();
        foreach (var embedding in _own) embedding.Dispose();
    }
}
