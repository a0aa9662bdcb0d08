using System.Text;
using System.Text.RegularExpressions;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public class ColorLayersTests
{
    private static (string Text, int Layers, int Colors)? Separate(string content)
    {
        var document = SvgDocument.Parse(Encoding.UTF8.GetBytes($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\">{content}</svg>"), "a.svg");
        return ColorLayers.Separate(document, SceneOptions.Default) is var (bytes, layers, colors) ? (Encoding.UTF8.GetString(bytes), layers, colors) : null;
    }

    private static string[] Labels(string text) => [.. Regex.Matches(text, "inkscape:label=\"([^\"]*)\"").Select(m => m.Groups[1].Value)];

    /// <summary>Inkscape writes display:inline on every layer: the groups change nothing, and are told apart all the same.</summary>
    [Fact]
    public void Groups_that_change_nothing_have_their_colours()
    {
        var (text, layers, _) = Separate("<defs><path id='p' d='M9 0h9v9z'/></defs><g style='display:inline'><path fill='red' d='M0 0h9v9z'/></g><g style='display:inline'><path fill='lime' d='M20 0h9v9z'/></g>"
            + "<path fill='blue' d='M60 60h9v9z'/>")!.Value;
        Assert.Equal(3, layers);
        Assert.Equal(["#ff0000", "#00ff00", "#0000ff"], Labels(text));
        Assert.StartsWith("<svg", text, StringComparison.Ordinal);
        Assert.Contains("<defs><path id='p' d='M9 0h9v9z'/></defs>", text[..text.IndexOf("inkscape:label", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    /// <summary>What moves as one, or is spoken of by its id, stays one.</summary>
    [Theory]
    [InlineData("<g id='s'><animateTransform attributeName='transform' type='rotate' from='0' to='360' dur='2s'/>", "</g>")]
    [InlineData("<g id='b'>", "</g><set href='#b' attributeName='visibility' to='hidden' begin='1s'/>")]
    public void Groups_that_are_animated_stay_whole(string before, string after)
    {
        var content = before + "<path fill='red' d='M0 0h9v9z'/><path fill='blue' d='M20 0h9v9z'/>" + after + "<path fill='lime' d='M50 0h9v9z'/>";
        var (text, _, _) = Separate(content)!.Value;
        Assert.Contains(before + "<path fill='red' d='M0 0h9v9z'/><path fill='blue' d='M20 0h9v9z'/></g>", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Elements_of_a_colour_that_nothing_lies_between_are_one_layer()
    {
        var (text, layers, colors) = Separate("<title>t</title><rect id='a' width='10' height='10' fill='#f00'/><rect id='b' x='20' width='10' height='10' fill='#0f0'/>"
            + "<g transform='translate(40)' fill='red' id='g'><rect id='c' width='10' height='10'/><rect id='d' x='20' width='10' height='10' fill='#0f0'/></g>")!.Value;
        Assert.Equal((2, 2), (layers, colors));
        Assert.Equal(["#ff0000", "#00ff00"], Labels(text));
        Assert.True(text.IndexOf("id='c'", StringComparison.Ordinal) < text.IndexOf("id='b'", StringComparison.Ordinal));
        Assert.Single(Regex.Matches(text, "id='g'"));
        Assert.Equal(2, Regex.Count(text, "transform='translate\\(40\\)'")); // around each part, and no longer where the group stood
    }

    /// <summary>What a use shows stands elsewhere in the file, by nothing but the reference.</summary>
    [Theory]
    [InlineData("<path id='p' fill='red' d='M0 0h9v9z'/>", "")]
    [InlineData("<g id='p' fill='red'><path d='M0 0h9v9z'/><path d='M0 20h9v9z'/></g>", "")]
    [InlineData("<path id='p' d='M0 0h9v9z'/>", " fill='red' opacity='.5'")]
    public void A_use_without_a_transform_is_in_the_layer_of_its_colour(string shown, string more)
    {
        var (text, layers, colors) = Separate($"<defs>{shown}</defs><use href='#p'{more}/><path fill='blue' d='M20 0h9v9z'/><path fill='red' d='M40 0h9v9z'/>")!.Value;

        Assert.Equal((2, 2), (layers, colors));
        Assert.Equal(["#ff0000", "#0000ff"], Labels(text));
        Assert.Contains($"<use href='#p'{more}/>", text[text.IndexOf("label=\"#ff0000", StringComparison.Ordinal)..text.IndexOf("label=\"#0000ff", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public void A_colour_has_two_layers_where_another_lies_between()
    {
        var (text, layers, colors) = Separate("<rect width='50' height='50' fill='#f00'/><rect x='10' y='10' width='30' height='30' fill='#0f0'/><rect x='20' y='20' width='10' height='10' fill='#f00'/>")!.Value;
        Assert.Equal((3, 2), (layers, colors));
        Assert.Equal(["#ff0000", "#00ff00", "#ff0000 2"], Labels(text));
    }

    [Fact]
    public void A_group_that_acts_as_a_whole_stays_one()
    {
        var (text, _, _) = Separate("<rect width='9' height='9' fill='#f00'/><g opacity='.5'><rect x='20' width='9' height='9' fill='#f00'/><rect x='25' width='9' height='9' fill='#0f0'/></g>")!.Value;
        Assert.Equal(["#ff0000", "#00ff00 #ff0000"], Labels(text));
    }

    [Fact]
    public void What_a_group_holds_besides_stays_where_it_was_and_leaves_the_id_to_the_layers()
    {
        var (text, _, _) = Separate("<g id='g' fill='#f00'><!-- mine --><rect id='a' width='9' height='9'/><rect id='b' x='20' width='9' height='9' fill='#0f0'/><rect id='c' x='40' width='9' height='9'/></g>")!.Value;
        Assert.Contains("<g fill='#f00'><!-- mine --></g>", text);
        Assert.Contains("<g id='g' fill='#f00'><rect id='a'", text);
        Assert.Equal(1, Regex.Count(text, "id='g'"));
        Assert.Equal(["a", "c", "b"], Regex.Matches(text, "<rect id='(.)'").Select(m => m.Groups[1].Value));
    }

    [Fact]
    public void Layers_use_the_file_s_prefix_of_inkscape_and_of_svg()
    {
        var document = SvgDocument.Parse(Encoding.UTF8.GetBytes("<s:svg xmlns:s='http://www.w3.org/2000/svg' xmlns:ink='http://www.inkscape.org/namespaces/inkscape' viewBox='0 0 100 100'>"
            + "<s:rect width='9' height='9' fill='#f00'/><s:rect x='20' width='9' height='9' fill='#0f0'/></s:svg>"), "a.svg");
        var text = Encoding.UTF8.GetString(ColorLayers.Separate(document, SceneOptions.Default)!.Value.Bytes);
        Assert.Contains("<s:g ink:groupmode=\"layer\" ink:label=\"#ff0000\">", text);
        Assert.DoesNotContain("xmlns:inkscape", text);
    }

    [Fact]
    public void What_would_look_different_stays()
    {
        // The second rectangle is blue because it is the second.
        Assert.Null(Separate("<style>rect:nth-child(3){fill:#00f}</style><rect width='9' height='9' fill='#f00'/><rect x='20' width='9' height='9' fill='#0f0'/><rect x='40' width='9' height='9' fill='#f00'/>"));
        Assert.Null(Separate("<rect width='9' height='9' fill='#f00'/><rect x='20' width='9' height='9' fill='#f00'/>"));
    }
}
