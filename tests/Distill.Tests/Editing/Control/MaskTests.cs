using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Control;

public class MaskTests
{
    // White where x is more than 64 of 128.
    private static RgbaImage RightHalf(int width = 64, int height = 64)
    {
        var pixels = new byte[4 * width * height];
        for (var i = 0; i < width * height; i++) pixels.AsSpan(4 * i, 4).Fill(255);
        for (var i = 0; i < width * height; i++)
            if (i % width < width / 2) pixels.AsSpan(4 * i, 3).Clear();
        return new(width, height, pixels);
    }

    private static Dictionary<string, double> Weights(string content, Func<Scene, ChangeMask> mask, string id)
    {
        var scene = SvgEdit.Read(content, new Rasterizer.Svg.SceneOptions { Optimize = Rasterizer.Svg.OptimizeKinds.All }).Scene;
        var weights = MaskWeights.Of(scene, mask(scene));
        return scene.Parameters.Select((p, i) => (p, i)).Where(p => p.p.Element.Id == id).ToDictionary(p => p.p.Name, p => weights[p.i]);
    }

    private static void AllWeigh(double weight, Dictionary<string, double> weights)
    {
        Assert.NotEmpty(weights);
        Assert.All(weights.Values, w => Assert.Equal(weight, w));
    }

    private static ChangeMask Half(Scene scene) => ChangeMask.OfPicture(scene, RightHalf(), "half.png", 0);

    [Fact]
    public void A_shape_in_the_black_does_not_move_and_one_in_the_white_does()
    {
        const string content = "<circle id='l' cx='30' cy='64' r='10' fill='#f00'/><path id='m' d='M40 100H60V110Z' fill='#0f0'/><rect id='r' x='80' y='30' width='20' height='20' rx='3' fill='#00f' stroke='#fff' stroke-width='2'/>";
        Assert.All(Weights(content, Half, "l").Values, w => Assert.Equal(0, w));
        Assert.All(Weights(content, Half, "m").Values, w => Assert.Equal(0, w));
        Assert.All(Weights(content, Half, "r").Values, w => Assert.Equal(1, w));
    }

    [Fact]
    public void Of_a_shape_across_the_edge_only_points_in_the_white_move()
    {
        var weights = Weights("<path id='p' transform='translate(20)' d='M20 20L60 20C70 20 42 40 60 60L20 60Z' fill='#f00' fill-opacity='.9'/>", Half, "p");
        Assert.Equal([0, 1, 1, 0, 1, 0], [.. new[] { 0, 1, 2, 3, 4, 5 }.Select(i => weights[$"d[{i}].x"])]);
        Assert.Equal(0, weights["fill.r"]);
        Assert.Equal(0, weights["fill-opacity"]);
    }

    [Fact]
    public void A_handle_moves_no_more_than_its_node()
    {
        var weights = Weights("<path id='p' d='M40 20C80 20 90 60 100 60L100 80L40 80Z'/>", Half, "p");
        Assert.Equal([0, 0, 1, 1], [.. new[] { 0, 1, 2, 3 }.Select(i => weights[$"d[{i}].y"])]);
        weights = Weights("<path id='p' d='M100 20C90 20 80 60 40 60L40 80L100 80Z'/>", Half, "p");
        Assert.Equal([1, 1, 0, 0], [.. new[] { 0, 1, 2, 3 }.Select(i => weights[$"d[{i}].y"])]);
    }

    [Theory]
    [InlineData("<g transform='translate(-60)'><circle id='s' cx='120' cy='64' r='9' transform='rotate(1)'/></g>")]
    [InlineData("<linearGradient id='g'><stop/><stop id='s' offset='.9'/></linearGradient><rect x='50' width='30' height='9' fill='url(#g)'/>")]
    [InlineData("<clipPath id='c'><circle id='s' cx='80' cy='9' r='9'/></clipPath><g clip-path='url(#c)'><rect x='50' width='40' height='20'/></g>")]
    [InlineData("<mask id='m'><circle id='s' cx='80' cy='9' r='9' fill='#fff'/></mask><g mask='url(#m)'><rect x='50' width='40' height='20'/></g>")]
    [InlineData("<pattern id='q' width='9' height='9' patternUnits='userSpaceOnUse'><circle id='s' r='4'/></pattern><rect x='50' width='30' height='9' fill='url(#q)'/>")]
    [InlineData("<filter id='f'><feFlood id='s' flood-color='red'/></filter><rect x='80' width='20' height='20' filter='url(#f)'/>")]
    public void What_acts_on_a_shape_as_a_whole_stays_where_the_shape_meets_black(string content)
    {
        AllWeigh(0, Weights(content, Half, "s"));
    }

