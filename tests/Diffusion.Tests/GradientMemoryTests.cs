using System.Runtime.InteropServices;
using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

/// <summary>The heap's counts are the whole process's: nothing else may run meanwhile.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>
/// What a forward pass keeps for its gradient, in bytes that the C library's allocator has handed out (not in resident
/// memory, which depends on the machine), with and without a bound on it; the gradients must not differ.
/// </summary>
[Collection(typeof(AloneInTheProcess))]
public sealed partial class GradientMemoryTests : IDisposable
{
    private const long Bound = 12L << 20;

    // The runtime compiles beside the tests, on memory that is counted, too: what a pass keeps is the least of what was seen, looked at so often again.
    private const int CompilesBeside = 3;

    private readonly DiffusionModel _model = DiffusionModel.Random(ModelArchitecture.StableDiffusion15 with
    {
        Unet = new UnetConfig
        {
            InChannels = 4, OutChannels = 4, Channels = [32, 64], DownAttention = [true, false], UpAttention = [true, false],
            LayersPerBlock = [2, 2], Heads = [4, 4], TransformerLayers = [1, 1], ContextChannels = 64,
        },
        Autoencoder = new AutoencoderConfig { LatentChannels = 4, Channels = [32, 32], LayersPerBlock = 2, MiddleAttention = false },
        Text = new ClipTextConfig
        {
            VocabularySize = 49408, MaxTokens = 77,
            Tower = new ClipTowerConfig { Channels = 64, Layers = 1, Heads = 4, InnerChannels = 64 },
        },
    });

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _generator = new(5);
    private readonly Tensor _latents, _context, _timesteps = tensor(new[] { 300L });

    public GradientMemoryTests()
    {
        _latents = randn([1, 4, 32, 32], generator: _generator);
        _context = _model.EncodePrompts("an owl");
    }

