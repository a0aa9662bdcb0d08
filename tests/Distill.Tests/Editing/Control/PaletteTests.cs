using System.Buffers.Binary;
using System.Text;
using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Values;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Control;

public class PaletteTests
{
    private static CssColor Color(string text) => CssColor.Parse(text)!.Value;

    private static string Hex(CssColor c) => FormattableString.Invariant($"#{(int)Math.Round(255 * c.R):x2}{(int)Math.Round(255 * c.G):x2}{(int)Math.Round(255 * c.B):x2}");

    private static string[] Hexes(Palette palette) => [.. palette.Colors.Select(Hex)];

    [Fact]
    public void What_is_written_is_read_again()
    {
        var text = PaletteFile.Gimp("my\nset", [(new(1, 20, 255), "blue\r\n1 2 3"), (new(0, 0, 0), "")]);
        Assert.Equal(["#0114ff", "#000000"], Hexes(PaletteFile.Parse(Encoding.UTF8.GetBytes(text), "set.gpl")));
        Assert.Contains("Name: my\n#\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_nearest_is_the_one_that_looks_so()
    {
        var palette = new Palette([Color("red"), Color("#004000"), Color("navy")]);
        Assert.Equal("#ff0000", Hex(palette.Nearest(.8, .2, .2)));
        Assert.Equal("#004000", Hex(palette.Nearest(0, .5, .1)));
        Assert.Equal("#000080", Hex(palette.Nearest(.1, .1, .7)));
    }

    [Fact]
    public void A_drawing_has_the_colours_that_it_is_painted_with()
    {
        var svg = SvgEdit.Read("<style>.a{fill:#123456}</style><linearGradient id='g'><stop stop-color='#0f0'/><stop stop-color='#00f'/></linearGradient>"
            + "<rect class='a' width='9' height='9' stroke='red'/><circle r='9' fill='url(#g)'/><path d='M0 0h9v9z'/><path d='M1 0h9v9z' fill='#f00'/>");
        Assert.Equal(["#000000", "#0000ff", "#00ff00", "#123456", "#ff0000"], Hexes(Palette.Of(svg.Scene)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Colours_are_free_at_first_drawn_later_and_the_palettes_at_last()
    {
        var svg = SvgEdit.Read("<rect width='9' height='9' fill='#808080'/><circle r='9' fill='#f00' fill-opacity='.5'/>");
        var rule = new PaletteRule(svg.Scene, new Palette([Color("white"), Color("red")]));
        double[] Moved() => [.. svg.Scene.Parameters.Select(p => p.Kind == Rasterizer.Scenes.ParameterKind.Color ? Math.Clamp(p.Initial + .2, 0, .9) : p.Initial)];
        double[] At(double progress)
        {
            var theta = Moved();
            rule.At(progress);
            rule.Restore(theta);
            return theta;
        }
        Assert.Equal(Moved(), At(.2));
        var gray = Array.FindIndex([.. svg.Scene.Parameters], p => p.Name == "fill.r");
        Assert.InRange(At(.6)[gray], Moved()[gray] + .001, .95);
        Assert.True(At(.6)[gray] > At(.5)[gray]);
        Assert.Equal(1, At(.7)[gray]);
        var text = Encoding.UTF8.GetString(SvgWriter.Write(svg, At(1)));
        Assert.Contains("fill='#ffffff'", text);
        Assert.Contains("fill='#f00' fill-opacity='.5'", text); // reached red again: the same bytes
    }

    [Fact]
    public void A_drawing_that_nothing_moved_stays_as_it_is()
    {
        var svg = SvgEdit.Read("<rect width='9' height='9' fill='#808080'/>");
        var theta = svg.Scene.InitialValues();
        new PaletteRule(svg.Scene, new Palette([Color("red")])).Restore(theta);
        Assert.Equal(svg.Scene.InitialValues(), theta);
    }

    [Fact]
    public void A_locked_colour_is_none_of_the_palette_s()
    {
        var svg = SvgEdit.Read("<rect id='l' width='9' height='9' fill='#808080'/><circle r='9' fill='#909090'/>", new SceneOptions { Lock = ["#l"] });
        var theta = svg.Scene.InitialValues();
        theta[^1] += 1e-3;
        new PaletteRule(svg.Scene, new Palette([Color("red")])).Restore(theta);
        var text = Encoding.UTF8.GetString(SvgWriter.Write(svg, theta));
        Assert.Contains("fill='#808080'", text);
        Assert.Contains("fill='#ff0000'", text);
    }

    [Fact]
    public void Colours_that_are_written_once_move_as_one()
    {
        var svg = SvgEdit.Read("<style>:root{--c:#e1e1e1} .a{fill:var(--c)} .b{fill:#0000fe}</style><rect class='a' width='9' height='9'/><circle class='a' r='9'/>"
            + "<path id='p' class='b' d='M0 0h9v9z'/><use href='#p' x='20'/>");
        Assert.Equal(2, PaletteRule.Leaves(svg.Scene, written: false).Count());
        var theta = svg.Scene.InitialValues();
        theta[0] += 1e-3;
        new PaletteRule(svg.Scene, new Palette([Color("white"), Color("blue"), Color("red")])).Restore(theta);
        var text = Encoding.UTF8.GetString(SvgWriter.Write(svg, theta));
        Assert.Contains("--c:#ffffff", text);
        Assert.Contains("fill:#0000ff", text);
    }

    [Fact]
    public void A_gimp_palette_is_read()
    {
        const string text = "GIMP Palette\r\nName: Brand\r\nColumns: 2\r\n#\r\n255   0   0\tRed\r\n  0 128  64 A long name\r\n255 0 0 again\r\n";
        Assert.Equal(["#ff0000", "#008040"], Hexes(PaletteFile.Parse(Encoding.UTF8.GetBytes(text), "brand.gpl")));
    }

    [Fact]
    public void A_gimp_palette_of_aseprite_has_opacities() =>
        Assert.Equal(["#ff0000", "#008040"], Hexes(PaletteFile.Parse("GIMP Palette\nChannels: RGBA\n#\n255 0 0 255 red\n0 128 64 128\n"u8.ToArray(), "ase.gpl")));

    [Theory]
    [InlineData("GIMP Palette\nName: x\n255 0\n", "brand.gpl:3")]
    [InlineData("GIMP Palette\n256 0 0 x\n", "brand.gpl:2")]
    [InlineData("GIMP Palette\n#\n", "no colour")]
    [InlineData("JASC-PAL\n0100\n", "brand.gpl:1")]
    public void A_broken_gimp_palette_is_told_where(string text, string place) =>
        Assert.Contains(place, Assert.Throws<SvgDistillException>(() => PaletteFile.Parse(Encoding.UTF8.GetBytes(text), "brand.gpl")).Message);

    private static byte[] Swatches(params (string Model, float[] Numbers)[] colors)
    {
        var bytes = new List<byte>("ASEF"u8.ToArray());
        void U16(int v) => bytes.AddRange([(byte)(v >> 8), (byte)v]);
        void U32(int v)
        {
            U16(v >> 16);
            U16(v & 0xffff);
        }
        U16(1);
        U16(0);
        U32(colors.Length + 2);
        U16(0xC001);
        U32(2 + 4);
        U16(2);
        bytes.AddRange("\0G\0\0"u8);
        foreach (var (model, numbers) in colors)
        {
            U16(1);
            U32(2 + 6 + 4 + 4 * numbers.Length + 2);
            U16(3);
            bytes.AddRange("\0a\0b\0\0"u8);
            bytes.AddRange(Encoding.ASCII.GetBytes(model));
            foreach (var n in numbers)
            {
                var four = new byte[4];
                BinaryPrimitives.WriteSingleBigEndian(four, n);
                bytes.AddRange(four);
            }
            U16(2);
        }
        U16(0xC002);
        U32(0);
        return [.. bytes];
    }

    private static readonly byte[] _four = Swatches(("RGB ", [1, .5f, 0]), ("CMYK", [0, 1, 1, .2f]), ("Gray", [.2f]), ("LAB ", [.5f, 0, 0]));

    [Fact]
    public void Adobes_swatches_are_read() =>
        // Lab (50, 0, 0) is CSS's lab(50 0 0).
        Assert.Equal(["#ff8000", "#cc0000", "#333333", Hex(Color("lab(50 0 0)"))], Hexes(PaletteFile.Parse(_four, "brand.ase")));

    [Fact]
    public void Broken_swatches_are_refused_wherever_they_end()
    {
        for (var length = 4; length < _four.Length; length++)
            Assert.Contains("byte ", Assert.Throws<SvgDistillException>(() => PaletteFile.Parse(_four.AsSpan(0, length), "brand.ase")).Message);
        var unknown = (byte[])_four.Clone();
        unknown[_four.AsSpan().IndexOf("RGB "u8)] = (byte)'X';
        Assert.Contains("colour model", Assert.Throws<SvgDistillException>(() => PaletteFile.Parse(unknown, "brand.ase")).Message);
        var huge = (byte[])_four.Clone();
        huge.AsSpan(14, 4).Fill(0xff);
        Assert.Contains("longer than the file", Assert.Throws<SvgDistillException>(() => PaletteFile.Parse(huge, "brand.ase")).Message);
    }

    [Fact]
    public void A_file_that_is_none_or_too_large_is_refused()
    {
        Assert.Contains("cannot be read", Assert.Throws<SvgDistillException>(() => PaletteFile.Read("/no/such.gpl")).Message);
        var many = "GIMP Palette\n" + string.Concat(Enumerable.Range(0, 1025).Select(i => $"{i % 256} {i / 256} 0\n"));
        Assert.Contains("1025 colours", Assert.Throws<SvgDistillException>(() => PaletteFile.Parse(Encoding.UTF8.GetBytes(many), "many.gpl")).Message);
    }
}
