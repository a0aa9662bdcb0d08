using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer.Scenes;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Editing;

/// <summary>What a step makes of a gradient that is known.</summary>
public sealed class SvgTargetStepTests
{
    /// <summary>Another gradient at every step, the same in every run.</summary>
    private sealed class Scripted(int from) : IDrawingTerm
    {
        private int _step = from;

        public double Add(ReadOnlySpan<double> theta, Span<double> gradient)
        {
            _step++;
            for (var i = 0; i < gradient.Length; i++) gradient[i] += At(_step, i);
            return 0;
        }

        internal static double At(int step, int i) => Math.Sin(step * (i + 1.3)) / (i + 1);
    }

    /// <summary>Holds a parameter at its value, and counts what it was asked.</summary>
    private sealed class Held(int index, double value) : IDrawingRule
    {
        internal List<double> Seen { get; } = [];

        public void Project(ReadOnlySpan<double> theta, Span<double> gradient)
        {
            Seen.Add(gradient[index]);
            gradient[index] = 0;
        }

        public void Restore(Span<double> theta) => theta[index] = value;
    }

    private static Scene Scene()
    {
        var builder = new Scenes();
        var r = builder.Length(10, ParameterKind.Size);
        return builder
            .Shape(Scenes.Closed([.. new[] { (20, 20), (40, 10), (60, 10), (80, 20), (90, 60), (30, 90) }.Select(p => builder.Point(p.Item1, p.Item2))]),
                new SolidPaint { Color = builder.Color(.5, .5, .5) })
            .Shape(new EllipseGeometry { Center = builder.Point(50, 50), Rx = r, Ry = r })
            .Build();
    }

    private static double[] Run(SvgTargetOptions options, int from, int to, IReadOnlyDictionary<string, Tensor>? state, out IReadOnlyDictionary<string, Tensor> saved)
    {
        var scene = Scene();
        using var target = new SvgTarget(scene, new SceneOverBackground(scene, 16, 0, (1, 1, 1)), PictureEncoder.ByEngine(image => image * 2),
            options with { Terms = [new Scripted(from)] });
        if (state is not null) target.LoadState(state);
        for (var i = from; i < to; i++)
        {
            target.Backward(zeros_like(target.Latents()));
            target.Step(1);
        }
        saved = target.SaveState();
        return [.. target.Theta];
    }

    [Fact]
    public void Without_fairness_every_number_takes_steps_of_Adam()
    {
        using var scope = NewDisposeScope();
        var options = new SvgTargetOptions { Fairness = 0, AnchorShape = 0, PointRate = .003, ColorRate = .01 };
        var theta = Run(options, 0, 7, null, out _);

        var scene = Scene();
        var (expected, adam) = (scene.InitialValues(), new Adam(theta.Length));
        for (var step = 1; step <= 7; step++)
        {
            var gradient = expected.Select((_, i) => Scripted.At(step, i) * scene.Parameters[i].Unit).ToArray();
            adam.Direction(gradient);
            for (var i = 0; i < gradient.Length; i++)
                expected[i] -= 1 * (scene.Parameters[i].Kind == ParameterKind.Color ? .01 : .003) * scene.Parameters[i].Unit * gradient[i];
        }
        Assert.Equal(expected, theta);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(.1)]
    public void A_run_goes_on_from_its_saved_state_bit_for_bit(double fairness)
    {
        using var scope = NewDisposeScope();
        var options = new SvgTargetOptions { Fairness = fairness };
        var whole = Run(options, 0, 12, null, out _);
        Run(options, 0, 5, null, out var middle);
        Assert.Equal(whole, Run(options, 5, 12, middle, out _));
        Assert.NotEqual(whole, Scene().InitialValues());
    }

    [Theory]
    [InlineData(0, .1)]
    [InlineData(.1, 0)]
    [InlineData(.1, .2)]
    public void A_state_of_another_fairness_is_refused(double saved, double run)
    {
        using var scope = NewDisposeScope();
        Run(new SvgTargetOptions { Fairness = saved }, 0, 2, null, out var state);
        var error = Assert.Throws<DistillException>(() => Run(new SvgTargetOptions { Fairness = run }, 2, 3, state, out _));
        Assert.Contains("--fairness", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(.1)]
    public void Rules_see_the_gradient_before_the_metric_and_theta_after_the_step(double fairness)
    {
        using var scope = NewDisposeScope();
        var rule = new Held(3, Scene().InitialValues()[3]);
        var theta = Run(new SvgTargetOptions { Fairness = fairness, Rules = [rule] }, 0, 3, null, out _);
        Assert.Equal(Enumerable.Range(1, 3).Select(step => Scripted.At(step, 3) * Scene().Parameters[3].Unit), rule.Seen);
        Assert.Equal(Scene().InitialValues()[3], theta[3]);
        Assert.NotEqual(Scene().InitialValues()[2], theta[2]);
    }
}
