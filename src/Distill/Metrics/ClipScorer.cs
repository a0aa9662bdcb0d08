using SvgDistill.Diffusion.Clip;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Metrics;

/// <summary>
/// What CLIP says of pictures and prompts (Hessel et al. 2021 without the factor 2.5; Gal et al. 2022 for the direction).
/// Embeddings of prompts are kept.
/// </summary>
public sealed class ClipScorer(ClipModel clip) : IDisposable
{
    private readonly Dictionary<string, Tensor> _texts = new(StringComparer.Ordinal);

    /// <summary>The network.</summary>
    public ClipModel Clip => clip;

    /// <summary>Side of the pictures it takes.</summary>
    public int PictureSide => clip.Config.Vision.ImageSize;

    /// <summary>The cosine of a picture's and a prompt's embeddings.</summary>
    public double Score(RgbPicture picture, string prompt)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return (Embed(picture) * Embed(prompt)).sum().item<float>();
    }

    /// <summary>The cosine of two pictures' embeddings.</summary>
    public double Likeness(RgbPicture a, RgbPicture b)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return (Embed(a) * Embed(b)).sum().item<float>();
    }

    /// <summary>
    /// The cosine between the change from <paramref name="source"/> to <paramref name="edited"/> and that from one prompt to the
    /// other; null where pictures or prompts are equal, as then there is no direction.
    /// </summary>
    public double? Direction(RgbPicture source, RgbPicture edited, string sourcePrompt, string targetPrompt)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var picture = Embed(edited) - Embed(source);
        var prompt = Embed(targetPrompt) - Embed(sourcePrompt);
        var lengths = (picture.norm() * prompt.norm()).item<float>();
        return lengths == 0 ? null : (picture * prompt).sum().item<float>() / lengths;
    }

    /// <summary>The prompt that fits a picture best; the first of equals.</summary>
    public string Best(RgbPicture picture, IReadOnlyList<string> prompts)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var embedding = Embed(picture);
        return prompts.MaxBy(prompt => (embedding * Embed(prompt)).sum().item<float>())!;
    }

    private Tensor Embed(RgbPicture picture) => clip.EmbedImages(picture.ToTensor());

    private Tensor Embed(string prompt) => _texts.TryGetValue(prompt, out var known) ? known
        : _texts[prompt] = clip.EmbedTexts(prompt).DetachFromDisposeScope();

    /// <summary>Frees the prompts' embeddings; the network is the caller's.</summary>
    public void Dispose()
    {
        foreach (var embedding in _texts.Values) embedding.Dispose();
        _texts.Clear();
    }
}
