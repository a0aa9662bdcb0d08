using SvgDistill.Diffusion.Clip;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What CLIP guidance takes.</summary>
/// <param name="Weight">How long its part of the gradient is for lengths, as a multiple of the model's.</param>
/// <param name="ColorShare">The same for colours, as a part of that.</param>
/// <param name="Views">Views of the picture a step.</param>
/// <param name="Range">What they differ by.</param>
public sealed record ClipGuidanceOptions(double Weight, double ColorShare, int Views, ViewRange Range)
{
    /// <summary>Those of the project, for a weight.</summary>
    public static ClipGuidanceOptions Of(double weight) => new(weight, .5, 4, new(9, .15, .12));
}

/// <summary>
/// What a CLIP sees, beside what the diffusion model predicts: L = - sum_v E(v(x)) . (T(trg) - T(src)), with views v anew at each step. The
/// direction of texts is StyleGAN-NADA's (Gal et al. 2022), the views are CLIPDraw's (Frans et al. 2022). docs/methods.md, "CLIP guidance".
/// </summary>
public sealed class ClipGuidance : IPictureTerm, IDisposable
{
    // Of random numbers; 0 is the method's.
    private const int Stream = 7;

    private readonly ClipModel _clip;
    private readonly ClipGuidanceOptions _options;
    private readonly ulong _seed;
    private readonly Tensor _direction;

    /// <summary>Embeds the prompts.</summary>
    /// <param name="clip">The network; the caller's.</param>
    /// <param name="source">What the picture shows.</param>
    /// <param name="target">What it should show.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">The run's seed.</param>
    public ClipGuidance(ClipModel clip, string source, string target, ClipGuidanceOptions options, ulong seed)
    {
        (_clip, _options, _seed) = (clip, options, seed);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _direction = (clip.EmbedTexts(source) - clip.EmbedTexts(target)).DetachFromDisposeScope();
    }

    /// <summary>How.</summary>
    public ClipGuidanceOptions Options => _options;

    /// <inheritdoc/>
    public double PointWeight => _options.Weight;

    /// <inheritdoc/>
    public double ColorWeight => _options.Weight * _options.ColorShare;

    /// <inheritdoc/>
    public Tensor Gradient(Tensor picture, double progress)
    {
        // The step, but for its number: a run that is resumed sees the same views.
        var draws = new StepRandom(_seed, (int)Math.Round(progress * (1 << 30)), Stream);
        var side = _clip.Config.Vision.ImageSize;
        var views = Enumerable.Range(0, _options.Views).Select(_ => PictureView.Draw(_options.Range, draws)).ToArray();
        return _clip.PictureGradient(picture, [.. views.Select(v => (Func<Tensor, Tensor>)(x => v.Of(Fitting(x, side), side, side)))], _direction);
    }

    /// <inheritdoc/>
    public void Dispose() => _direction.Dispose();

    // Of a picture with more pixels each of the view's is the mean of those that it covers.
    private static Tensor Fitting(Tensor picture, int side) =>
        picture.shape[2] <= side ? picture : nn.functional.adaptive_avg_pool2d(picture, [side, side]);
}
