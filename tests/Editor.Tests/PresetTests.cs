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

        Assert.Equal(PictureMethod.SdEdit, quick.Via);
        Assert.True(thorough.Pictures > quick.Pictures);
        Assert.True(thorough.Refine > quick.Refine);
        Assert.True(thorough.Restructure);
        Assert.False(quick.Restructure);
        Assert.Equal(_silent, EditPreset.Balanced.Apply(_silent));
    }

    [Fact]
    public void WhatARequestNamesComesFirst()
    {
        var given = _silent with { Via = new PictureMethod(SamplerKind.PlugAndPlay), Pictures = 7, Refine = 0 };

        var applied = EditPreset.Thorough.Apply(given);

        Assert.Equal(given.Via, applied.Via);
        Assert.Equal(7, applied.Pictures);
        Assert.Equal(0, applied.Refine);
    }

    [Fact]
    public void AMethodKeepsTheEditFromGoingByAPicture()
    {
        var applied = EditPreset.Thorough.Apply(_silent with { Method = MethodName.Ids });

        Assert.Null(applied.Via);
        Assert.Null(applied.Refine);
        Assert.True(applied.Restructure);
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
