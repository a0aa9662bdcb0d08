using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Tests;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

/// <summary>CLIP guidance: its gradient against finite differences, its views, and the length it joins the model's gradient with.</summary>
public sealed class ClipGuidanceTests : IDisposable
{
    private static readonly ViewRange _range = new(9, .15, .12);

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _generator = new(3);

    public void Dispose()
    {
        _scope.Dispose();
        _generator.Dispose();
    }

    private static ClipModel Clip(ScalarType type = ScalarType.Float32) => ClipModel.Open(TestPaths.Fixture("tiny-clip"), type);

    /// <summary>Along a random direction, of one view and of three, which two hands share.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_gradient_is_that_of_what_it_says(int count)
    {
        using var clip = Clip(ScalarType.Float64);
        var draws = new StepRandom(4, 0);
        var views = Enumerable.Range(0, count).Select(_ => PictureView.Draw(_range, draws)).Select(v => (Func<Tensor, Tensor>)(x => v.Of(x, 224, 224))).ToArray();
        var (picture, along) = (rand([1, 3, 48, 48], ScalarType.Float64, generator: _generator), randn([1, 3, 48, 48], ScalarType.Float64, generator: _generator));
        var direction = clip.EmbedTexts("an owl") - clip.EmbedTexts("a pear");
        double Value(Tensor x) => views.Sum(v => (clip.EmbedImages(v(x)) * direction).sum().ToDouble());
        const double h = 2e-3; // Embeddings are handed out in fp32.
        var expected = (Value(picture + h * along) - Value(picture - h * along)) / (2 * h);
        Assert.Equal(expected, (clip.PictureGradient(picture, views, direction) * along).sum().ToDouble(), 1e-3 * Math.Abs(expected));
    }

    /// <summary>A step's views are its own and the seed's, and the same again where the run is resumed; toward the own prompt there is nothing.</summary>
    [Fact]
    public void Views_follow_from_seed_and_progress()
    {
        using var clip = Clip();
        var picture = rand([1, 3, 32, 32], generator: _generator);
        float[] Of(double progress, ulong seed = 1, string target = "a pear")
        {
            using var guidance = new ClipGuidance(clip, "an owl", target, ClipGuidanceOptions.Of(1), seed);
            Assert.Equal((1, .5), (guidance.PointWeight, guidance.ColorWeight));
            var first = guidance.Gradient(picture, progress).data<float>().ToArray();
            guidance.Gradient(picture, .75);
            Assert.Equal(first, guidance.Gradient(picture, progress).data<float>().ToArray()); // Nothing is carried along.
            return first;
        }
        Assert.Equal(Of(.25), Of(.25));
        Assert.NotEqual(Of(.25), Of(.255));
        Assert.NotEqual(Of(.25), Of(.25, seed: 2));
        Assert.All(Of(.25, target: "an owl"), g => Assert.Equal(0, g));
    }

    /// <summary>Pixels that are smaller than the network's share its gradient: none is passed over.</summary>
    [Fact]
    public void A_large_picture_is_seen_whole()
    {
        using var clip = Clip();
        using var guidance = new ClipGuidance(clip, "an owl", "a pear", ClipGuidanceOptions.Of(1), 1);
        var gradient = guidance.Gradient(rand([1, 3, 448, 448], generator: _generator), 0);
        var blocks = gradient.reshape(3, 224, 2, 224, 2);
        Assert.Equal(0, (blocks - blocks.mean([2, 4], keepdim: true)).abs().max().ToDouble());
        Assert.True(gradient.abs().max().ToDouble() > 0);
    }

    [Fact]
    public void A_view_without_range_is_the_picture()
    {
        var picture = rand([1, 3, 9, 7], generator: _generator);
        Assert.True(PictureView.Draw(new(0, 0, 0), new StepRandom(0, 0)).Of(picture, 9, 7).allclose(picture, atol: 1e-6));
    }

    /// <summary>3-4-5 in normalised units against 2 in others: w 5 / 2; what does not move, or is of another kind, counts for nothing.</summary>
    [Fact]
    public void Two_gradients_are_blended_by_their_lengths()
    {
        double[] gradient = [.3, 4, 7, 9], other = [0, 2, 100, 1];
        double?[] units = [10, 1, null, 1];
        GradientBlend.Add(gradient, other, i => units[i], i => i < 3, .4);
        Assert.Equal([.3, 6, 107, 9], gradient, (a, b) => Math.Abs(a - b) < 1e-12);
        double[] still = [0, 0];
        GradientBlend.Add(still, [1, 2], _ => 1, _ => true, 1);
        Assert.Equal([0, 0], still);
        GradientBlend.Add(gradient, [0, 0, 0, 0], i => 1, _ => true, 1);
        Assert.Equal(6, gradient[1], 1e-12);
    }

    /// <summary>A term that says what the model says makes lengths' gradients 1 + 2 times as long, colours' 1 + 3 times.</summary>
    [Fact]
    public void A_drawing_takes_the_terms_direction_with_its_weights()
    {
        var builder = new Scenes();
        var scene = builder.Shape(Scenes.Closed([builder.Point(20, 20), builder.Point(80, 20), builder.Point(50, 80)]), new SolidPaint { Color = builder.Color(.5, .2, .5) }).Build();
        double[] Gradient(IPictureTerm? term)
        {
            var seen = new Seen();
            using var target = new SvgTarget(scene, new SceneOverBackground(scene, 16, 0, (1, 1, 1)), PictureEncoder.ByEngine(image => image * 2),
                new SvgTargetOptions { PictureTerm = term, Rules = [seen] });
            target.At(.5);
            target.Backward(ones_like(target.Latents()));
            target.Step(1);
            return seen.Gradient;
        }
        var (alone, both) = (Gradient(null), Gradient(new Same()));
        Assert.Equal(9, alone.Length);
        for (var i = 0; i < alone.Length; i++) Assert.Equal(alone[i] * (scene.Parameters[i].Kind == ParameterKind.Color ? 4 : 3), both[i], 1e-9);
        Assert.Contains(alone[..6], g => g != 0);
    }

    // d(sum of the latents)/dpicture is 2 everywhere; its length does not matter.
    private sealed class Same : IPictureTerm
    {
        public double PointWeight => 2;

        public double ColorWeight => 3;

        public Tensor Gradient(Tensor picture, double progress)
        {
            Assert.Equal(.5, progress);
            return 40 * ones_like(picture);
        }
    }

    private sealed class Seen : IDrawingRule
    {
        public double[] Gradient { get; private set; } = [];

        public void Project(ReadOnlySpan<double> theta, Span<double> gradient) => Gradient = gradient.ToArray();

        public void Restore(Span<double> theta) { }
    }
}
