using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Optimizing;
using SvgDistill.Training.Stages;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Training.Tests;

/// <summary>Gradients of every parameter of every network that is trained: finite differences in double, and single precision against double.</summary>
public sealed class GradientTests : IDisposable
{
    private static readonly AutoencoderConfig _autoencoder = new() { LatentChannels = 2, Channels = [8, 12], LayersPerBlock = 1, NormGroups = 4, ScalingFactor = 1, SampleSize = 8 };
    private static readonly UnetConfig _unet = new()
    {
        InChannels = 2, OutChannels = 2, Channels = [8, 12], DownAttention = [false, true], UpAttention = [false, true], LayersPerBlock = [1, 1], Heads = [2, 2],
        TransformerLayers = [1, 1], ContextChannels = 8, NormGroups = 4, SampleSize = 4,
    };
    private static readonly ClipTextConfig _text = new() { VocabularySize = 20, MaxTokens = 6, EndToken = 19, Tower = new ClipTowerConfig { Channels = 8, Layers = 1, Heads = 2, InnerChannels = 16 } };

    private static readonly ClipConfig _clip = new()
    {
        Text = _text, Vision = new ClipVisionConfig { Tower = new ClipTowerConfig { Channels = 12, Layers = 2, Heads = 3, InnerChannels = 24 }, ImageSize = 8, PatchSize = 4 }, EmbeddingSize = 6,
    };

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>Every row counts once, whatever a thread takes at once: 23 rows are halves of 11 and 12, and these two or three pieces.</summary>
    [Theory]
    [InlineData(23, 4)]
    [InlineData(23, 1)]
    [InlineData(23, 100)]
    [InlineData(7, 2)]
    public void RowsTakenAFewAtATimeGiveTheGradientsOfAll(int rows, int atOnce)
    {
        using var generator = new Generator(1);
        var (data, weights) = (randn([rows, 3], generator: generator), randn([3, 2], generator: generator).requires_grad_(true));
        var counts = new System.Collections.Concurrent.ConcurrentBag<int>();
        Tensor Loss(int first, int count)
        {
            counts.Add(count);
            return data.narrow(0, first, count).matmul(weights).square().sum();
        }
        var (loss, gradients) = Gradients.Of([weights], rows, split: true, Loss, atOnce);
        var whole = data.matmul(weights).square().sum();
        Assert.Equal(whole.item<float>(), loss, 1e-3);
        Assert.True((gradients[0] - autograd.grad([whole], [weights])[0]).abs().max().item<float>() < 1e-4);
        Assert.Equal((rows, atOnce) switch { (7, _) => [7], (_, 100) => [11, 12], (_, 4) => [4, 4, 4, 5, 6], _ => new[] { 4, 4, 4, 5, 6 } }, counts.Order());
    }

    [Fact]
    public void TheAutoencodersAreThoseOfFiniteDifferences() => Check(MakeAutoencoder, ScalarType.Float64);

    [Fact]
    public void TheDenoisersAndTheTextEncodersAreThoseOfFiniteDifferences() => Check(MakeDenoiser, ScalarType.Float64);

    [Fact]
    public void TheDeceivedAutoencodersAreThoseOfFiniteDifferences() => Check(MakeDeceiver, ScalarType.Float64);

    [Fact]
    public void TheAdversarysAreThoseOfFiniteDifferences() => Check(MakeAdversary, ScalarType.Float64);

    /// <summary>By the decoded pictures the term's gradient is as many times as long as the loss's as its weight says.</summary>
    [Fact]
    public void TheAdversarysTermIsWeighedByTheGradients()
    {
        using var generator = new Generator(11);
        var decoded = (rand([2, 3, 16, 16], generator: generator) * 2 - 1).to(ScalarType.Float64).requires_grad_(true);
        var adversary = new Adversary(.25, 7, ScalarType.Float64, CPU);
        var loss = decoded.abs().mean() * 3;
        var own = autograd.grad([loss], [decoded], retain_graph: true)[0];
        var added = autograd.grad([adversary.Added(loss, decoded) - loss], [decoded], retain_graph: true)[0];
        var term = autograd.grad([adversary.Term(decoded)], [decoded])[0];
        Assert.Equal(.25 * term.norm().item<double>() / (term.norm().item<double>() + 1e-4), added.norm().item<double>() / own.norm().item<double>(), 1e-9);
        Assert.Equal(1, (added * term).sum().item<double>() / (added.norm() * term.norm()).item<double>(), 1e-9); // The same way.
    }

