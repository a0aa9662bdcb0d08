using System.Diagnostics;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>What choosing among pictures takes.</summary>
/// <param name="Pictures">How many are made.</param>
/// <param name="ByLooks">Whether by their looks, not by the model's own losses.</param>
public sealed record BestPictureOptions(int Pictures, bool ByLooks);

/// <summary>
/// Several edits of one picture, each of a seed of its own; the one is kept that most looks like the target rather than the source: to a judge
/// that is given, else to the model itself, by the least difference of its denoising losses under the two prompts, at the same timesteps and noises for all.
/// </summary>
public sealed class BestPicture : IPictureEdit
{
    private const int Timesteps = 10, Noises = 2;
    // 2^64 over the golden ratio: seeds far apart, so that no other run's seed makes the same pictures.
    private const ulong SeedStep = 0x9E3779B97F4A7C15;

    private readonly PictureModel _model;
    private readonly Denoiser _judge;
    private readonly Func<Tensor, double>? _looks;
    private readonly IPictureEdit[] _edits;

    /// <summary>Prepares the edits.</summary>
    /// <param name="method">How each picture is edited.</param>
    /// <param name="model">With what; the caller's.</param>
    /// <param name="judge">What scores them; the caller's.</param>
    /// <param name="settings">The method's numbers.</param>
    /// <param name="seed">The seed; the first picture is that of this seed alone.</param>
    /// <param name="pictures">How many.</param>
    /// <param name="looks">How much a picture [1,3,S,S] looks like the target rather than the source; null asks the model.</param>
    public BestPicture(PictureMethod method, PictureModel model, Denoiser judge, EditSettings settings, ulong seed, int pictures, Func<Tensor, double>? looks = null)
    {
        (_model, _judge, _looks) = (model, judge, looks);
        _edits = [.. Enumerable.Range(0, pictures).Select(k => PictureEditCatalog.Create(method, model, settings, unchecked(seed + (ulong)k * SeedStep)))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<object> Options => _edits.Length == 1 ? _edits[0].Options : [.. _edits[0].Options, new BestPictureOptions(_edits.Length, _looks is not null)];

    /// <inheritdoc/>
    public int Steps => _edits.Sum(e => e.Steps);

    /// <inheritdoc/>
    public PictureEditResult Run(Tensor image, Action<int>? onStep = null, EditState? resume = null, CancellationToken stop = default)
    {
        if (_edits.Length == 1) return _edits[0].Run(image, onStep, resume, stop);
        var clock = Stopwatch.StartNew();
        var (forwarded, differentiated) = (_model.Denoiser.SamplesForwarded, _model.Denoiser.SamplesDifferentiated);
        Tensor? best = null;
        var (least, done) = (double.PositiveInfinity, 0);
        foreach (var edit in _edits)
        {
            var before = done;
            var result = edit.Run(image, step => onStep?.Invoke(before + step), null, stop);
            done += edit.Steps;
            if (result.Outcome.Interrupted) stop.ThrowIfCancellationRequested();
            var score = _looks is null ? Score(result.Picture) : -_looks(result.Picture);
            if (score < least)
            {
                best?.Dispose();
                (best, least) = (result.Picture, score);
            }
            else result.Picture.Dispose();
        }
        if (best is null) throw new DistillException("The model's predictions are not finite. Compute in another precision: --precision fp32 or bf16.");
        return new(best, new EditResult(Steps, false, clock.Elapsed,
            _model.Denoiser.SamplesForwarded - forwarded, _model.Denoiser.SamplesDifferentiated - differentiated));
    }

    /// <inheritdoc/>
    public EditState? Save() => _edits.Length == 1 ? _edits[0].Save() : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var edit in _edits) edit.Dispose();
    }

    private double Score(Tensor picture)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var latents = _model.Encode(picture);
        var loss = new DenoisingLoss(_judge, Timesteps, Noises);
        var losses = loss.Of((latents, _model.Prompts.Target), (latents, _model.Prompts.Source));
        return losses[0] - losses[1];
    }
}
