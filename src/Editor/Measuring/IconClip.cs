using SvgDistill.Diffusion.Clip;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Engine;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Measuring;

/// <summary>
/// The small CLIP of icons beside the embedded model (<c>models/icon-clip</c>), where it is there: the default of measures, and what helps notes on
/// prompts to other words.
/// </summary>
internal sealed class IconClip : IDisposable
{
    // By models/icon-clip: "kitten" and cat .97, "puppy" and dog face .86, but "spaceship", which it never heard, and package .81; of all pairs of subjects .003 pass .8.
    internal const double SameThing = .85;
    private const int AtOnce = 128;

    private static readonly Lazy<IconClip?> _shared = new(() => Folder is { } folder ? new(ClipModel.Open(folder)) : null);

    private readonly ClipScorer _scorer;
    private (IReadOnlyList<string> Names, Tensor Embeddings)? _embedded;

    /// <summary>Takes a model, which stays its owner's.</summary>
    public IconClip(ClipModel clip) => _scorer = new(clip);

    /// <summary>Its folder; null where it is not there.</summary>
    public static string? Folder => ModelChoice.Beside("icon-clip");

    /// <summary>Opened once, and kept as long as the program runs; null where it is not there.</summary>
    /// <exception cref="Diffusion.ModelException">The folder is damaged.</exception>
    public static IconClip? Shared => _shared.Value;

    /// <summary>The network.</summary>
    public ClipModel Network => _scorer.Clip;

    /// <summary>The cosine of a picture [1,3,S,S] and some words, less that of it and others.</summary>
    public double Prefers(Tensor picture, string words, string others)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var side = _scorer.PictureSide;
        var seen = nn.functional.interpolate(picture.to(ScalarType.Float32).cpu(), [side, side], mode: InterpolationMode.Bicubic, align_corners: false).clamp(0, 1).ToPicture();
        return _scorer.Score(seen, words) - _scorer.Score(seen, others);
    }

    /// <summary>Names that mean nearly the same as some words, the nearest first.</summary>
    public IReadOnlyList<string> Alike(string words, IReadOnlyList<string> names)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Nearest(_scorer.Clip.EmbedTexts(words), names, SameThing);
    }

    /// <summary>The names that fit a drawing best, the best first.</summary>
    /// <param name="drawing">The drawing.</param>
    /// <param name="background">What lies behind it, sRGB.</param>
    /// <param name="names">What it may show.</param>
    /// <param name="most">How many.</param>
    public IReadOnlyList<string> Shown(MeasuredDrawing drawing, (float R, float G, float B) background, IReadOnlyList<string> names, int most)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return [.. Nearest(_scorer.Clip.EmbedImages(drawing.Draw(_scorer.PictureSide, background).ToTensor()), names, -1).Take(most)];
    }

    /// <summary>Frees what was embedded.</summary>
    public void Dispose()
    {
        _scorer.Dispose();
        _embedded?.Embeddings.Dispose();
    }

    private string[] Nearest(Tensor embedding, IReadOnlyList<string> names, double least)
    {
        var cosines = Embedded(names).matmul(embedding.squeeze(0)).data<float>().ToArray();
        return [.. cosines.Index().Where(c => c.Item >= least).OrderByDescending(c => c.Item).ThenBy(c => c.Index).Select(c => names[c.Index])];
    }

    private Tensor Embedded(IReadOnlyList<string> names)
    {
        if (_embedded is { } known && known.Names.SequenceEqual(names)) return known.Embeddings;
        _embedded?.Embeddings.Dispose();
        var embeddings = cat([.. names.Chunk(AtOnce).Select(chunk => _scorer.Clip.EmbedTexts(chunk))], 0).DetachFromDisposeScope();
        _embedded = (names, embeddings);
        return embeddings;
    }
}
