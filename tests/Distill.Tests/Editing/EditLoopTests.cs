using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Tests.Methods;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer.Scenes;
using Scalar = SvgDistill.Rasterizer.Scenes.Scalar;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Editing;

/// <summary>
/// The loop on a drawing of four coloured ellipses whose "rendering" is its parameters and whose latents are those: on Gaussian
/// data the right end of a run is known.
/// </summary>
[Collection(nameof(LeakTests))]
[Trait("Category", "Methods")]
public class EditLoopTests
{
    private const int Size = GaussianDenoiser.Size;

    /// <summary>The parameters as pixels, lengths in hundredths.</summary>
    private sealed class Numbers : IDrawingRenderer
    {
        public int Width => Size;

        public int Height => Size;

        /// <summary>The widths that pictures were drawn with.</summary>
        public List<double> Widths { get; } = [];

        public double FilterWidth { get; set; } = 1;

        public void Forward(ReadOnlySpan<double> theta, Span<float> image)
        {
            Widths.Add(FilterWidth);
            image.Clear();
            for (var i = 0; i < theta.Length; i++) image[i] = (float)(theta[i] / (i % 4 == 0 ? 100 : 1));
        }

        public void Backward(ReadOnlySpan<float> imageGradient, Span<double> thetaGradient)
        {
            for (var i = 0; i < thetaGradient.Length; i++) thetaGradient[i] += imageGradient[i] / (i % 4 == 0 ? 100 : 1);
        }
    }

    /// <summary>A length and three colour components an ellipse: sixteen parameters.</summary>
    private static Scene Scene(bool locked = false)
    {
        var builder = new Scenes();
        for (var i = 0; i < 4; i++)
        {
            builder.Shape(new EllipseGeometry
            {
                Center = new ScalarPoint(Scalar.Constant(0), Scalar.Constant(0)),
                Rx = Scalar.Constant(1),
                Ry = builder.Length(40 + i, ParameterKind.Size, leaf: !locked),
            }, locked ? null : new SolidPaint { Color = builder.Color(.5, .4, .6) });
        }
        return builder.Build();
    }

    [Fact]
    public void The_filter_shrinks_to_one_pixel_over_the_first_half()
    {
        const int Steps = 8;
        using var scope = NewDisposeScope();
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        var renderer = new Numbers();
        using var target = new SvgTarget(Scene(), renderer, PictureEncoder.ByEngine(image => image.narrow(1, 0, 1).to(ScalarType.Float64) * 2),
            new SvgTargetOptions { FilterWidth = 9 });
        using var denoiser = new Denoiser(new GaussianDenoiser(GaussianDenoiser.Schedule, .5), GaussianDenoiser.Schedule);

        new EditLoop(target, new Dds(new DdsOptions()), denoiser, prompts, new EditLoopOptions { Steps = Steps }).Run();
        _ = target.Current;

        // The source sharp, then a picture a step, then the result, sharp again.
        Assert.Equal([1, 9, 7, 5, 3, 1, 1, 1, 1, 1], renderer.Widths);
    }

    private static SvgTarget Target(SvgTargetOptions? options = null) => new(Scene(),
        new Numbers(),
        // The first plane, twice.
        PictureEncoder.ByEngine(image => image.narrow(1, 0, 1).to(ScalarType.Float64) * 2), options ?? new SvgTargetOptions { ColorRate = .02, PointRate = .02 });

    private static (EditResult Result, double[] Theta) Run(EditLoopOptions options, string method = "dds",
        EditState? resume = null, SvgTargetOptions? targetOptions = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var target = Target(targetOptions);
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        using var built = MethodCatalog.Create(MethodName.Parse(method), new EditSettings { Guidance = 1 }).Method;
        var denoiser = new Denoiser(new GaussianDenoiser(GaussianDenoiser.Schedule, .5), GaussianDenoiser.Schedule);
        var loop = new EditLoop(target, built, denoiser, prompts, options);
        return (loop.Run(resume, cancellation), [.. target.Theta]);
    }

    [Fact]
    public void A_run_ends_where_the_difference_of_texts_says_within_the_allowed_range()
    {
        var (_, theta) = Run(new EditLoopOptions { Steps = 400 });
        var difference = GaussianDenoiser.Mean("a monkey").Zip(GaussianDenoiser.Mean("an owl"), (a, b) => a - b).ToArray();
        var parameters = Scene().Parameters;
        for (var i = 0; i < theta.Length; i++)
        {
            // Latents are twice the picture, and a length's picture is the length over 100.
            var expected = parameters[i].Initial + difference[i] / 2 * (parameters[i].Kind == ParameterKind.Color ? 1 : 100);
            Assert.Equal(Math.Clamp(expected, parameters[i].Minimum, parameters[i].Maximum), theta[i], .01 * parameters[i].Unit);
        }
        Assert.Contains(theta.Where((_, i) => parameters[i].Kind == ParameterKind.Color), c => c is 0 or 1);
    }

    [Fact]
    public void Locked_parameters_stay()
    {
        var (_, theta) = Run(new EditLoopOptions { Steps = 20 }, targetOptions: new SvgTargetOptions { Locked = new HashSet<int> { 0, 5 } });
        var initial = Scene().InitialValues();
        for (var i = 0; i < theta.Length; i++) Assert.Equal(i is 0 or 5, theta[i] == initial[i]);
    }