    [Fact]
    public void AnAdversaryLearnsToTellPicturesFromOthers()
    {
        using var generator = new Generator(12);
        var (pictures, others) = (full([8, 3, 16, 16], .5f), rand([8, 3, 16, 16], generator: generator) * 2 - 1);
        using var adversary = new Adversary(1, 8, ScalarType.Float32, CPU);
        var before = adversary.Hinge(pictures, others).item<float>();
        for (var i = 0; i < 30; i++) adversary.Learn(pictures, others, 1e-2);
        Assert.InRange(before, .7, 1.5); // Of one that knows nothing: 1.
        Assert.InRange(adversary.Loss, 0, .1);
        Assert.Equal(30, adversary.Steps);
    }

    [Fact]
    public void TheContrastiveModelsAreThoseOfFiniteDifferences() => Check(MakeClip, ScalarType.Float64);

    /// <summary>Both halves of a batch see each other's embeddings.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(5)]
    public void TheContrastiveModelsInHalvesAreThoseOfTheWholeBatch(int rows)
    {
        var (network, parameters, pictures, ids) = Contrasted(ScalarType.Float64, rows);
        Tensor[] values = [.. parameters.Select(p => p.Value)];
        var seen = ClipStage.Seen(new Draws(1, 0, Purpose.View), rows, 4);
        var (loss, gradients) = ClipStage.Gradients(network, values, pictures, ids, seen);
        var whole = ClipStage.Loss(cat([network.EmbedImages(pictures, seen), network.EmbedIds(ids)], 1), values[^1]);
        var expected = autograd.grad([whole], values);
        Assert.Equal(whole.item<double>(), loss, 1e-12);
        for (var i = 0; i < values.Length; i++)
            Assert.True((gradients[i] - expected[i]).abs().max().item<double>() <= 1e-12 * Math.Max(1, expected[i].abs().max().item<double>()), parameters[i].Name);
    }

    /// <summary>What is drawn where a picture is not seen makes no difference, and where it is seen one.</summary>
    [Fact]
    public void PatchesThatAreNotSeenDoNotCount()
    {
        var (network, _, pictures, _) = Contrasted(ScalarType.Float64, 2);
        var seen = tensor(new long[] { 0, 1, 4, 0, 2, 3 }, [2, 3]);
        var changed = pictures.clone();
        changed.narrow(2, 0, 4).narrow(3, 4, 4).select(0, 0).add_(.5); // The first picture's second patch.
        Assert.Equal(0, (network.EmbedImages(changed, seen) - network.EmbedImages(pictures, seen)).abs().max().item<double>());
        Assert.True((network.EmbedImages(changed) - network.EmbedImages(pictures)).abs().max().item<double>() > 1e-3);
        Assert.Equal(0, (network.EmbedImages(pictures, tensor(new long[] { 0, 1, 2, 3, 4, 0, 1, 2, 3, 4 }, [2, 5])) - network.EmbedImages(pictures)).abs().max().item<double>());
    }

    /// <summary>ln 2 of two rows that cannot be told apart, and next to nothing of rows that are at right angles, scaled by no more than 100.</summary>
    [Fact]
    public void TheContrastiveLossIsThatOfThePaper()
    {
        static Tensor Rows(params double[] values) => tensor(values, [2, 4]);
        Assert.Equal(Math.Log(2), ClipStage.Loss(Rows(1, 0, 1, 0, 1, 0, 1, 0), tensor(2.0)).item<double>(), 12);
        Assert.Equal(Math.Log(1 + Math.Exp(-3)), ClipStage.Loss(Rows(1, 0, 1, 0, 0, 1, 0, 1), tensor(Math.Log(3))).item<double>(), 12);
        Assert.Equal(Math.Log(1 + Math.Exp(-100)), ClipStage.Loss(Rows(1, 0, 1, 0, 0, 1, 0, 1), tensor(9.0)).item<double>(), 1e-50);
        // Pictures and texts each among the others: rows that differ in the texts alone.
        Assert.Equal(Math.Log(2) / 2 + (Math.Log(1 + Math.Exp(-1)) + Math.Log(1 + Math.E)) / 4, ClipStage.Loss(Rows(1, 0, 1, 0, 1, 0, 0, 1), tensor(0.0)).item<double>(), 12);
    }

