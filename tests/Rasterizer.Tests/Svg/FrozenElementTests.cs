using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public sealed class FrozenElementTests
{
    private static IEnumerable<(string, string)> Of(string content, SceneOptions? options = null) =>
        FrozenElements.Of(SvgText.Read(content, options), options ?? SceneOptions.Default).Select(f => (f.Element.Id ?? f.Element.TagName, f.Why));

    [Fact]
    public void What_may_move_is_not_among_them() => Assert.Empty(Of("<path d='M0 0h9v9z'/><g><circle r='4' fill='red'/></g>"));

    [Fact]
    public void Locks_are_named_where_they_are() => Assert.Equal(
        [("a", "--freeze or --lock names it"), ("b", "--freeze or --lock names the <g> around it")],
        Of("<rect id='a' width='9' height='9'/><g class='k'><rect id='b' width='9' height='9'/></g><rect id='c' width='9' height='9'/>", SceneOptions.Default with { Lock = ["#a", ".k"] }));

    [Fact]
    public void A_selection_leaves_the_rest() => Assert.Equal([("a", "--only does not name it")],
        Of("<rect id='a' width='9' height='9'/><rect id='b' width='9' height='9'/>", SceneOptions.Default with { Only = ["#b"] }));

    [Fact]
    public void What_masks_and_patterns_hold_moves_only_when_named()
    {
        const string Content = "<mask id='m'><rect id='in' width='50' height='50' fill='#fff'/></mask><rect id='a' width='90' height='90' mask='url(#m)'/>";
        Assert.Equal([("in", "what a <mask> holds moves only where --only names it")], Of(Content));
        Assert.Empty(Of(Content, SceneOptions.Default with { Only = ["#in", "#a"] }));
    }

    [Fact]
    public void Kinds_of_numbers_that_are_not_asked_for_stay() => Assert.Equal([("path", "its numbers are of kinds that --optimize, --move or locks leave out")],
        Of("<path d='M0 0h9v9z'/><rect width='9' height='9' fill='red'/>", SceneOptions.Default with { Optimize = OptimizeKinds.Colors }));

    [Fact]
    public void Text_pictures_and_what_is_not_drawn_say_so() => Assert.Equal(
        [("text", "letters keep their form; --outline-text makes them paths"), ("image", "a picture's pixels stay"), ("rect", "nothing of it is drawn")],
        Of("<text y='20'>a</text><image width='5' height='5' href='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBRAA7'/><rect display='none' width='9' height='9'/>",
            SceneOptions.Default));

    [Fact]
    public void Locked_numbers_count_as_locked()
    {
        var scene = SvgText.Read("<rect width='9' height='9' x='1' y='1'/>");
        var all = Enumerable.Range(0, scene.Scene.Parameters.Length).ToHashSet();
        Assert.Equal("rect", Assert.Single(FrozenElements.Of(scene, SceneOptions.Default, all)).Element.TagName);
    }
}
