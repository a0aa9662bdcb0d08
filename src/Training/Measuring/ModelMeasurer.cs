using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Sampling;
using SvgDistill.Training.Data;
using SvgDistill.Training.Teaching;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Measuring;

/// <summary>
/// Measures models by the same icons, names and noises: how well they predict the noise in the icons, and whether what they draw of the
/// icons' names is recognised, and looks like icons, to a network that knows neither.
/// </summary>
public sealed class ModelMeasurer
{
    private const int LossIcons = 200, LossTimesteps = 8, EncodedAtOnce = 16, InFive = 5, ShownSide = 96;

    private readonly IReadOnlyList<Icon> _icons;
    private readonly PictureFeatures _features;
    private readonly MeasurePlan _plan;
    private readonly string[] _subjects, _asked;
    private readonly Dictionary<(int, double, (float, float, float)), double[][]> _known = [];

    /// <param name="icons">The icons; those without a name, and of subjects that only one shows, count for the loss alone.</param>
    /// <param name="features">What pictures are recognised by.</param>
    /// <param name="plan">How much is measured.</param>
    /// <exception cref="TrainingException">No subject has two icons.</exception>
    public ModelMeasurer(IReadOnlyList<Icon> icons, PictureFeatures features, MeasurePlan plan)
    {
        (_icons, _features, _plan) = (icons, features, plan);
        _subjects = [.. icons.Where(i => i.Subject.Length > 0).GroupBy(i => i.Subject, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).Order(StringComparer.Ordinal)];
        if (_subjects.Length < 2)
            throw new TrainingException($"{icons.Count} usable icons, of which no two subjects have two each: what a model draws cannot be recognised. Give several sets that show the same things.");
        _asked = [.. new Draws(plan.Seed, 0, Purpose.Sample).Order(_subjects.Length).Take(plan.Names).Order().Select(i => _subjects[i])];
    }

    /// <summary>How many subjects samples are told apart from.</summary>
    public int Subjects => _subjects.Length;

    /// <summary>The names that are drawn.</summary>
    public IReadOnlyList<string> Asked => _asked;

    /// <summary>Part of the icons themselves whose subject is recognised, each without itself among the known ones: what samples can reach.</summary>
    /// <param name="model">A model, for the size of the pictures.</param>
    /// <param name="cancellation">Checked between pictures.</param>
    public (double First, double InFive) IconsRecognized(DiffusionModel model, CancellationToken cancellation)
    {
        var (all, centroids) = (KnownFeatures(model, cancellation), Centroids(model, cancellation));
        var (first, inFive, count) = (0, 0, 0);
        for (var i = 0; i < _icons.Count; i++)
        {
            var own = Array.BinarySearch(_subjects, _icons[i].Subject, StringComparer.Ordinal);
            if (own < 0) continue;
            var rank = Rank(all[i], centroids, own, without: all[i]);
            (first, inFive, count) = (first + (rank == 1 ? 1 : 0), inFive + (rank <= InFive ? 1 : 0), count + 1);
        }
        return ((double)first / count, (double)inFive / count);
    }

    /// <summary>Measures a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="progress">Told of what how many are done.</param>
    /// <param name="cancellation">Checked between pictures.</param>
    public ModelFigures Measure(DiffusionModel model, Action<string, int, int> progress, CancellationToken cancellation)
    {
        using var noGrad = no_grad();
        var (all, centroids) = (KnownFeatures(model, cancellation), Centroids(model, cancellation));
        var drawn = new List<double[]>();
        var shown = new List<Tensor>();
        var (first, inFive) = (0, 0);
        for (var i = 0; i < _asked.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var steady = Steady.Begin();
            using var scope = NewDisposeScope();
            var pictures = Sample(model, _asked[i], i, cancellation);
            if (i < _plan.Shown) shown.Add(PictureFeatures.Sized(pictures, ShownSide).cpu().DetachFromDisposeScope());
            foreach (var picture in pictures.split(1))
            {
                var own = _features.Of(picture);
                var rank = Rank(own, centroids, Array.BinarySearch(_subjects, _asked[i], StringComparer.Ordinal));
                (first, inFive) = (first + (rank == 1 ? 1 : 0), inFive + (rank <= InFive ? 1 : 0));
                drawn.Add(own);
            }
            progress("names drawn", i + 1, _asked.Length);
        }
        return new ModelFigures
        {
            Loss = Loss(model, progress, cancellation), Recognized = (double)first / drawn.Count, RecognizedInFive = (double)inFive / drawn.Count,
            Distance = FeatureDistance.Between(all, drawn), Shown = shown,
        };
    }

