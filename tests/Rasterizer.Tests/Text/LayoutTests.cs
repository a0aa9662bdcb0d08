using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Text;

/// <summary>Where characters lie, by the font's own numbers: Noto Mono's are all 1229 of 2048 units wide.</summary>
public sealed class LayoutTests
{
    private const double Cell = 1229 / 2048.0;

    private static (double Left, double Top, double Right, double Bottom) Box(string text) =>
        TextCase.Box(TextCase.Shapes(TextCase.Read($"<g font-family='Noto Mono' font-size='10'>{text}</g>")));

    private static double Left(string text) => Box(text).Left;

    private static double Width(string text) => Box(text).Right - Box(text).Left;

    [Theory]
    [InlineData("<text>II</text>", 1)]
    [InlineData("<text letter-spacing='3'>II</text>", 1 + .3 / Cell)]
    [InlineData("<text word-spacing='3'>I I</text>", 2 + .3 / Cell)]
    [InlineData("<text>I<tspan dx='3'>I</tspan></text>", 1 + .3 / Cell)]
    [InlineData("<text x='0 40'>II</text>", 4 / Cell)]
    [InlineData("<text>I <tspan> I</tspan></text>", 2)]
    [InlineData("<text xml:space='preserve'>I <tspan> I</tspan></text>", 3)]
    [InlineData("<text style='white-space:pre'>I  I</text>", 3)]
    [InlineData("<text>\n  I\n\tI  </text>", 2)]
    [InlineData("<text>I<title>no</title>I<desc>no</desc></text>", 1)]
    [InlineData("<text>I<tspan display='none'>xxxx</tspan>I</text>", 1)]
    public void Two_letters_lie_cells_apart(string text, double cells) =>
        Assert.Equal(10 * Cell * cells, Width(text) - Width("<text>I</text>"), 1e-6);

    [Fact]
    public void Anchors_move_a_chunk_by_its_advance()
    {
        var start = Left("<text x='50'>abcd</text>");
        Assert.Equal(start - 20 * Cell, Left("<text x='50' text-anchor='middle'>abcd</text>"), 1e-6);
        Assert.Equal(start - 40 * Cell, Left("<text x='50' text-anchor='end'>abcd</text>"), 1e-6);
        // A line from right to left begins at its right end.
        Assert.Equal(start - 40 * Cell, Left("<text x='50' direction='rtl'>abcd</text>"), 1e-6);
        Assert.Equal(start, Left("<text x='50' direction='rtl' text-anchor='end'>abcd</text>"), 1e-6);
    }

    [Fact]
    public void A_length_is_filled_by_spaces_or_by_stretching()
    {
        var natural = Box("<text>abcd</text>");
        var spaced = Box("<text textLength='60'>abcd</text>");
        Assert.Equal(natural.Right - 40 * Cell + 60, spaced.Right, 1e-6);
        var stretched = Box("<text textLength='60' lengthAdjust='spacingAndGlyphs'>abcd</text>");
        Assert.Equal(60 / (40 * Cell) * (natural.Right - natural.Left), stretched.Right - stretched.Left, 1e-6);
        // The outer length sees the inner one as a piece.
        var both = Box("<text textLength='80'>a<tspan textLength='30'>bc</tspan>d</text>");
        Assert.Equal(natural.Right - 40 * Cell + 80, both.Right, 1e-6);
    }

    [Fact]
    public void Overridden_direction_turns_letters_round()
    {
        var shapes = Box("<text style='unicode-bidi:bidi-override;direction:rtl' text-anchor='end'>iW</text>");
        Assert.Equal(Box("<text>Wi</text>").Left, shapes.Left, 1e-6);
    }

    [Fact]
    public void Vertical_lines_run_down()
    {
        var box = Box("<text x='50' y='10' writing-mode='vertical-rl'>IIII</text>");
        Assert.True(box.Bottom - box.Top > 3 * 10 * Cell && box.Right - box.Left < 10, box.ToString());
    }

    // A line of the Japanese font, which has vertical forms and metrics, or of Noto Sans, which has none. Cells are 20 units.
    private static (double Left, double Top, double Right, double Bottom) Vertical(string text, string attributes = "", string font = "Mplus 1p") =>
        TextCase.Box(TextCase.Shapes(TextCase.Read($"<text x='50' y='10' font-size='20' font-family='{font}' writing-mode='vertical-rl' {attributes}>{text}</text>")));

    private static bool IsTall((double Left, double Top, double Right, double Bottom) box) => box.Bottom - box.Top > 2 * (box.Right - box.Left);

    private static bool IsWide((double Left, double Top, double Right, double Bottom) box) => box.Right - box.Left > 2 * (box.Bottom - box.Top);

