using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>Places and sizes of symbols and nested drawings, and transform attributes.</summary>
public class ViewportTests
{
    private static string Symbol(string attributes, string use) =>
        $"<symbol id='s' {attributes}><rect x='-50' y='-50' width='200' height='200'/></symbol><use href='#s' {use}/>";

    private static string Rect(string place) =>
        $"<rect{string.Concat(place.Split(' ').Zip(["x", "y", "width", "height"], (value, name) => $" {name}='{value}'"))}/>";

    /// <summary>A symbol cuts its content to its viewport.</summary>
    [Theory]
    [InlineData("x='-15' y='-5' width='30' height='20' viewBox='-10 -10 20 20'", "x='30' y='40'", "15 35 30 20")]
    [InlineData("x='5' y='6' width='30' height='20'", "", "5 6 30 20")]
    [InlineData("x='5' y='6' width='30' height='20'", "x='1' y='2' width='40' height='10'", "6 8 40 10")]
    [InlineData("width='30' height='20'", "width='auto' height='10'", "0 0 30 10")]
    [InlineData("width='50%' height='20%' x='10%'", "y='5'", "10 5 50 20")]
    [InlineData("", "x='20' y='30'", "20 30 100 100")]
    [InlineData("width='30' height='20' style='width:10px;x:4px'", "", "4 0 10 20")]
    [InlineData("width='30' height='20'", "style='width:10px;y:7px'", "0 7 10 20")]
    [InlineData("width='0' height='20'", "", "0 0 0 0")]
    public void Symbols_have_a_place_and_size(string symbol, string use, string expected) =>
        Assert.Equal(0, Pictures.Difference(Symbol(symbol, use), Rect(expected)), .01);

    /// <summary>The reference point, in the content's units, lies where x and y are; the viewport moves along.</summary>
    [Theory]
    [InlineData("refX='10' refY='5' width='40' height='20' viewBox='0 0 20 10'", "30 50 40 20")]
    [InlineData("refX='center' refY='bottom' width='40' height='20' viewBox='0 0 20 10'", "30 40 40 20")]
    [InlineData("refX='right' refY='top' width='40' height='20' viewBox='0 0 20 10'", "10 60 40 20")]
    [InlineData("refX='center' refY='center' width='40' height='20'", "30 50 40 20")]
    [InlineData("refX='50%' width='40' height='20' viewBox='-10 -5 20 10' x='3'", "13 60 40 20")]
    public void Symbols_have_a_reference_point(string symbol, string expected) =>
        Assert.Equal(0, Pictures.Difference(Symbol(symbol, "x='50' y='60'"), Rect(expected)), .01);

    [Theory]
    [InlineData("viewBox='0 0 20 2e-317'")]
    [InlineData("width='20' height='1e-310'")]
    public void A_side_without_a_reciprocal_is_none(string attributes)
    {
        var scene = SvgSceneReader.Read(SvgText.Document($"<svg xmlns='http://www.w3.org/2000/svg' {attributes}><path d='M0 0H9V9z'/></svg>")).Scene;
        var rasterizer = new SceneRasterizer(scene, 20, 20);
        rasterizer.Forward(scene.InitialValues());
        var gradient = new double[scene.Parameters.Length];
        rasterizer.Backward(Enumerable.Repeat(1f, 1600).ToArray(), gradient);
        Assert.All(gradient, g => Assert.True(double.IsFinite(g)));
    }

    [Theory]
    [InlineData("rotate(20deg)")]
    [InlineData("translate(5px,3)")]
    [InlineData("translate(5,3) rotate(1rad)")]
    [InlineData("Translate(5 3)")]
    [InlineData("translateX(5)")]
    [InlineData("translate(5,3),")]
    [InlineData("translate(5,3,)")]
    [InlineData("skewx(20)")]
    [InlineData("scale(50%)")]
    public void A_transform_attribute_that_breaks_its_grammar_is_as_if_absent(string transform)
    {
        const string shape = "<rect x='16' y='4' width='20' height='20'/>";
        Assert.Equal(0, Pictures.Difference($"<g transform='{transform}'>{shape}</g>", shape));
        const string stops = "<stop stop-color='red'/><stop offset='1' stop-color='blue'/>";
        string Filled(string attribute) => $"<linearGradient id='g' {attribute}>{stops}</linearGradient><rect width='90' height='90' fill='url(#g)'/>";
        Assert.Equal(0, Pictures.Difference(Filled($"gradientTransform='{transform}'"), Filled("")));
        string Tiled(string attribute) => $"<pattern id='g' width='.3' height='.3' {attribute}><circle r='8'/></pattern><rect width='90' height='90' fill='url(#g)'/>";
        Assert.Equal(0, Pictures.Difference(Tiled($"patternTransform='{transform}'"), Tiled("")));
    }

    [Fact]
    public void The_file_of_the_issue()
    {
        var text = File.ReadAllText(Path.Combine(TestPaths.Root, "tests", "fixtures", "svg", "deg-attribute.svg"));
        float[] Draw(string drawing)
        {
            var scene = SvgSceneReader.Read(SvgText.Document(drawing)).Scene;
            return new SceneRasterizer(scene, 80, 80).Forward(scene.InitialValues()).Data.ToArray();
        }
        Assert.Contains("rotate(20deg)", text, StringComparison.Ordinal);
        Assert.Equal(Draw(text.Replace("rotate(20deg)", "", StringComparison.Ordinal)), Draw(text));
    }

    [Theory]
    [InlineData("rotate(20deg)")]
    [InlineData("translateX(5px)")]
    [InlineData("rotate(.1turn)")]
    public void A_style_takes_units(string transform)
    {
        const string shape = "<rect x='16' y='4' width='20' height='20'/>";
        Assert.True(Pictures.Difference($"<g style='transform:{transform}'>{shape}</g>", shape) > .5);
    }

    [Theory]
    [InlineData("translate(5,3)rotate(20)")]
    [InlineData(" translate ( 5 , 3 ) , rotate(20)")]
    [InlineData("translate(5 3) rotate(20,0,0)")]
    [InlineData("translate(+5.0e0-.3e-1)translate(0 3.03)rotate(20)")]
    public void A_transform_attribute_of_numbers_is_read(string transform)
    {
        const string shape = "<rect x='16' y='4' width='20' height='20'/>";
        Assert.Equal(0, Pictures.Difference($"<g transform='{transform}'>{shape}</g>", $"<g style='transform:translate(5px,3px) rotate(20deg)'>{shape}</g>"), .01);
    }
}