    [Theory]
    [InlineData("<g transform='translate(-20)'><circle id='s' cx='120' cy='64' r='9' transform='rotate(1)'/></g>")]
    [InlineData("<linearGradient id='g'><stop/><stop id='s' offset='.9'/></linearGradient><rect x='80' width='30' height='9' fill='url(#g)'/>")]
    [InlineData("<clipPath id='c'><circle id='s' cx='80' cy='9' r='9'/></clipPath><g clip-path='url(#c)'><rect x='70' width='40' height='20'/></g>")]
    [InlineData("<mask id='m'><circle id='s' cx='80' cy='9' r='9' fill='#fff'/></mask><g mask='url(#m)'><rect x='70' width='40' height='20'/></g>")]
    [InlineData("<pattern id='q' width='9' height='9' patternUnits='userSpaceOnUse'><circle id='s' r='4'/></pattern><rect x='80' width='30' height='9' fill='url(#q)'/>")]
    public void It_moves_where_the_shape_lies_in_the_white(string content)
    {
        AllWeigh(1, Weights(content, Half, "s"));
    }

    [Fact]
    public void A_pixel_that_is_hardly_covered_does_not_count() =>
        Assert.All(Weights("<rect id='r' x='63.96' width='30' height='30' fill='#00f'/>", Half, "r").Values, w => Assert.Equal(1, w));

    [Theory]
    [InlineData(10, 0)]
    [InlineData(50, 0)]
    [InlineData(90, 1)]
    public void A_picture_moves_where_it_lies_in_the_white(int x, double weight)
    {
        const string png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC";
        AllWeigh(weight, Weights($"<g id='g' transform='translate({x})' opacity='.9'><image width='20' height='20' href='data:image/png;base64,{png}'/></g>", Half, "g"));
    }

    [Fact]
    public void Black_stays_black_under_a_soft_edge_and_the_white_rises()
    {
        var scene = SvgEdit.Read("<rect width='128' height='128'/>").Scene;
        var mask = ChangeMask.OfPicture(scene, RightHalf(), "half.png", .1);
        var row = Enumerable.Range(0, 128).Select(x => mask.At(x + .5, 64)).ToArray();
        Assert.All(row[..64], w => Assert.Equal(0, w));
        for (var x = 64; x < 127; x++) Assert.True(row[x + 1] >= row[x]);
        Assert.InRange(row[64 + 9], .45, .58); // half of a tenth of the diagonal
        Assert.Equal(1, row[^1]);
    }

    [Fact]
    public void An_element_may_change_wholly_and_what_is_near_a_little()
    {
        const string content = "<circle id='eye' cx='40' cy='40' r='12' fill='#f00'/><circle id='near' cx='40' cy='60' r='2'/><circle id='far' cx='100' cy='100' r='9'/>";
        ChangeMask Eye(Scene scene) => ChangeMask.OfElement(scene, "eye", .1);
        Assert.All(Weights(content, Eye, "eye").Values, w => Assert.Equal(1, w));
        Assert.All(Weights(content, Eye, "near").Values, w => Assert.InRange(w, .3, .6));
        Assert.All(Weights(content, Eye, "far").Values, w => Assert.Equal(0, w));
        var sharp = Weights(content, scene => ChangeMask.OfElement(scene, "eye", 0), "near");
        Assert.All(sharp.Values, w => Assert.Equal(0, w));
    }

    // Layers of drawing programs: of one shape, in another, of several, moved.
    [Theory]
    [InlineData("<g id='m'><circle id='a' cx='40' cy='40' r='12' fill='#f00'/></g>")]
    [InlineData("<g id='m'><g id='n'><circle id='a' cx='40' cy='40' r='12' fill='#f00'/></g></g>")]
    [InlineData("<g id='m' fill='#f00'><circle id='a' cx='40' cy='40' r='12'/><circle cx='60' cy='40' r='12'/></g>")]
    [InlineData("<g id='m' transform='translate(9)'><circle id='a' cx='40' cy='40' r='12' fill='#f00'/></g>")]
    public void A_group_s_place_is_that_of_what_it_holds(string content)
    {
        static ChangeMask Layer(Scene scene) => ChangeMask.OfElement(scene, "m", 0);
        AllWeigh(1, Weights(content + "<circle id='far' cx='100' cy='100' r='9'/>", Layer, "a"));
        AllWeigh(0, Weights(content + "<circle id='far' cx='100' cy='100' r='9'/>", Layer, "far"));
    }

    [Fact]
    public void What_is_shared_moves_as_its_darkest_place_says()
    {
        const string content = "<g id='g' fill='#f00'><rect id='a' x='90' width='9' height='9'/><rect id='b' x='9' width='9' height='9'/></g>";
        Assert.Equal(0, Weights(content, Half, "g")["fill.r"]);
        Assert.Equal(1, Weights(content, Half, "a")["x"]);
    }

    [Fact]
    public void A_mask_of_another_form_or_without_white_is_refused()
    {
        var scene = SvgEdit.Read("<rect width='128' height='128'/><g id='empty'/>").Scene;
        Assert.Contains("another form", Assert.Throws<SvgDistillException>(() => ChangeMask.OfPicture(scene, RightHalf(64, 32), "m.png", 0)).Message);
        Assert.Contains("black all over", Assert.Throws<SvgDistillException>(() => ChangeMask.OfPicture(scene, new RgbaImage(8, 8), "m.png", 0)).Message);
        Assert.Contains("#empty", Assert.Throws<DistillException>(() => ChangeMask.OfElement(scene, "empty", 0)).Message);
    }
}
