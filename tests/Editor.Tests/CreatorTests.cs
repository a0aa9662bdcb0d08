using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Sampling;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Creating;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Reporting;
using SvgDistill.Tests;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Tests;

/// <summary>Which pictures drawings are made after.</summary>
public sealed class CreatorTests
{
    private static readonly CreateRequest _request = new() { Prompt = "an owl", Count = 2, Paths = 2, Steps = 0 };

    /// <summary>LoRAs may be in the prompt's prediction alone; asked for nothing they are everywhere.</summary>
    [Fact]
    public void LorasMayBeInThePromptAlone()
    {
        using var noGrad = no_grad();
        using var model = DiffusionModel.Open(TestPaths.Fixture("tiny-sd15"));
        model.AddLora(TestPaths.Fixture("tiny-lora", "pytorch_lora_weights.safetensors"));
        using var clip = ClipModel.Open(TestPaths.Fixture("tiny-clip"));
        using var scorer = new ClipScorer(clip);
        // Of the first picture, after which it is stopped; CLIP sees the picture alone.
        double Score(LoraPlace? place, ClipScorer? judge = null)
        {
            using var creator = new Creator(_request with { LoraPlace = place }, model, new SilentReporter(), judge);
            using var stop = new CancellationTokenSource();
            var state = new CreationState("");
            Assert.Throws<OperationCanceledException>(() => creator.Run(state, stop.Cancel, stop.Token));
            return Assert.Single(state.Scores);
        }
        var everywhere = Score(null);
        Assert.Equal(everywhere, Score(LoraPlace.Both));
        Assert.NotEqual(everywhere, Score(LoraPlace.Target));
        Assert.NotEqual(Score(null, scorer), Score(LoraPlace.Target, scorer));
    }

    /// <summary>The model's own score chooses among four pictures, a CLIP among six by the cosine of picture and prompt; the best of them are drawn, the best drawing comes first.</summary>
    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 6)]
    public void TheBestPicturesAreDrawn(bool isJudged, int samples)
    {
        using var noGrad = no_grad();
        using var model = DiffusionModel.Open(TestPaths.TinyModel);
        using var clip = ClipModel.Open(TestPaths.Fixture("tiny-clip"));
        using var scorer = new ClipScorer(clip);
        using var creator = new Creator(_request, model, new SilentReporter(), isJudged ? scorer : null);
        var state = new CreationState("");
        var made = creator.Run(state, () => { }, default);
        Assert.Equal((samples, samples), (creator.Samples, state.Scores.Count));
        Assert.Equal(state.Scores.Index().OrderByDescending(s => s.Item).Take(2).Select(s => (long)s.Index).Order(), made.Select(m => m.Seed).Order());
        Assert.All(made, m => Assert.Equal(state.Scores[(int)m.Seed], m.PictureScore));
        Assert.Equal(made.OrderByDescending(m => isJudged ? m.ClipScore!.Value : m.Score), made);
        Assert.All(made, m => Assert.Equal(isJudged, m.ClipScore is not null));
        if (!isJudged) return;
        using var scope = NewDisposeScope();
        var side = scorer.PictureSide;
        var picture = nn.functional.interpolate(DdimSampler.TextToImage(model, creator.Words, "", 3, 30, 5, model.ImageSize), [side, side], mode: InterpolationMode.Bicubic, align_corners: false).clamp(0, 1);
        Assert.Equal(scorer.Score(picture.ToPicture(), "an owl"), state.Scores[3], 6);
        // The drawing's own likeness is that of the file.
        var drawing = MeasuredDrawing.Read(made[0].Svg, "made.svg");
        Assert.Equal(scorer.Score(drawing.Draw(side, (1, 1, 1)), "an owl"), made[0].ClipScore!.Value, .1);
    }
}