    public void Dispose()
    {
        _scope.Dispose();
        _generator.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void OfTheLatents()
    {
        RequireBounded(() => OfNoise(_model.Denoiser));
    }

    [Fact]
    public void OfAnAdapterInTraining()
    {
        using var adapter = LoraAdapter.Create(_model.Unet, 4, _generator);
        using (no_grad())
            foreach (var up in adapter.Parameters) up.add_(randn(up.shape, generator: _generator) * .05); // B is zero in a new one.
        var adapted = _model.Denoiser.Adapted(adapter);
        RequireBounded(() =>
        {
            var prediction = adapted.PredictForGradient(_latents, _timesteps, _context);
            return (() =>
            {
                prediction.Backward(2 * prediction.Noise).Dispose();
                return [.. adapter.Parameters.Select(p => prediction.ParameterGradient(p)!.clone())];
            }, prediction);
        });
    }

    /// <summary>When the way back begins, an adapter is no longer in its layers: the second pass must bring it.</summary>
    [Fact]
    public void OfTheLatentsUnderAFrozenAdapter()
    {
        using var adapter = LoraAdapter.Create(_model.Unet, 4, _generator);
        using (no_grad())
            foreach (var matrix in adapter.Parameters)
            {
                matrix.requires_grad_(false);
                matrix.add_(randn(matrix.shape, generator: _generator) * .1);
            }
        var adapted = _model.Denoiser.Adapted(adapter);
        RequireBounded(() => OfNoise(adapted));
    }

    [Fact]
    public void OfFeaturesThatAHookReads()
    {
        RequireBounded(() =>
        {
            var reader = new Reader();
            NoisePrediction prediction;
            using (_model.Denoiser.Attach(reader)) prediction = _model.Denoiser.PredictForGradient(_latents, _timesteps, _context);
            Assert.Equal(12, reader.Names.Count); // two a transformer: 2 down, 1 in the middle, 3 up
            return (() => [prediction.Backward(null, [.. reader.Outputs.Zip(reader.Features, (output, f) => (output, 2 * f))])],
                new Release(() =>
                {
                    prediction.Dispose();
                    reader.Dispose();
                }));
        });
    }

    [Fact]
    public void OfAPicture()
    {
        var image = rand([1, 3, 256, 256], generator: _generator);
        RequireBounded(() =>
        {
            var encoded = _model.EncodeForGradient(image);
            return (() => [encoded.Backward(2 * encoded.Value)], encoded);
        }, bound: 40L << 20);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void NormsOfLargeMapsKeepTheirInputAlone(ScalarType type)
    {
        const long Channels = 64, Groups = 16;
        var source = new Weights.RandomParameters(1, type, CPU);
        var norm = new GroupNorm(new Weights.Parameters(source), Groups, Channels, 1e-6);
        foreach (var parameter in source.Taken.Values) parameter.add_(randn([Channels], generator: _generator));
        var x = randn([2, Channels, 200, 201], generator: _generator).to(type);
        Assert.True(x.NumberOfElements > GroupNorm.LargeMap);
        Tensor Whole(Tensor h) => nn.functional.group_norm(h.to(ScalarType.Float32), Groups, source.Taken["weight"], source.Taken["bias"], 1e-6).silu().to(type);

        using var expected = Differentiation.Differentiated.ByEngine(x, h => Whole(h).to(ScalarType.Float32));
        norm.ForwardSilu(x).Dispose(); // The first pass also fills the engine's caches.
        var bound = (long)(1.1 * x.NumberOfElements * x.ElementSize); // its output; the input was there before
        (Tape Tape, Tensor Input, Tensor Output, long Kept) Pass()
        {
            var before = LiveBytes();
            var (tape, input) = (new Tape(), x.alias());
            tape.Follow(input);
            var output = norm.ForwardSilu(input, tape);
            return (tape, input, output, LiveBytes() - before);
        }
        var (tape, input, output, kept) = Pass();
        for (var again = 0; kept > bound && again < CompilesBeside; again++)
        {
            var (spareTape, spareInput, spare, bytes) = Pass();
            kept = Math.Min(kept, bytes);
            spareTape.Dispose();
            spareInput.Dispose();
            spare.Dispose();
        }
        using var _ = tape;
        using var __ = input;
        var (actual, expectedGradient) = (output.to(ScalarType.Float32), expected.Backward(2 * expected.Value));
        var gradient = tape.Backward(input, (output, 2 * output))!;
        Assert.Equal(0, Reference.RelativeError(actual, expected.Value));
        Reference.Close(expectedGradient, gradient, 1e-6, "gradient");
        Assert.InRange(kept, 0, bound);
        source.Taken.Values.ToList().ForEach(p => p.Dispose());
    }

    private (Func<Tensor[]> Way, IDisposable Held) OfNoise(NoisePredictor predictor)
    {
        var prediction = predictor.PredictForGradient(_latents, _timesteps, _context);
        return (() => [prediction.Backward(2 * prediction.Noise)], prediction);
    }

    /// <summary>Without a bound a pass keeps several times more than the bound; with it, it stays below; same gradients.</summary>
    private void RequireBounded(Func<(Func<Tensor[]> Way, IDisposable Held)> pass, long bound = Bound)
    {
        (Tensor[] Gradients, long Kept) Gradients(long graphBytes)
        {
            (_model.Denoiser.GraphBytes, _model.Autoencoder.GraphBytes) = (graphBytes, graphBytes);
            var before = LiveBytes();
            var (way, held) = pass();
            var kept = LiveBytes() - before;
            using (held) return (way(), kept);
        }
        Gradients(long.MaxValue); // The first pass also fills the engine's caches.
        var (expected, whole) = Gradients(long.MaxValue);
        var (actual, bounded) = Gradients(bound);
        for (var again = 0; bounded > bound && again < CompilesBeside; again++) bounded = Math.Min(bounded, Gradients(bound).Kept);
        Assert.True(whole > 2 * bound, $"the whole graph is only {whole >> 10} kB: too small to show anything");
        Assert.InRange(bounded, 0, bound);
        for (var i = 0; i < expected.Length; i++) Reference.Close(expected[i], actual[i], 1e-5, $"gradient {i}");
    }

    /// <summary>Bytes handed out by the C library's allocator and not yet given back.</summary>
    private static long LiveBytes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.Load("libc.so.6"), "mallinfo2", out _),
            "the C library does not count its memory (mallinfo2)");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var info = mallinfo2();
        return (long)(info.UsedInArenas + info.Mapped);
    }

    [LibraryImport("libc.so.6")]
    private static partial MallInfo mallinfo2();

    /// <summary>struct mallinfo2 of malloc.h, in its order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MallInfo
    {
        public nuint Arena, FreeChunks, FastChunks, MappedRegions, Mapped, Unused, FastFree, UsedInArenas, Free, Releasable;
    }

    private sealed class Reader : IAttentionHook, IDisposable
    {
        public List<Tensor> Features { get; } = [];

        public List<Tensor> Outputs { get; } = [];

        public HashSet<string> Names { get; } = [];

        public bool OnlyReadsOutputs => true;

        public Tensor Output(AttentionSite site, Tensor output)
        {
            Names.Add(site.Name);
            if (!site.Name.StartsWith("up_blocks", StringComparison.Ordinal)) return output;
            Features.Add(output.narrow(0, 0, 1).DetachFromDisposeScope());
            Outputs.Add(output);
            return output;
        }

        public void Dispose() => Features.ForEach(f => f.Dispose());
    }
}
