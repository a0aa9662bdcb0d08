using System.Text;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public sealed class ScenePartTests
{
    private const string Drawing = """
        <svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">
          <g id="pair" transform="translate(10 0)" opacity=".5">
            <rect id="left" width="10" height="20"/><rect id="right" x="10" width="10" height="20" fill-opacity=".3"/>
          </g>
          <rect id="over" width="40" height="20" fill="#fff"/><g id="empty"/>
        </svg>
        """;

    [Theory]
    [InlineData("left", 10, 20)]
    [InlineData("right", 20, 30)]
    [InlineData("over", 0, 40)]
    public void AnElementIsDrawnWhereItLiesWithWhatLiesOverItGone(string id, int from, int to)
    {
        var part = ScenePart.OfElement(Read(), id)!;

        var alpha = new SceneRasterizer(part, 40, 20).Forward(part.InitialValues(), keep: false).Plane(3);

        for (var x = 0; x < 40; x++) Assert.Equal(x >= from && x < to ? 1 : 0, alpha[10 * 40 + x], 1e-6f);
    }

    [Fact]
    public void AGroupIsDrawnWholeAndItsOpacityDoesNotCount()
    {
        var part = ScenePart.OfElement(Read(), "pair")!;

        var alpha = new SceneRasterizer(part, 40, 20).Forward(part.InitialValues(), keep: false).Plane(3);

        for (var x = 0; x < 40; x++) Assert.Equal(x is >= 10 and < 30 ? 1 : 0, alpha[10 * 40 + x], 1e-6f);
    }

    [Theory]
    [InlineData("nosuch")]
    [InlineData("empty")]
    public void WhatDrawsNothingIsNoPart(string id) => Assert.Null(ScenePart.OfElement(Read(), id));

    private static Scene Read() => SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(Drawing), "drawing")).Scene;
}