    [Fact]
    public void A_drawing_with_nothing_to_move_is_refused()
    {
        var error = Assert.Throws<DistillException>(() => new SvgTarget(Scene(locked: true), new Numbers(), PictureEncoder.ByEngine(x => x), new SvgTargetOptions()));
        Assert.Contains("nothing that may be moved", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ids")]
    [InlineData("fpr+pds")]
    public void A_resumed_run_ends_with_the_same_bits(string method)
    {
        var path = Path.Combine(Path.GetTempPath(), $"svgdistill-{Guid.NewGuid():n}.safetensors");
        try
        {
            var whole = Run(new EditLoopOptions { Steps = 30, Seed = 7, SaveEvery = 13, OnSave = s => { if (s.Step == 13) s.Save(path, "run"); } }, method);
            using var state = EditState.Load(path, "run");
            var resumed = Run(new EditLoopOptions { Steps = 30, Seed = 7 }, method, state);
            Assert.Equal(whole.Theta, resumed.Theta);
            Assert.Equal(30, resumed.Result.Steps);
            Assert.NotEqual(whole.Theta, Run(new EditLoopOptions { Steps = 30, Seed = 8 }, method).Theta);
            Assert.Throws<DistillException>(() => EditState.Load(path, "another run"));
            Assert.Throws<DistillException>(() => Run(new EditLoopOptions { Steps = 30, Seed = 8 }, method, state));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_estimate_before_the_run_does_not_change_it()
    {
        using var scope = NewDisposeScope();
        using var target = Target();
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        using var method = MethodCatalog.Create(MethodName.Ids, new EditSettings { Guidance = 1 }).Method;
        var denoiser = new Denoiser(new GaussianDenoiser(GaussianDenoiser.Schedule, .5), GaussianDenoiser.Schedule);
        var loop = new EditLoop(target, method, denoiser, prompts, new EditLoopOptions { Steps = 10 });
        var estimate = loop.Estimate();
        Assert.True(estimate.SecondsPerStep > 0 && estimate.PeakMemory > 1 << 20);
        Assert.Equal(10 * estimate.SecondsPerStep, estimate.Seconds, 1e-12);
        loop.Run();
        Assert.Equal(Run(new EditLoopOptions { Steps = 10 }, "ids").Theta, target.Theta);
    }

    [Fact]
    public void Stopping_keeps_what_has_been_reached()
    {
        using var source = new CancellationTokenSource();
        var seen = new List<EditProgress>();
        var options = new EditLoopOptions
        {
            Steps = 50,
            OnStep = p =>
            {
                seen.Add(p);
                if (p.Step == 7) source.Cancel();
            },
        };
        var (result, theta) = Run(options, cancellation: source.Token);
        Assert.Equal((7, true), (result.Steps, result.Interrupted));
        Assert.Equal(Enumerable.Range(1, 7), seen.Select(p => p.Step));
        Assert.All(seen, p => Assert.True(p.GradientNorm > 0 && p.Movement > 0 && p.Steps == 50));
        Assert.NotEqual(Scene().InitialValues(), theta);
    }

    [Fact]
    public void A_run_of_fifty_steps_leaves_no_tensors_behind()
    {
        using var target = Target();
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        using var method = MethodCatalog.Create(MethodName.Ids, new EditSettings { Guidance = 1 }).Method;
        using var denoiser = new Denoiser(new GaussianDenoiser(GaussianDenoiser.Schedule, .5), GaussianDenoiser.Schedule);
        var counts = new List<long>();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        new EditLoop(target, method, denoiser, prompts, new EditLoopOptions
        {
            Steps = 55,
            OnStep = _ => counts.Add(Tensor.TotalCount),
            PreviewEvery = 10,
            OnPreview = (_, _) => { },
            SaveEvery = 10,
            OnSave = _ => { },
        }).Run();
        // The same place in a block of steps whose noise is refined together.
        Assert.Equal(counts[4], counts[44]);
    }

    [Fact]
    public void Previews_come_when_asked_for()
    {
        var previews = new List<(int Step, double First)>();
        Run(new EditLoopOptions { Steps = 10, PreviewEvery = 4, OnPreview = (s, image) => previews.Add((s, image.flatten()[0].item<float>())) });
        Assert.Equal([4, 8], previews.Select(p => p.Step));
        Assert.NotEqual(previews[0].First, previews[1].First);
    }

    [Fact]
    public void No_steps_change_nothing() => Assert.Equal(Scene().InitialValues(), Run(new EditLoopOptions { Steps = 0 }).Theta);

    [Fact]
    public void A_gradient_that_is_not_finite_stops_the_run_with_advice()
    {
        using var scope = NewDisposeScope();
        using var target = Target();
        using var prompts = GaussianDenoiser.Prompts("an owl", "a monkey");
        using var method = MethodCatalog.Create(MethodName.Parse("sds"), new EditSettings { Guidance = double.MaxValue }).Method;
        var denoiser = new Denoiser(new GaussianDenoiser(GaussianDenoiser.Schedule, .5), GaussianDenoiser.Schedule);
        var error = Assert.Throws<DistillException>(() => new EditLoop(target, method, denoiser, prompts, new EditLoopOptions()).Run());
        Assert.Contains("--guidance", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Latents_take_plain_steps_of_the_papers_size()
    {
        using var scope = NewDisposeScope();
        using var target = new LatentTarget(ones(1, 1, Size, Size, dtype: ScalarType.Float64), x => x, x => x);
        target.Backward(full([1, 1, Size, Size], .01, dtype: ScalarType.Float64));
        target.Step(1);
        Assert.Equal(1 - .1 * 2000 / (Size * Size) * .01, target.Latents()[0, 0, 0, 0].item<double>(), 1e-15);
    }
}
