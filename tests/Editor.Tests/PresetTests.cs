using System.Text;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Evaluating;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Editor.Tests;

public sealed class PresetTests
{
    private static readonly EditRequest _silent = new() { Input = "a.svg", Target = "a pear" };

    [Fact]
    public void ARequestThatIsSilentGetsWhatThePresetSets()
    {
        var quick = EditPreset.Quick.Apply(_silent);
        var thorough = EditPreset.Thorough.Apply(_silent);

        Assert.True(quick.Settings.Steps < EditSettings.Defaults.Steps);
        Assert.True(quick.Settings.PointRate > EditSettings.Defaults.PointRate);
        Assert.True(thorough.Settings.Steps > EditSettings.Defaults.Steps);
        Assert.Equal(_silent, EditPreset.Balanced.Apply(_silent));
    }

    [Fact]
    public void WhatARequestNamesComesFirst()
    {
        var given = _silent with { Settings = new() { Steps = 7, ColorRate = .5 } };

        var applied = EditPreset.Quick.Apply(given);

        Assert.Equal((7, .5), (applied.Settings.Steps, applied.Settings.ColorRate));
        Assert.Equal(EditPreset.Quick.Apply(_silent).Settings.PointRate, applied.Settings.PointRate);
        Assert.Equal(7, EditPreset.Thorough.Apply(given).Settings.Steps);
    }

    [Fact]
    public void TheBudgetIsWhatWasGivenElseAThirdOfTheShapes()
    {
        var drawing = string.Concat(Enumerable.Range(0, 12).Select(i => $"<rect x='{i}' width='1' height='1'/>"));
        var scene = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg'>{drawing}</svg>"), "a.svg")).Scene;

        Assert.Equal(0, ShapeGrowth.Budget(_silent, scene));
        Assert.Equal(4, ShapeGrowth.Budget(_silent with { Restructure = true }, scene));
        Assert.Equal(0, ShapeGrowth.Budget(_silent with { Restructure = true, AddPaths = 0 }, scene));
    }

    [Fact]
    public void ThePresetComesBeforeTheModel()
    {
        var model = new ModelDefaults { Steps = 200, PointRate = .004 };

        var resolved = EditSettings.Resolve(MethodName.Ids, EditPreset.Quick.Apply(_silent).Settings, model);

        Assert.Equal((80, .006), (resolved.Steps, resolved.PointRate));
    }

    [Fact]
    public void ByWayOfAPictureStepsAreThePicture_s()
    {
        var via = _silent with { Via = PictureMethod.SdEdit };

        Assert.Equal(via, EditPreset.Quick.Apply(via));
        Assert.Null(EditPreset.Thorough.Apply(via).Settings.Steps);
        Assert.True(EditPreset.Thorough.Apply(via).Pictures > EditRequest.SeenPictures);
        Assert.Equal(1, EditPreset.Thorough.Apply(via with { Pictures = 1 }).Pictures);
    }

    [Fact]
    public void RecolorAndReshapeSayWhatMayChange()
    {
        Assert.Equal(OptimizeKinds.Colors, EditPreset.Recolor.Apply(_silent).Scene.Optimize);
        Assert.Equal(OptimizeKinds.Points | OptimizeKinds.StrokeWidths, EditPreset.Reshape.Apply(_silent).Scene.Optimize);
        var given = _silent with { Scene = new SceneOptions { Optimize = OptimizeKinds.Opacities } };
        Assert.Equal(OptimizeKinds.Opacities, EditPreset.Recolor.Apply(given).Scene.Optimize);
    }

    [Theory]
    [InlineData("quick")]
    [InlineData("balanced")]
    [InlineData("thorough")]
    [InlineData("recolor")]
    [InlineData("reshape")]
    public void APresetIsARowOfAnEvaluation(string name)
    {
        var row = EvaluatedRow.Parse("preset:" + name);

        Assert.Equal("preset:" + name, row.Name);
        Assert.DoesNotContain(':', row.FolderName);
        Assert.Equal(EditPresets.Parse(name)!.Value.Apply(_silent), row.Apply(_silent));
    }

    [Fact]
    public void APresetThatThereIsNotIsRefusedByName() =>
        Assert.Contains("preset 'fast'", Assert.Throws<EditorException>(() => EvaluatedRow.Parse("preset:fast")).Message, StringComparison.Ordinal);
}
