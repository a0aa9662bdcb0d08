using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Pictures;
using SvgDistill.Distill.Randomness;
using SvgDistill.Distill.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Pictures;

[Collection(nameof(TinyModel))]
public sealed class PictureEditTests
{
    public static TheoryData<string> Names => [.. PictureMethod.Known, "fpr+pds"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_are_read_as_they_are_written(string name)
    {
        Assert.True(PictureMethod.TryParse(name, out var method));
        Assert.Equal(name, method.ToString());
    }

    [Fact]
    public void Dreamsampler_is_the_sampler_and_others_are_refused()
    {
        Assert.True(PictureMethod.TryParse("dreamsampler", out var method));
        Assert.Equal(SamplerKind.DreamSampler, method.Sampler);
        Assert.False(PictureMethod.TryParse("nosuch", out _));
        Assert.False(PictureMethod.TryParse(null, out _));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_method_edits_a_picture_and_one_seed_gives_one_picture(string name)
    {
        using var scope = NewDisposeScope();
        var image = Picture();

        var (first, again) = (Edit(name, image), Edit(name, image));

        Assert.Equal(image.shape, first.shape);
        Assert.True(first.eq(again).all().item<bool>());
        Assert.InRange(first.min().item<float>(), 0, 1);
        Assert.InRange(first.max().item<float>(), 0, 1);
        Assert.True((first - Decoded(image)).abs().max().item<float>() > 1e-4, "nothing was edited");
    }

    [Fact]
    public void A_descent_is_z_minus_rate_times_g()
    {
        using var scope = NewDisposeScope();
        var image = Picture();
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        var model = Model(denoiser, prompts);
        var settings = new EditSettings { Steps = 1, Guidance = 2 };
        using var edit = PictureEditCatalog.Create(new(null, new(MethodKind.Dds)), model, settings, seed: 3);

        var edited = edit.Run(image).Picture;

        using var noGrad = no_grad();
        var z = model.Encode(image);
        using var method = MethodCatalog.Create(new(MethodKind.Dds), settings).Method;
        var g = method.Gradient(new DistillationStep
        {
            Index = 0, Count = 1, SourceLatents = z, Latents = z, Prompts = prompts, Denoiser = denoiser, Draws = new StepRandom(3, 0),
        });
        var expected = model.Decode(z - .1 * 2000 / (z.shape[2] * z.shape[3]) * g).clamp(0, 1);
        Assert.True((edited - expected).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void A_stopped_descent_goes_on_to_the_same_picture()
    {
        using var scope = NewDisposeScope();
        var image = Picture();
        var whole = Edit("ids", image, steps: 4);
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        Assert.True(PictureMethod.TryParse("ids", out var method));
        using var edit = PictureEditCatalog.Create(method, Model(denoiser, prompts), Settings(4), 0);
        using var stop = new CancellationTokenSource();

        var part = edit.Run(image, done => { if (done == 2) stop.Cancel(); }, stop: stop.Token);
        using var state = edit.Save();
        var rest = edit.Run(image, resume: state);

        Assert.True(part.Outcome.Interrupted);
        Assert.Equal(2, part.Outcome.Steps);
        Assert.False(part.Picture.eq(whole).all().item<bool>());
        Assert.True(rest.Picture.eq(whole).all().item<bool>());
    }

    [Fact]
    public void The_picture_that_the_model_takes_most_for_the_target_is_kept()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var image = Picture();
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        var model = Model(denoiser, prompts);
        (Tensor Picture, EditResult Outcome) Best(int pictures)
        {
            using var edit = new BestPicture(PictureMethod.SdEdit, model, denoiser, Settings(3), 5, pictures);
            var calls = 0;
            var result = edit.Run(image, done => calls = done);
            Assert.Equal(edit.Steps, calls);
            return (result.Picture, result.Outcome);
        }
        double Margin(Tensor picture)
        {
            var loss = new DenoisingLoss(denoiser, 10, 2);
            var z = model.Encode(picture);
            return loss.Of(z, prompts.Target) - loss.Of(z, prompts.Source);
        }
        using var alone = PictureEditCatalog.Create(PictureMethod.SdEdit, model, Settings(3), 5);
        var first = alone.Run(image).Picture;

        var (one, four) = (Best(1), Best(4));

        Assert.True(one.Picture.eq(first).all().item<bool>());
        // Of one, two, three and four pictures, each with those before it, the margin never rises, and for one of them it falls.
        double[] margins = [Margin(first), Margin(Best(2).Picture), Margin(Best(3).Picture), Margin(four.Picture)];
        for (var k = 1; k < margins.Length; k++) Assert.True(margins[k] <= margins[k - 1] + 1e-9, $"{margins[k]} after {margins[k - 1]}");
        Assert.True(margins[3] < margins[0]);
        Assert.True(four.Outcome.SamplesForwarded > 4 * one.Outcome.SamplesForwarded);
    }

    /// <summary>Here the lightest is asked for, then the darkest.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_judge_of_looks_comes_before_the_model(int sign)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var image = Picture();
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        var model = Model(denoiser, prompts);
        var seen = new List<double>();
        using var edit = new BestPicture(PictureMethod.SdEdit, model, denoiser, Settings(3), 5, 4, picture =>
        {
            seen.Add(sign * picture.mean().ToDouble());
            return seen[^1];
        });
        var chosen = edit.Run(image).Picture;
        Assert.Equal(4, seen.Distinct().Count());
        Assert.Equal(seen.Max(), sign * chosen.mean().ToDouble());
        Assert.Equal(new BestPictureOptions(4, true), edit.Options[^1]);
    }

    [Fact]
    public void A_region_that_covers_all_is_the_target_prompt_and_an_empty_one_is_none()
    {
        using var scope = NewDisposeScope();
        var image = Picture();
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        Tensor Run(params MaskedPrompt[] regions)
        {
            using var edit = PictureEditCatalog.Create(new(SamplerKind.DreamSampler), Model(denoiser, prompts),
                new EditSettings { SamplerSteps = 4, Strength = 1 }, 0, regions);
            return edit.Run(image).Picture;
        }
        var side = Model(denoiser, prompts).Encode(image).shape[2];

        var everywhere = Run();

        Assert.True((Run(new MaskedPrompt(prompts.Target, ones(1, 1, side, side))) - everywhere).abs().max().item<float>() < 1e-5);
        var nowhere = Run(new MaskedPrompt(prompts.Target, zeros(1, 1, side, side)));
        Assert.True((nowhere - everywhere).abs().max().item<float>() > 1e-4);
        Assert.True((nowhere - Run(new MaskedPrompt(prompts.Null))).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Regions_are_for_dreamsampler_alone()
    {
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        var error = Assert.Throws<DistillException>(() => PictureEditCatalog.Create(
            PictureMethod.SdEdit, Model(denoiser, prompts), new EditSettings(), 0, [new MaskedPrompt(prompts.Target)]));
        Assert.Contains("dreamsampler", error.Message, StringComparison.Ordinal);
    }

    private static Tensor Edit(string name, Tensor image, int steps = 2)
    {
        Assert.True(PictureMethod.TryParse(name, out var method));
        using var prompts = TinyModel.Prompts();
        using var denoiser = TinyModel.Denoiser();
        using var edit = PictureEditCatalog.Create(method, Model(denoiser, prompts), Settings(steps), seed: 0);
        return edit.Run(image).Picture;
    }

    // Weights are random: a low guidance keeps what they predict within bounds.
    private static EditSettings Settings(int steps) =>
        new() { Steps = steps, SamplerSteps = steps + 1, Guidance = 2, FprSteps = 1, Strength = .9 };

    private static Tensor Decoded(Tensor image)
    {
        using var noGrad = no_grad();
        return TinyModel.Model.Decode(TinyModel.Model.EncodeImage(image)).clamp(0, 1);
    }

    private static PictureModel Model(Denoiser denoiser, Prompts prompts) =>
        new(denoiser, prompts, TinyModel.Model.EncodeImage, TinyModel.Model.Decode);

    private static Tensor Picture()
    {
        using var generator = new Generator(5);
        return rand([1, 3, TinyModel.Model.ImageSize, TinyModel.Model.ImageSize], generator: generator);
    }
}