    [Fact]
    public void Vertical_lines_take_vertical_forms()
    {
        // A full stop stands in the cell's upper right, as a small letter does a little.
        var stop = Vertical("。");
        Assert.True(stop.Left > 51 && stop.Bottom < 20, stop.ToString());
        Assert.InRange(Vertical("日。").Bottom - Vertical("日").Bottom, .1, 19);
        var (small, horizontal) = (Vertical("ょ"), TextCase.Box(TextCase.Shapes(TextCase.Read("<text y='50' font-size='20' font-family='Mplus 1p'>ょ</text>"))));
        Assert.Equal(horizontal.Right - horizontal.Left, small.Right - small.Left, .2);
        Assert.True(small.Left + small.Right > 100.5 && small.Top + small.Bottom < 39.9, small.ToString());
        // From the bottom up where the direction is turned round.
        Assert.Equal(Vertical("。一"), Vertical("一。", "style='unicode-bidi:bidi-override;direction:rtl' text-anchor='end'"));
        Assert.NotEqual(Vertical("。一"), Vertical("一。"));
        // Without such forms and metrics: upright in the middle of the line, as long as it is wide.
        var sign = Vertical("©", font: "Noto Sans");
        Assert.Equal(100, sign.Left + sign.Right, .5);
        Assert.Equal(832 / 1000.0 * 20, Vertical("©©", font: "Noto Sans").Bottom - sign.Bottom, 1e-6);
    }

    [Theory]
    [InlineData("ー", "Mplus 1p")]
    [InlineData("「", "Mplus 1p")]
    [InlineData("〜", "Mplus 1p")]
    [InlineData("－", "Mplus 1p")]
    [InlineData("\u2329", "Noto Sans")]
    public void Dashes_and_brackets_turn_with_the_line(string character, string font)
    {
        var across = TextCase.Box(TextCase.Shapes(TextCase.Read($"<text y='50' font-size='20' font-family='{font}'>{character}</text>")));
        var down = Vertical(character, font: font);
        Assert.Equal(across.Right - across.Left > across.Bottom - across.Top, down.Bottom - down.Top > down.Right - down.Left);
        Assert.Equal(across.Right - across.Left, down.Bottom - down.Top, 1.0);
    }

    [Theory]
    [InlineData("一", "", false)]
    [InlineData("一", "text-orientation='sideways'", true)]
    [InlineData("一", "style='writing-mode:sideways-rl'", true)]
    [InlineData("-", "", true)]
    [InlineData("-", "text-orientation='upright'", false)]
    [InlineData("-", "style='text-orientation:upright'", false)]
    public void Orientation_is_what_the_property_says(string character, string attributes, bool isTall)
    {
        var box = Vertical(character, attributes);
        Assert.True(isTall ? IsTall(box) : IsWide(box), box.ToString());
    }

    [Fact]
    public void What_belongs_to_one_character_stands_as_it_does()
    {
        // An accent on its own lies on its side, one on an upright sign stands within it.
        var (sign, accented) = (Vertical("©", font: "Noto Sans"), Vertical("©\u0301", font: "Noto Sans"));
        Assert.Equal((sign.Left, sign.Right, sign.Bottom), (accented.Left, accented.Right, accented.Bottom));
        var ka = Vertical("か\u3099");
        Assert.Equal(Vertical("が").Bottom - Vertical("が").Top, ka.Bottom - ka.Top, 1.0);
    }

    [Fact]
    public void Characters_stand_on_a_path()
    {
        var straight = Box("<text x='20' y='30'>abc</text>");
        var onPath = Box("<path id='p' fill='none' d='M20 30H90'/><text><textPath href='#p'>abc</textPath></text>");
        Assert.Equal(straight.Left, onPath.Left, 1e-3);
        Assert.Equal(straight.Bottom, onPath.Bottom, 1e-3);
        var half = Box("<path id='p' fill='none' d='M20 30H90'/><text><textPath href='#p' startOffset='50%'>abc</textPath></text>");
        Assert.Equal(straight.Left + 35, half.Left, 1e-3);
        // The other side: from the path's end, upside down.
        var right = Box("<path id='p' fill='none' d='M20 30H90'/><text><textPath href='#p' side='right'>abc</textPath></text>");
        Assert.True(right.Top > 29 && right.Right > 85, right.ToString());
        // What lies off its end is left out.
        Assert.Empty(TextCase.Shapes(TextCase.Read("<path id='p' fill='none' d='M20 30H90'/><text><textPath href='#p' startOffset='200'>abc</textPath></text>")));
    }

    [Fact]
    public void Decorations_are_painted_by_who_asks_for_them()
    {
        var scene = TextCase.Read("<text y='50' fill='red' text-decoration='underline'>a<tspan fill='blue'>b</tspan></text>");
        var fills = TextCase.Shapes(scene).Select(s => Svg.SvgText.Hex(((SolidPaint)s.Fill!).Color, scene.Scene.InitialValues()));
        Assert.Equal(["#ff0000", "#ff0000", "#ff0000", "#0000ff"], fills);
    }

    [Fact]
    public void Letters_join_across_elements()
    {
        // Lam and alif take the forms that join, whoever paints them.
        var whole = TextCase.Box(TextCase.Shapes(TextCase.Read("<text y='50' font-family='Amiri'>لا</text>")));
        var parted = TextCase.Box(TextCase.Shapes(TextCase.Read("<text y='50' font-family='Amiri'>ل<tspan fill='red'>ا</tspan></text>")));
        Assert.Equal(whole, parted);
        // One with a place of its own stands alone: seen by the height of lam, which is not the joined one's.
        double Height(string text) => TextCase.Box(TextCase.Shapes(TextCase.Read($"<text y='50' font-family='Amiri'>{text}</text>"))) is var box ? box.Bottom - box.Top : 0;
        Assert.Equal(Height("ل"), Height("ل<tspan fill='none' x='9'>ا</tspan>"), 1e-6);
        Assert.NotEqual(Height("ل"), Height("ل<tspan fill='none'>ا</tspan>"), 1e-6);
    }
}
