using SvgDistill.Diffusion.Differentiation;
using System.Text;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Restoration;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Restoration;

public sealed class DataTermTests
{
    private const int Side = 48;

    private static readonly (string Name, IDegradation A, int Factor)[] _degradations =
        [("x4", new BicubicDownsampling(4), 4), ("blur", new GaussianBlur(2), 1), ("none", new NoDegradation(), 1)];

    /// <summary>A red drop on nothing, at a place of its own.</summary>
    private static SvgScene Drop(double x) => SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(FormattableString.Invariant(
        $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Side} {Side}'><path fill='#c04020' fill-opacity='.9' d='M{x} 10C{x + 14} 20 {x + 12} 36 {x} 38C{x - 10} 34 {x - 12} 22 {x} 10Z'/></svg>")),
        "drop"), DegradedFit.SceneKinds);

    private static DegradedTarget TargetOf(SvgScene truth, IDegradation degradation)
    {
        var picture = new SceneRasterizer(truth.Scene, Side, Side).Forward(truth.Scene.InitialValues());
        using var none = new DegradedTarget(picture, Side, Side, degradation);
        return new DegradedTarget(none.Degrade(picture), Side, Side, degradation);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_gradient_is_that_of_finite_differences(int which)
    {
        const double Step = 1e-3, Gamma = 300;
        using var scope = NewDisposeScope();
        using var target = TargetOf(Drop(26.5), _degradations[which].A);
        var scene = Drop(20).Scene;
        var term = new DataTerm(scene, target, Gamma);
        var theta = scene.InitialValues();
        var gradient = new double[theta.Length];
        gradient[0] = 5; // is added to

        var value = term.Add(theta, gradient);

        Assert.Equal(Gamma * term.MeanSquaredError, value, 1e-9);
        gradient[0] -= 5;
        var difference = new double[theta.Length];
        for (var i = 0; i < theta.Length; i++)
        {
            var (plus, minus) = ((double[])theta.Clone(), (double[])theta.Clone());
            plus[i] += Step * 20;
            minus[i] -= Step * 20;
            difference[i] = (term.Add(plus, new double[theta.Length]) - term.Add(minus, new double[theta.Length])) / (40 * Step);
        }
        Tensors.AssertClose(gradient, difference, .02);
    }

    [Fact]
    public void A_drawing_whose_degraded_picture_is_y_costs_nothing()
    {
        using var scope = NewDisposeScope();
        foreach (var (_, degradation, _) in _degradations)
        {
            using var target = TargetOf(Drop(20), degradation);
            var scene = Drop(20).Scene;
            Assert.Equal(0, new DataTerm(scene, target, 1).Add(scene.InitialValues(), new double[scene.Parameters.Length]), 1e-12);
        }
    }

    [Fact]
    public void A_target_follows_its_terms_and_goes_on_from_a_saved_state()
    {
        using var scope = NewDisposeScope();
        using var target = TargetOf(Drop(26.5), _degradations[0].A);
        double[] Run(int from, int to, IReadOnlyDictionary<string, Tensor>? state, out IReadOnlyDictionary<string, Tensor> saved)
        {
            var scene = Drop(20).Scene;
            var term = new DataTerm(scene, target, 1e3);
            using var moved = new SvgTarget(scene, new SceneOverBackground(scene, 32, 0, (1, 1, 1)), PictureEncoder.ByEngine(image => image * 2),
                new SvgTargetOptions { AnchorShape = 0, KeepSmooth = false, AdamBeta2 = .9, Terms = [term], ColorRate = .002 });
            if (state is not null) moved.LoadState(state);
            for (var i = from; i < to; i++)
            {
                moved.Backward(zeros_like(moved.Latents()));
                moved.Step(1);
            }
            saved = moved.SaveState();
            Assert.True(from > 0 || term.MeanSquaredError < 2e-4, $"mean squared error {term.MeanSquaredError}");
            return [.. moved.Theta];
        }

        var whole = Run(0, 80, null, out var end);
        Assert.Equal(["adam.first", "adam.second", "adam.steps", "fair.first", "fair.second", "fairness", "theta"], end.Keys.Order());
        Run(0, 60, null, out var middle);
        Assert.Equal(whole, Run(60, 80, middle, out _));
    }

    [Fact]
    public void Rate_factors_slow_single_parameters_down()
    {
        using var scope = NewDisposeScope();
        using var target = TargetOf(Drop(26.5), _degradations[2].A);
        var scene = Drop(20).Scene;
        using var moved = new SvgTarget(scene, new SceneOverBackground(scene, 32, 0, (1, 1, 1)), PictureEncoder.ByEngine(image => image * 2), new SvgTargetOptions
        {
            Fairness = 0,
            AnchorShape = 0,
            KeepSmooth = false,
            Terms = [new DataTerm(scene, target, 1e3)],
            RateFactors = new Dictionary<int, double> { [0] = .25 },
        });
        Assert.All(scene.Parameters.Take(2), p => Assert.Equal(ParameterKind.Color, p.Kind));
        moved.Backward(zeros_like(moved.Latents()));
        moved.Step(1);
        // Adam's first step is the rate in the direction of the gradient's sign.
        var steps = moved.Theta.Zip(scene.InitialValues(), (a, b) => Math.Abs(a - b)).ToArray();
        Assert.Equal(.25 * .02, steps[0], 1e-4);
        Assert.Equal(.02, steps[1], 1e-4);
    }

    [Fact]
    public void A_drawing_fitted_through_the_degradation_comes_nearer_to_the_truth_than_upsampling()
    {
        using var scope = NewDisposeScope();
        foreach (var (name, degradation, factor) in _degradations[..2])
        {
            var truth = Drop(24).Scene;
            var picture = new SceneRasterizer(truth, Side, Side).Forward(truth.InitialValues());
            using var any = new DegradedTarget(picture, Side, Side, degradation);
            var y = any.Degrade(picture);
            using var target = new DegradedTarget(y, Side, Side, degradation);
            var upsampled = factor > 1 ? BicubicUpsampling.Apply(y, factor) : y;
            var steps = new List<int>();

            var svg = DegradedFit.Draw(upsampled, target, new FitOptions { Paths = 8, Steps = 150 }, (done, total) => steps.Add(total - done))!;

            var drawn = SvgSceneReader.Read(SvgDocument.Parse(svg, "drawn")).Scene;
            var error = Error(new SceneRasterizer(drawn, Side, Side).Forward(drawn.InitialValues()), picture);
            Assert.True(error < .5 * Error(upsampled, picture), $"{name}: {error} against {Error(upsampled, picture)}");
            Assert.Equal(Enumerable.Range(0, 300).Reverse(), steps);
        }
    }

    private static double Error(Picture a, Picture b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Data.Length; i++) sum += Math.Pow(a.Data[i] - b.Data[i], 2);
        return sum / a.Data.Length;
    }
}
