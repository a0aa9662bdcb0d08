using SvgDistill.Diffusion.Models;
using SvgDistill.Tests;
using SvgDistill.Training.Data;
using SvgDistill.Training.Measuring;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Training.Tests;

/// <summary>Models compared by what they know of icons.</summary>
public sealed class ModelMeasurerTests : IDisposable
{
    private const int Side = 8;

    private static readonly PictureFeatures _meanColor = new(MeanColor, Side, "mean colour");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The mean colour tells red, blue and green things apart: of the icons all are recognised, of an untrained model's pictures few.</summary>
    [Fact]
    public void IconsAreRecognizedAndNoiseIsNot()
    {
        var measurer = new ModelMeasurer(Icons(), _meanColor, new MeasurePlan { Names = 3, Samples = 4, Steps = 3, Shown = 2 });
        Assert.Equal(["blue thing", "green thing", "red thing"], measurer.Asked);
        Assert.Equal(3, measurer.Subjects);
        using var model = DiffusionModel.Open(TestPaths.TinyModel);
        Assert.Equal((1, 1), measurer.IconsRecognized(model, default));
        using var figures = measurer.Measure(model, (_, _, _) => { }, default);
        Assert.InRange(figures.Recognized, 0, .67);
        Assert.Equal(1, figures.RecognizedInFive);
        Assert.True(figures.Distance > .01);
        Assert.True(figures.Loss > 0);
        Assert.Equal([4, 3, 96, 96], figures.Shown[1].shape);
        using var again = measurer.Measure(model, (_, _, _) => { }, default);
        Assert.Equal((figures.Loss, figures.Distance), (again.Loss, again.Distance));
    }

    /// <summary>Of a yellow and a blue one of the same name each would be nearest to the mean of both: itself is left out of it.</summary>
    [Fact]
    public void AnIconIsNotRecognizedByItself()
    {
        foreach (var (file, color) in new[] { ("a/odd", "#ff0"), ("b/odd", "#00f"), ("a/plain", "#f0a"), ("b/plain", "#f0a") })
        {
            Directory.CreateDirectory(_folder[file[..1]]);
            _folder.Write($"{file}-thing.svg", $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><rect width=\"8\" height=\"8\" fill=\"{color}\"/></svg>");
        }
        var icons = IconReader.Read([_folder["a"], _folder["b"]], CaptionTable.Empty, _ => { });
        using var model = DiffusionModel.Open(TestPaths.TinyModel);
        Assert.Equal((.5, 1), new ModelMeasurer(icons, _meanColor, new MeasurePlan()).IconsRecognized(model, default));
    }

    [Fact]
    public void OneIconOfEachSubjectTellsNothing()
    {
        var icons = Icons().DistinctBy(i => i.Subject).ToArray();
        Assert.Contains("no two subjects have two each", Assert.Throws<TrainingException>(() => new ModelMeasurer(icons, _meanColor, new MeasurePlan())).Message, StringComparison.Ordinal);
    }

    /// <summary>Of normal distributions on a line: |m1 - m2|² + (s1 - s2)².</summary>
    [Fact]
    public void TheDistanceOfFeaturesIsThatOfNormalDistributions()
    {
        double[][] Line(double mean, double spread) => [[mean - spread, 0], [mean + spread, 0]];
        Assert.Equal(0, FeatureDistance.Between(Line(1, 2), Line(1, 2)), 9);
        Assert.Equal(9 + 2 * Math.Pow(3 - 1, 2), FeatureDistance.Between(Line(1, 3), Line(4, 1)), 9);
    }

    private IReadOnlyList<Icon> Icons()
    {
        foreach (var (name, color) in new[] { ("red", "#f00"), ("green", "#0f0"), ("blue", "#00f") })
            foreach (var set in new[] { "a", "b" })
            {
                Directory.CreateDirectory(_folder[set]);
                _folder.Write($"{set}/{name}-thing.svg", $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><rect width=\"8\" height=\"{(set == "a" ? 8 : 6)}\" fill=\"{color}\"/></svg>");
            }
        return IconReader.Read([_folder["a"], _folder["b"]], CaptionTable.Empty, _ => { });
    }

    private static double[] MeanColor(Tensor picture)
    {
        Assert.Equal([1, 3, Side, Side], picture.shape);
        var mean = picture.mean([0L, 2, 3]).data<float>().ToArray();
        var length = Math.Sqrt(mean.Sum(x => (double)x * x));
        return [.. mean.Select(x => x / length)];
    }
}