    /// <summary>oneDNN pads channels, wrongly on some processors: single precision must give the gradients of double precision.</summary>
    [Theory]
    [InlineData("autoencoder")]
    [InlineData("denoiser")]
    [InlineData("clip")]
    [InlineData("deceiver")]
    [InlineData("adversary")]
    public void SinglePrecisionGivesTheGradientsOfDoublePrecision(string network)
    {
        Func<ScalarType, (IReadOnlyList<(string Name, Tensor Value)>, Func<Tensor>)> make = network switch
        {
            "autoencoder" => MakeAutoencoder, "denoiser" => MakeDenoiser, "deceiver" => MakeDeceiver, "adversary" => MakeAdversary, _ => MakeClip,
        };
        var ((parameters, precise), (singles, single)) = (make(ScalarType.Float64), make(ScalarType.Float32));
        var expected = autograd.grad([precise()], [.. parameters.Select(p => p.Value)]);
        var actual = autograd.grad([single()], [.. singles.Select(p => p.Value)]);
        for (var i = 0; i < expected.Count; i++)
        {
            var (norm, error) = (expected[i].norm().item<double>(), (actual[i].to(ScalarType.Float64) - expected[i]).norm().item<double>());
            Assert.True(error <= 1e-3 * norm + 1e-6, $"{parameters[i].Name}: {error:e2} of {norm:e2}");
        }
    }

    /// <summary>Products in bf16, or in fp32 of numbers rounded to it, round weights and inputs by up to 1/256, and nothing else: with channels that oneDNN pads, too.</summary>
    [Theory]
    [InlineData("autoencoder", true)]
    [InlineData("denoiser", true)]
    [InlineData("clip", true)]
    [InlineData("autoencoder", false)]
    [InlineData("denoiser", false)]
    [InlineData("clip", false)]
    public void ProductsInBrainFloatsGiveNearlyTheGradients(string network, bool isShort)
    {
        Func<ScalarType, bool?, (IReadOnlyList<(string Name, Tensor Value)>, Func<Tensor>)> make = network switch
        {
            "autoencoder" => (type, shorts) => MakeAutoencoder(type, null, shorts), "denoiser" => MakeDenoiser, _ => MakeClip,
        };
        var ((parameters, single), (shorts, rounded)) = (make(ScalarType.Float32, null), make(ScalarType.Float32, isShort));
        var (expected, actual) = (autograd.grad([single()], [.. parameters.Select(p => p.Value)]), autograd.grad([rounded()], [.. shorts.Select(p => p.Value)]));
        Assert.All(actual, g => Assert.Equal(ScalarType.Float32, g.dtype));
        double[] norms = [.. expected.Select(g => (double)g.norm().item<float>())], errors = [.. expected.Zip(actual, (e, a) => (double)(a - e).norm().item<float>())];
        var (all, differences) = (Math.Sqrt(norms.Sum(n => n * n)), Math.Sqrt(errors.Sum(e => e * e)));
        for (var i = 0; i < norms.Length; i++) Assert.True(errors[i] <= .2 * norms[i] + .005 * all, $"{parameters[i].Name}: {errors[i]:e2} of {norms[i]:e2}");
        // Something is rounded. A padded block that is not zero makes a third.
        Assert.InRange(differences / all, 1e-4, .06);
    }

    private static void Check(Func<ScalarType, (IReadOnlyList<(string Name, Tensor Value)>, Func<Tensor>)> make, ScalarType type)
    {
        const double step = 1e-5;
        var (parameters, loss) = make(type);
        var gradients = autograd.grad([loss()], [.. parameters.Select(p => p.Value)]);
        using var noGrad = no_grad();
        for (var i = 0; i < parameters.Count; i++)
        {
            using var inner = NewDisposeScope();
            using var generator = new Generator((ulong)i);
            var value = parameters[i].Value;
            var direction = randn(value.shape, dtype: ScalarType.Float64, generator: generator);
            var expected = (gradients[i] * direction).sum().item<double>();
            value.add_(direction * step);
            var up = loss().item<double>();
            value.sub_(direction * (2 * step));
            var down = loss().item<double>();
            value.add_(direction * step);
            var actual = (up - down) / (2 * step);
            Assert.True(Math.Abs(actual - expected) <= 1e-5 * Math.Max(Math.Abs(expected), 1e-2), $"{parameters[i].Name}: {expected:g6}, by differences {actual:g6}");
        }
    }

    // Multiplied in bf16, or only rounded to it; null for neither.
    private static TrainedParameters Source(ulong seed, ScalarType type, bool? isShort, Func<string, Tensor?>? known = null) =>
        new(seed, type, CPU, known) { Products = isShort is null ? null : ScalarType.BFloat16, MultipliesShort = isShort != false };

    private static (IReadOnlyList<(string, Tensor)>, Func<Tensor>) MakeAutoencoder(ScalarType type) => MakeAutoencoder(type, null);

