using System.Text;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public class SelectionTests
{
    private const string Layers = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:inkscape=\"http://www.inkscape.org/namespaces/inkscape\" xmlns:serif=\"http://www.serif.com/\" viewBox=\"0 0 10 10\">"
        + "<style>.warm{fill:#f00}</style>"
        + "<linearGradient id=\"sky\"><stop stop-color=\"#00f\"/><stop offset=\"1\" stop-color=\"#0ff\"/></linearGradient>"
        + "<g inkscape:label=\"Left, eye\" id=\"g1\"><path id=\"a\" class=\"warm\" d=\"M0 0h2v2z\"/></g>"
        + "<g data-name=\"Beak\" id=\"g2\" opacity=\".5\" transform=\"rotate(5)\"><path id=\"b\" class=\"warm\" d=\"M4 0h2v2z\"/><path id=\"d\" d=\"M5 5h2v2z\"/></g>"
        + "<g serif:id=\"Wing\" id=\"g3\"><path id=\"c\" fill=\"url(#sky)\" d=\"M7 0h2v2z\"/></g></svg>";

    private static SvgScene Read(SceneOptions options) => SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(Layers), "layers.svg"), options with { Optimize = OptimizeKinds.All });

    private static string Moved(SceneOptions options)
    {
        var svg = Read(options);
        return Encoding.UTF8.GetString(SvgWriter.Write(svg, [.. svg.Scene.Parameters.Select(p => p.IsLeaf ? p.Initial + .125 * p.Unit : p.Initial)]));
    }

    private static string Text(string svg, string id)
    {
        var start = svg.LastIndexOf('<', svg.IndexOf($"id=\"{id}\"", StringComparison.Ordinal));
        var name = svg[(start + 1)..svg.IndexOf(' ', start)];
        return svg[start..(name == "path" ? svg.IndexOf("/>", start, StringComparison.Ordinal) : svg.IndexOf($"</{name}>", start, StringComparison.Ordinal))];
    }

    [Theory]
    [InlineData("Left\\, eye", "g1")]
    [InlineData("Beak", "g2")]
    [InlineData("Wing", "g3")]
    [InlineData("g2", "g2")]
    [InlineData("#b", "b")]
    [InlineData("g > .warm", "b")]
    [InlineData("[id=sky]", "sky")]
    [InlineData("stop", "sky")]
    [InlineData("[inkscape|label='Left, eye']", "a")]
    public void What_is_frozen_keeps_its_text(string selector, string id)
    {
        Assert.NotEqual(Text(Layers, id), Text(Moved(SceneOptions.Default), id));
        Assert.Equal(Text(Layers, id), Text(Moved(new SceneOptions { Lock = [selector] }), id));
    }

    [Fact]
    public void A_frozen_style_sheet_keeps_its_colours()
    {
        Assert.DoesNotContain(".warm{fill:#f00}", Moved(SceneOptions.Default));
        Assert.Contains(".warm{fill:#f00}", Moved(new SceneOptions { Lock = ["style"] }));
        Assert.Contains(".warm{fill:#f00}", Moved(new SceneOptions { Lock = ["#a"] })); // the rule colours it
    }

    [Fact]
    public void A_group_of_something_frozen_does_not_turn_or_fade()
    {
        var start = "<g data-name=\"Beak\" id=\"g2\" opacity=\".5\" transform=\"rotate(5)\">";
        Assert.DoesNotContain(start, Moved(SceneOptions.Default));
        var frozen = Moved(new SceneOptions { Lock = ["#b"] });
        Assert.Contains(start, frozen);
        Assert.NotEqual(Text(Layers, "d"), Text(frozen, "d"));
        Assert.Contains(start, Moved(new SceneOptions { Lock = ["#b"], Move = MoveUnits.Groups }));
    }

    [Fact]
    public void Only_a_layer_moves()
    {
        var moved = Moved(new SceneOptions { Only = ["Wing"] });
        Assert.NotEqual(Text(Layers, "c"), Text(moved, "c"));
        foreach (var id in new[] { "g1", "g2" }) Assert.Equal(Text(Layers, id), Text(moved, id));
    }

    [Theory]
    [InlineData("#g4", "\"#g1\", \"#g2\", \"#g3\"")]
    [InlineData("Left eyes", "\"Left, eye\"")]
    [InlineData(".warn", "\".warm\"")]
    [InlineData("Baek", "\"Beak\"")]
    [InlineData("xyzzy-unlike-all", "\"#sky\", \"#g1\"")]
    public void What_selects_nothing_is_told_what_is_near(string selector, string near)
    {
        var message = Assert.Throws<SvgException>(() => Read(new SceneOptions { Lock = [selector] })).Message;
        Assert.Contains($"\"{selector}\"", message);
        Assert.Contains(near, message);
    }
}
