using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Models;
using SvgDistill.Tests;
using SvgDistill.Training.Data;
using SvgDistill.Training.Teaching;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Training.Tests;

/// <summary>A style taught to a tiny model.</summary>
public sealed class StyleLessonTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DiffusionModel model = DiffusionModel.Open(TestPaths.Fixture("tiny-sd15"));

    public StyleLessonTests() => TinyRun.WriteIcons(folder);

    public void Dispose()
    {
        model.Dispose();
        folder.Dispose();
    }

    [Theory, Trait("Category", "Slow")]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatIsLearntIsAFileThatTheReaderTakesAndThatLowersTheLoss(bool convolutions)
    {
        using var lesson = Lesson(60, convolutions);
        Assert.Equal((7, 1), (lesson.Taught, lesson.HeldOut));
        var before = lesson.TaughtLoss(withStyle: false);
        Assert.Equal(before, lesson.TaughtLoss(withStyle: true));
        lesson.Run(() => { }, default);
        var after = lesson.TaughtLoss(withStyle: true);
        Assert.True(after < before, $"{before} -> {after}");
        Assert.Equal(before, lesson.TaughtLoss(withStyle: false));
        lesson.Write(folder["style.safetensors"], "style");
        using (var lora = LoraAdapter.Open(folder["style.safetensors"], model)) Assert.Equal(lesson.Layers, lora.Layers);
        model.AddLora(folder["style.safetensors"]);
        Assert.Equal(after, lesson.TaughtLoss(withStyle: false), 1e-9);
    }

    [Fact, Trait("Category", "Slow")]
    public void ALessonThatWasCutOffEndsInTheSameBytes()
    {
        using (var whole = Lesson(9))
        {
            whole.Run(() => { }, default);
            whole.Write(folder["whole.safetensors"], "style");
        }
        using (var first = Lesson(9))
        using (var stop = new CancellationTokenSource())
        {
            first.Run(() =>
            {
                if (first.Done == 4) first.Save(folder["state"]);
                if (first.Done == 6) stop.Cancel(); // Two steps are lost, as with a kill.
            }, stop.Token);
        }
        using (var second = Lesson(9))
        {
            Assert.True(second.Resume(folder["state"]));
            Assert.Equal(4, second.Done);
            second.Run(() => { }, default);
            second.Write(folder["cut.safetensors"], "style");
        }
        Assert.Equal(File.ReadAllBytes(folder["whole.safetensors"]), File.ReadAllBytes(folder["cut.safetensors"]));
        using var other = Lesson(10);
        Assert.Contains("--restart", Assert.Throws<TrainingException>(() => other.Resume(folder["state"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FourIconsAreTooFew()
    {
        var icons = Icons().Take(4).ToArray();
        Assert.Contains("4 usable icons", Assert.Throws<TrainingException>(() => new StyleLesson(model, icons, new TeachOptions())).Message, StringComparison.Ordinal);
    }

    private StyleLesson Lesson(int steps, bool convolutions = false) => new(model, Icons(), new TeachOptions { Steps = steps, Rank = 4, Batch = 4, Rate = 3e-3, Mirror = false, MostPixels = 1, Convolutions = convolutions });

    private IReadOnlyList<Icon> Icons() => IconReader.Read([folder["icons"]], CaptionTable.Empty, _ => { });
}