    private static (IReadOnlyList<(string, Tensor)>, Func<Tensor>) MakeAutoencoder(ScalarType type, Func<Tensor, Tensor, Tensor>? with, bool? isShort = null)
    {
        var source = Source(1, type, isShort);
        var network = new AutoencoderKl(_autoencoder, source);
        using var generator = new Generator(7);
        var pictures = (rand([2, 3, 16, 16], generator: generator) * 2 - 1).to(type);
        var noise = randn([2, 2, 8, 8], generator: generator).to(type);
        // The networks hand out single precision at their border, which differences of 1e-5 drown in; the passes inside keep their type.
        var losses = new AutoencoderLosses(1, 1, .1);
        return ([.. source.Taken.Select(p => (p.Key, p.Value))], () => AutoencoderStage.Loss(losses, network, pictures, noise, with: with));
    }

    // What the decoder learns of an adversary, and what the adversary learns of the decoder: each with the other's parameters fixed.
    private static (IReadOnlyList<(string, Tensor)>, Func<Tensor>) MakeDeceiver(ScalarType type)
    {
        var adversary = new Adversary(1, 5, type, CPU);
        return MakeAutoencoder(type, (loss, decoded) => loss + adversary.Term(decoded) * .7);
    }

    private static (IReadOnlyList<(string, Tensor)>, Func<Tensor>) MakeAdversary(ScalarType type)
    {
        var adversary = new Adversary(1, 6, type, CPU);
        using var generator = new Generator(10);
        var (pictures, decoded) = ((rand([2, 3, 16, 16], generator: generator) * 2 - 1).to(type), (rand([2, 3, 16, 16], generator: generator) * 2 - 1).to(type));
        return (adversary.Parameters, () => adversary.Hinge(pictures, decoded));
    }

    private static (IReadOnlyList<(string, Tensor)>, Func<Tensor>) MakeDenoiser(ScalarType type) => MakeDenoiser(type, null);

    private static (IReadOnlyList<(string, Tensor)>, Func<Tensor>) MakeDenoiser(ScalarType type, bool? isShort)
    {
        var (unetSource, textSource) = (Source(2, type, isShort), Source(3, type, isShort));
        var (unet, text, schedule) = (new UNet2DConditionModel(_unet, unetSource), new ClipTextModel(_text, textSource), new NoiseSchedule(new ScheduleConfig()));
        using var generator = new Generator(8);
        var (z, noise) = (randn([2, 2, 4, 4], generator: generator).to(type), randn([2, 2, 4, 4], generator: generator).to(type));
        var ids = tensor(new long[] { 18, 3, 4, 19, 19, 19, 18, 5, 19, 19, 19, 19 }, [2, 6]);
        var timesteps = tensor(new long[] { 100, 700 });
        return ([.. unetSource.Taken.Select(p => ("unet." + p.Key, p.Value)), .. textSource.Taken.Select(p => ("text." + p.Key, p.Value))],
            () => DenoiserStage.Loss(schedule, unet, text, z, ids, timesteps, noise));
    }

    private static (IReadOnlyList<(string, Tensor)>, Func<Tensor>) MakeClip(ScalarType type) => MakeClip(type, null);

    private static (IReadOnlyList<(string, Tensor)>, Func<Tensor>) MakeClip(ScalarType type, bool? isShort)
    {
        var (network, parameters, pictures, ids) = Contrasted(type, 3, isShort);
        var seen = ClipStage.Seen(new Draws(1, 0, Purpose.View), 3, 4);
        return (parameters, () => ClipStage.Loss(cat([network.EmbedImages(pictures), network.EmbedIds(ids)], 1), parameters[^1].Value)
            + ClipStage.Loss(cat([network.EmbedImages(pictures, seen), network.EmbedIds(ids)], 1), parameters[^1].Value));
    }

    private static (ClipModel Network, (string Name, Tensor Value)[] Parameters, Tensor Pictures, Tensor Ids) Contrasted(ScalarType type, int rows, bool? isShort = null)
    {
        var source = Source(4, type, isShort, ClipStage.Start);
        var network = new ClipModel(_clip, null, source, "");
        using var generator = new Generator(9);
        var ids = Enumerable.Range(0, rows).SelectMany(r => new long[] { 18, r, r + 4, 19, 19, 19 }).ToArray();
        return (network, ClipStage.Ordered(source), rand([rows, 3, 8, 8], generator: generator).to(type), tensor(ids, [rows, 6]));
    }
}