    /// <summary>The first icon of each name that is shown, [1,3,96,96].</summary>
    public IReadOnlyList<Tensor> ShownIcons(DiffusionModel model) => [.. _asked.Take(_plan.Shown).Select(name =>
    {
        using var scope = NewDisposeScope();
        return PictureFeatures.Sized(Picture(model, _icons.First(i => i.Subject == name)), ShownSide).DetachFromDisposeScope();
    })];

    private Tensor Sample(DiffusionModel model, string name, int index, CancellationToken cancellation)
    {
        var start = new Draws(_plan.Seed, index + 1, Purpose.Sample).Normal(model.LatentShape(_plan.Samples)).to(model.Unet.Device);
        using var context = new GuidedContext(model.Denoiser, model.EncodePrompts(""), [.. Enumerable.Repeat(model.EncodePrompts(name + StyleLatents.Suffix(model, name)), _plan.Samples)]);
        return model.Decode(DdimSampler.Sample(model.Denoiser, model.Schedule, start, context, _plan.Steps, _plan.Guidance, cancellation: cancellation)).clamp(0, 1);
    }

    // Noise's error at eight timesteps, weighed by min-SNR as in training.
    private double Loss(DiffusionModel model, Action<string, int, int> progress, CancellationToken cancellation)
    {
        var chosen = new Draws(_plan.Seed, 0, Purpose.Measure).Order(_icons.Count).Take(LossIcons).Order().ToArray();
        var draws = new Draws(_plan.Seed, 1, Purpose.Measure);
        var sum = 0.0;
        for (var i = 0; i < chosen.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var steady = Steady.Begin();
            using var scope = NewDisposeScope();
            var icon = _icons[chosen[i]];
            var z = model.EncodeImage(Picture(model, icon).to(model.Unet.Device)).expand(LossTimesteps, -1, -1, -1);
            var timesteps = tensor(Enumerable.Range(0, LossTimesteps).Select(t => (2L * t + 1) * model.Schedule.TrainSteps / (2 * LossTimesteps)).ToArray(), device: z.device);
            var noise = draws.Normal(z.shape).to(z.device);
            var context = model.EncodePrompts(icon.Subject + StyleLatents.Suffix(model, icon.Subject)).expand(LossTimesteps, -1, -1);
            var error = model.Denoiser.PredictNoise(model.Schedule.AddNoise(z, noise, timesteps), timesteps, context) - noise;
            sum += (Losses.MinSnr(model.Schedule, timesteps) * error.square()).mean().item<float>();
            progress("losses", i + 1, chosen.Length);
        }
        return sum / chosen.Length;
    }

    private double[][] KnownFeatures(DiffusionModel model, CancellationToken cancellation)
    {
        var key = (model.ImageSize, model.Defaults.FrameMargin ?? 0, StyleLatents.Background(model));
        if (_known.TryGetValue(key, out var all)) return all;
        all = new double[_icons.Count][];
        SideBySide.For(_icons.Count, i =>
        {
            using var scope = NewDisposeScope();
            all[i] = _features.Of(Picture(model, _icons[i]));
        }, cancellation);
        return _known[key] = all;
    }

    // Sums of the features of each subject's icons; lengths do not matter to the angle.
    private double[][] Centroids(DiffusionModel model, CancellationToken cancellation)
    {
        var all = KnownFeatures(model, cancellation);
        var sums = _subjects.Select(_ => new double[all[0].Length]).ToArray();
        for (var i = 0; i < _icons.Count; i++)
            if (Array.BinarySearch(_subjects, _icons[i].Subject, StringComparer.Ordinal) is >= 0 and var own)
                for (var k = 0; k < all[i].Length; k++) sums[own][k] += all[i][k];
        return sums;
    }

    private static int Rank(double[] features, double[][] centroids, int own, double[]? without = null)
    {
        double Nearness(int subject)
        {
            var (product, length) = (0.0, 0.0);
            for (var k = 0; k < features.Length; k++)
            {
                var value = centroids[subject][k] - (without is not null && subject == own ? without[k] : 0);
                (product, length) = (product + features[k] * value, length + value * value);
            }
            return product / Math.Sqrt(length);
        }
        var nearness = Nearness(own);
        return 1 + Enumerable.Range(0, centroids.Length).Count(s => s != own && Nearness(s) > nearness);
    }

    private static Tensor Picture(DiffusionModel model, Icon icon)
    {
        var size = model.ImageSize;
        return tensor(IconView.Plain(StyleLatents.Background(model)).Draw(icon.Scene(), size, model.Defaults.FrameMargin ?? 0), [1, 3, size, size]);
    }
}
