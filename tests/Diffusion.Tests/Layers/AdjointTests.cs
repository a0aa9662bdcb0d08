using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests.Layers;

/// <summary>Each layer's own adjoint against finite differences in double, and its blocked kernels against the engine's plain ones.</summary>
public sealed class AdjointTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _generator = new(3);

    public void Dispose()
    {
        _scope.Dispose();
        _generator.Dispose();
    }

    [Theory]
    [InlineData(3, 16, 3, 1, 1, 32)]
    [InlineData(8, 64, 3, 1, 1, 16)]
    [InlineData(16, 16, 3, 2, 0, 33)]
    [InlineData(64, 64, 3, 2, 1, 16)]
    [InlineData(112, 112, 3, 1, 1, 8)]
    [InlineData(112, 16, 3, 1, 1, 16)]
    [InlineData(16, 16, 1, 1, 0, 16)]
    [InlineData(320, 128, 3, 1, 1, 8)]
    [InlineData(320, 128, 1, 1, 0, 8)]
    [InlineData(192, 8, 3, 1, 1, 4)]
    [InlineData(32, 4, 3, 1, 1, 16)]
    [InlineData(96, 32, 3, 1, 1, 8)]
    public void ConvolutionsOnBlockedWeightsAreThePlainOnes(long inputs, long outputs, long kernel, long stride, long padding, long side)
    {
        var source = new RandomParameters(1, ScalarType.Float32, CPU);
        var conv = new Conv2d(new Parameters(source), inputs, outputs, kernel, stride, padding);
        foreach (var batch in new long[] { 1, 2, 5 })
        {
            var x = Normal(batch, inputs, side, side);
            // In double: the engine's own gradients in fp32 are wrong for some of these.
            var (w, b) = (source.Taken["weight"].to(ScalarType.Float64), source.Taken["bias"].to(ScalarType.Float64));
            var expected = Differentiated.ByEngine(x.to(ScalarType.Float64), v => nn.functional.conv2d(v, w, b, [stride, stride], [padding, padding]));
            using var tape = new Tape();
            tape.Follow(x);
            var y = conv.Forward(x, tape);
            Reference.Close(expected.Value, y, 1e-5, $"batch {batch}");
            var g = Normal(y.shape);
            Reference.Close(expected.Backward(g), tape.Backward(x, (y, g))!, 1e-5, $"gradient, batch {batch}");
            expected.Dispose();
        }
        source.Release();
    }

    [Fact]
    public void AdjointsAreThoseOfFiniteDifferences()
    {
        Check("convolution", (2, 4, 6, 6), p => new Conv2d(p, 4, 6).Forward);
        Check("strided convolution", (1, 4, 7, 7), p => new Conv2d(p, 4, 4, stride: 2, padding: 0).Forward);
        Check("group norm", (2, 8, 3, 3), p => new GroupNorm(p, 4, 8, 1e-5).Forward);
        Check("group norm and SiLU", (2, 8, 3, 3), p => new GroupNorm(p, 4, 8, 1e-5).ForwardSilu);
        Check("downsampling", (1, 4, 6, 6), p => new Downsample(p, 4, asymmetric: true).Forward);
        Check("upsampling", (1, 4, 3, 3), p => { var up = new Upsample(p, 4); return (x, tape) => up.Forward(x, tape); });
        Check("upsampling to an odd size", (1, 4, 3, 3), p => { var up = new Upsample(p, 4); return (x, tape) => up.Forward(x, tape, 5, 5); });
        Check("residual block", (2, 4, 5, 5), p =>
        {
            var block = new ResnetBlock(p, new NetworkSettings(), 4, 8, 2, 1e-5);
            return (x, tape) => block.Forward(x, tape: tape);
        });
        Check("layer norm", (1, 2, 3, 8), p => new LayerNorm(p, 8).Forward);
        Check("linear layer", (1, 2, 3, 8), p => new Linear(p, 8, 5).Forward);
        Check("halves of a linear layer", (1, 2, 3, 8), p =>
        {
            var linear = new Linear(p, 8, 6);
            return (x, tape) => linear.ForwardHalves(x, tape).Second;
        });
        Check("attention", (1, 1, 7, 8), p =>
        {
            var attention = new Attention(p, new NetworkSettings(), 8, 2);
            return (x, tape) => attention.Forward(tape.Map(x, v => v.flatten(0, 1), g => g.reshape(1, 1, 7, 8)), tape);
        });
        Check("recomputed block", (2, 4, 5, 5), p =>
        {
            var block = new ResnetBlock(p, new NetworkSettings(), 4, 8, 2, 1e-5);
            return (x, tape) => tape.Recomputed(x, (h, t) => block.Forward(h, tape: t));
        });
    }

    [Fact]
    public void AnOutputWithoutGradientIsNoObstacle()
    {
        var x = Normal(2, 3);
        using var tape = new Tape();
        tape.Follow(x);
        var twice = tape.Map(x, v => v * 2, g => g * 2);
        var dead = tape.Map(twice, v => v * 5, g => g * 5);
        var sum = tape.Add(x, twice);
        Assert.True(tape.Has(dead));
        Reference.Close(full([2, 3], 3f), tape.Backward(x, (sum, ones(2, 3)))!, 1e-7, "gradient");
        using var unreached = new Tape();
        unreached.Follow(x);
        Assert.Null(unreached.Backward(x, (dead, ones(2, 3))));
    }

    private Tensor Normal(params long[] shape) => randn(shape, generator: _generator);

    /// <summary>A layer in double: its adjoint along a random direction against a central difference.</summary>
    private void Check(string name, (long, long, long, long) shape, Func<Parameters, Func<Tensor, Tape?, Tensor>> make)
    {
        var source = new RandomParameters(7, ScalarType.Float64, CPU);
        // Norms compute in fp32 on the CPU; differences are as large as that allows.
        var layer = make(new Parameters(source));
        var isFloat = source.Taken.Values.Any(p => p.dtype == ScalarType.Float32);
        foreach (var parameter in source.Taken.Values) parameter.add_(Normal(parameter.shape).to(parameter.dtype), .3);
        var x = Normal(shape.Item1, shape.Item2, shape.Item3, shape.Item4).to(ScalarType.Float64);
        using var tape = new Tape();
        tape.Follow(x);
        var y = layer(x, tape);
        var (g, direction) = (Normal(y.shape).to(ScalarType.Float64), Normal(x.shape).to(ScalarType.Float64));
        var adjoint = (tape.Backward(x, (y, g))! * direction).sum().item<double>();
        var step = isFloat ? 1e-2 : 1e-5;
        var difference = ((layer(x + step * direction, null) - layer(x - step * direction, null)) * g).sum().item<double>() / (2 * step);
        Assert.True(Math.Abs(adjoint - difference) <= (isFloat ? 3e-3 : 1e-7) * Math.Max(1, Math.Abs(difference)), $"{name}: {adjoint} against {difference}");
        source.Release();
    }
}
