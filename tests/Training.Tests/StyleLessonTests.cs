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
    private readonly TempFolder _folder = new();
    private readonly DiffusionModel _model = DiffusionModel.Open(TestPaths.Fixture("tiny-sd15"));

    public StyleLessonTests() => TinyRun.WriteIcons(_folder);

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
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
        lesson.Write(_folder["style.safetensors"], "style");
        using (var lora = LoraAdapter.Open(_folder["style.safetensors"], _model)) Assert.Equal(lesson.Layers, lora.Layers);
        _model.AddLora(_folder["style.safetensors"]);
        // Two ways to the same sums in single precision.
        Assert.Equal(after, lesson.TaughtLoss(withStyle: false), 1e-7);
    }

    [Fact, Trait("Category", "Slow")]
    public void ALessonThatWasCutOffEndsInTheSameBytes()
    {
        using (var whole = Lesson(9))
        {
            whole.Run(() => { }, default);
            whole.Write(_folder["whole.safetensors"], "style");
        }
        using (var first = Lesson(9))
        using (var stop = new CancellationTokenSource())
        {
            first.Run(() =>
            {
                if (first.Done == 4) first.Save(_folder["state"]);
                if (first.Done == 6) stop.Cancel(); // Two steps are lost, as with a kill.
            }, stop.Token);
        }
        using (var second = Lesson(9))
        {
            Assert.True(second.Resume(_folder["state"]));
            Assert.Equal(4, second.Done);
            second.Run(() => { }, default);
            second.Write(_folder["cut.safetensors"], "style");
        }
        Assert.Equal(File.ReadAllBytes(_folder["whole.safetensors"]), File.ReadAllBytes(_folder["cut.safetensors"]));
        using var other = Lesson(10);
        Assert.Contains("--restart", Assert.Throws<TrainingException>(() => other.Resume(_folder["state"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FourIconsAreTooFew()
    {
        var icons = Icons().Take(4).ToArray();
        Assert.Contains("4 usable icons", Assert.Throws<TrainingException>(() => new StyleLesson(_model, icons, new TeachOptions())).Message, StringComparison.Ordinal);
    }

    private StyleLesson Lesson(int steps, bool convolutions = false) => new(_model, Icons(), new TeachOptions { Steps = steps, Rank = 4, Batch = 4, Rate = 3e-3, Mirror = false, MostPixels = 1, Convolutions = convolutions });

    private IReadOnlyList<Icon> Icons() => IconReader.Read([_folder["icons"]], CaptionTable.Empty, _ => { });
}
