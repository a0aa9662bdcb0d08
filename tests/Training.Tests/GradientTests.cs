using SvgDistill.Diffusion.Autoencoder;
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
    private static readonly AutoencoderConfig Autoencoder = new() { LatentChannels = 2, Channels = [8, 12], LayersPerBlock = 1, NormGroups = 4, ScalingFactor = 1, SampleSize = 8 };
    private static readonly UnetConfig Unet = new()
    {
        InChannels = 2, OutChannels = 2, Channels = [8, 12], DownAttention = [false, true], UpAttention = [false, true], LayersPerBlock = [1, 1], Heads = [2, 2],
        TransformerLayers = [1, 1], ContextChannels = 8, NormGroups = 4, SampleSize = 4,
    };
    private static readonly ClipTextConfig Text = new() { VocabularySize = 20, MaxTokens = 6, EndToken = 19, Tower = new ClipTowerConfig { Channels = 8, Layers = 1, Heads = 2, InnerChannels = 16 } };

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void TheAutoencodersAreThoseOfFiniteDifferences() => Check(MakeAutoencoder, ScalarType.Float64);

    [Fact]
    public void TheDenoisersAndTheTextEncodersAreThoseOfFiniteDifferences() => Check(MakeDenoiser, ScalarType.Float64);

    /// <summary>oneDNN pads channels, wrongly on some processors: single precision must give the gradients of double precision.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SinglePrecisionGivesTheGradientsOfDoublePrecision(bool autoencoder)
    {
        Func<ScalarType, (IReadOnlyList<(string Name, Tensor Value)>, Func<Tensor>)> make = autoencoder ? MakeAutoencoder : MakeDenoiser;
        var ((parameters, precise), (singles, single)) = (make(ScalarType.Float64), make(ScalarType.Float32));
        var expected = autograd.grad([precise()], [.. parameters.Select(p => p.Value)]);
        var actual = autograd.grad([single()], [.. singles.Select(p => p.Value)]);
        for (var i = 0; i < expected.Count; i++)
        {
            var (norm, error) = (expected[i].norm().item<double>(), (actual[i].to(ScalarType.Float64) - expected[i]).norm().item<double>());
            Assert.True(error <= 1e-3 * norm + 1e-6, $"{parameters[i].Name}: {error:e2} of {norm:e2}");
        }
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

    private static (IReadOnlyList<(string, Tensor)>, Func<Tensor>) MakeAutoencoder(ScalarType type)
    {
        var source = new TrainedParameters(1, type, CPU);
        var network = new AutoencoderKl(Autoencoder, source);
        using var generator = new Generator(7);
        var pictures = (rand([2, 3, 16, 16], generator: generator) * 2 - 1).to(type);
        var noise = randn([2, 2, 8, 8], generator: generator).to(type);
        // The networks hand out single precision at their border, which differences of 1e-5 drown in; the passes inside keep their type.
        var losses = new AutoencoderLosses(1, 1, .1);
        return ([.. source.Taken.Select(p => (p.Key, p.Value))], () => AutoencoderStage.Loss(losses, network, pictures, noise));
    }

    private static (IReadOnlyList<(string, Tensor)>, Func<Tensor>) MakeDenoiser(ScalarType type)
    {
        var (unetSource, textSource) = (new TrainedParameters(2, type, CPU), new TrainedParameters(3, type, CPU));
        var (unet, text, schedule) = (new UNet2DConditionModel(Unet, unetSource), new ClipTextModel(Text, textSource), new NoiseSchedule(new ScheduleConfig()));
        using var generator = new Generator(8);
        var (z, noise) = (randn([2, 2, 4, 4], generator: generator).to(type), randn([2, 2, 4, 4], generator: generator).to(type));
        var ids = tensor(new long[] { 18, 3, 4, 19, 19, 19, 18, 5, 19, 19, 19, 19 }, [2, 6]);
        var timesteps = tensor(new long[] { 100, 700 });
        return ([.. unetSource.Taken.Select(p => ("unet." + p.Key, p.Value)), .. textSource.Taken.Select(p => ("text." + p.Key, p.Value))],
            () => DenoiserStage.Loss(schedule, unet, text, z, ids, timesteps, noise));
    }
}
