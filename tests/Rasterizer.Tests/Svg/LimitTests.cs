using System.Text;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>Files that ask for too much are refused, soon and with a remedy.</summary>
public sealed class LimitTests
{
    private const string Open = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>";

    private static readonly TimeSpan _hang = TimeSpan.FromMinutes(5);

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static SvgException Refused(string text, SvgLimits? limits = null)
    {
        // Refusing is what is tested; a reader that does not end is stopped far beyond what any machine needs.
        var reading = Task.Run(() => Record.Exception(() =>
            SvgSceneReader.Read(SvgText.Document(text, limits), new SceneOptions { Optimize = OptimizeKinds.All })));
        Assert.True(reading.Wait(_hang), $"not refused within {_hang}");
        return Assert.IsType<SvgException>(reading.Result);
    }

    [Fact]
    public void Deep_nesting() => Assert.Contains("deeper than 256 levels",
        Refused(Open + Repeat("<g>", 100_000)).Message);

    [Fact]
    public void Nesting_up_to_the_limit_is_read_and_drawn()
    {
        const int levels = 254;
        var scene = SvgSceneReader.Read(SvgText.Document(Open + Repeat("<g transform='scale(1)' opacity='.99'>", levels)
            + "<rect width='100' height='100'/>" + Repeat("</g>", levels) + "</svg>")).Scene;
        var picture = new SceneRasterizer(scene, 4, 4).Forward(scene.InitialValues()).Data;
        Assert.Equal(Math.Pow(.99, levels), picture[^1], 1e-4);
    }

    [Fact]
    public void Many_elements() => Assert.Contains("more than 1000 elements",
        Refused(Open + Repeat("<g/>", 1000) + "</svg>", new SvgLimits { Elements = 1000 }).Message);

    [Fact]
    public void Many_attributes() => Assert.Contains("attributes", Refused(Open + "<g " + string.Join(' ',
        Enumerable.Range(0, 300).Select(i => $"a{i}=''")) + "/></svg>").Message);

    [Fact]
    public void Large_files() => Assert.Contains("larger than", Refused(Open + "</svg>" + new string(' ', 2 << 20),
        new SvgLimits { Bytes = 1 << 20 }).Message);

    [Theory]
    [InlineData("<g fill='&e9;'/>")]
    [InlineData("<desc>&e9;</desc>")]
    public void Entity_bombs(string use)
    {
        var declarations = "<!ENTITY e0 'xxxxxxxxxx'>" + string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"<!ENTITY e{i} '{Repeat($"&e{i - 1};", 10)}'>"));
        Assert.Contains("entities", Refused($"<!DOCTYPE svg [{declarations}]>{Open}{use}</svg>").Message);
    }

    [Fact]
    public void Entities_that_bring_elements_without_end() =>
        Assert.Contains("contains itself", Refused($"<!DOCTYPE svg [<!ENTITY a '<g>&b;</g>'><!ENTITY b '<g>&a;</g>'>]>{Open}&a;</svg>").Message);

    [Theory]
    [InlineData("<rect id='e0' width='1' height='1'/>", "parts")]
    [InlineData("<g id='e0'/>", "visits")]
    public void Use_bombs(string leaf, string what)
    {
        var groups = string.Concat(Enumerable.Range(1, 12).Select(i =>
            $"<g id='e{i}'>{Repeat($"<use href='#e{i - 1}'/>", 10)}</g>"));
        Assert.Contains(what, Refused($"{Open}<defs>{leaf}{groups}</defs><use href='#e12'/></svg>").Message);
    }

    [Theory]
    [InlineData("clipPath", "clip-path", "<path d='M0 0H9V9' {0}/>")]
    [InlineData("mask", "mask", "<path d='M0 0H9V9' fill='white' {0}/>")]
    [InlineData("pattern", "fill", "<path d='M0 0H9V9' {0}/>")]
    [InlineData("marker", "marker-start", "<path d='M0 0H9V9' {0}/>")]
    public void Long_chains_of_references(string element, string property, string child)
    {
        var content = new StringBuilder(Open);
        for (var i = 0; i < 2000; i++)
            content.Append($"<{element} id='e{i}' width='9' height='9'>").AppendFormat(null, child,
                $"{property}='url(#e{i + 1})'").Append($"</{element}>");
        Assert.Contains("deeper than 256", Refused(content.AppendFormat(null, child,
            $"{property}='url(#e0)'").Append("</svg>").ToString()).Message);
    }

    [Theory]
    [InlineData("<use id='a' href='#a'/>")]
    [InlineData("<use id='a' href='#b'/><use id='b' href='#a'/>")]
    [InlineData("<g id='a'><use href='#a'/></g>")]
    [InlineData("<symbol id='a'><use href='#a'/></symbol><use href='#a'/>")]
    [InlineData("<clipPath id='a' clip-path='url(#a)'><rect width='9' height='9' clip-path='url(#a)'/></clipPath><rect width='9' height='9' clip-path='url(#a)'/>")]
    [InlineData("<mask id='a' mask='url(#b)'><rect width='9' height='9' mask='url(#a)'/></mask><mask id='b' mask='url(#a)'/><rect width='9' height='9' mask='url(#a)'/>")]
    [InlineData("<pattern id='a' href='#b' width='9' height='9'><rect width='9' height='9' fill='url(#a)'/></pattern><pattern id='b' href='#a'/><rect width='9' height='9' fill='url(#b)'/>")]
    [InlineData("<marker id='a'><path d='M0 0H9' marker-start='url(#a)'/></marker><path d='M0 0H9' stroke='red' marker-start='url(#a)'/>")]
    [InlineData("<linearGradient id='a' href='#b'/><linearGradient id='b' href='#a'><stop/><stop/></linearGradient><rect width='9' height='9' fill='url(#a)'/>")]
    public void Circles_are_cut(string content) => Assert.NotNull(SvgText.Read(content));

    [Theory]
    [InlineData("<path d='M0 0L1e10 5'/>")]
    [InlineData("<rect width='1e999' height='5'/>")]
    [InlineData("<g transform='scale(1e6)'><g transform='scale(1e6)'><rect width='1' height='1'/></g></g>")]
    [InlineData("<g transform='translate(1e300)'><rect width='1' height='1'/></g>")]
    [InlineData("<svg viewBox='0 0 1e-12 1e-12'><rect width='1' height='1'/></svg>")]
    [InlineData("<rect width='5' height='5' stroke='red' stroke-width='1e8in'/>")]
    public void Gigantic_numbers(string content) => Assert.Contains("more than 1e+9",
        Refused(Open + content + "</svg>").Message.Replace("larger", "more"));

    [Fact]
    public void The_place_of_a_number_is_said()
    {
        var error = Refused(Open + "\n <rect width='5'\n  height='1e20'/></svg>");
        Assert.Equal((3, 11), (error.Line, error.Column));
    }

    [Fact]
    public void Large_canvases() => Assert.Contains("larger than",
        Refused("<svg xmlns='http://www.w3.org/2000/svg' width='1e7' height='5'/>").Message);

    [Fact]
    public void Long_paths()
    {
        var limits = new SvgLimits { PathPoints = 1000, ScenePoints = 2500 };
        Assert.Contains("more than 1000 points", Refused($"{Open}<path d='M0 0{Repeat("h1", 1000)}'/></svg>",
            limits).Message);
        Assert.Contains("more than 1000 points", Refused($"{Open}<polygon points='{Repeat("1 2 ", 1001)}'/></svg>",
            limits).Message);
        Assert.Contains("more than 2500 points",
            Refused($"{Open}<path id='a' d='M0 0{Repeat("h1", 900)}'/><use href='#a'/><use href='#a'/></svg>",
            limits).Message);
    }

    [Fact]
    public void Large_images()
    {
        // A header that announces 30,000 x 30,000 pixels, and one of them behind it.
        byte[] gif = [.. "GIF89a"u8, 0x30, 0x75, 0x30, 0x75, 0x80, 0, 0, 255, 0, 0, 0, 255, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B];
        Assert.Contains("30000 x 30000 pixels", Refused($"{Open}<image width='9' height='9' href='data:image/gif;base64,{Convert.ToBase64String(gif)}'/></svg>").Message);
    }

    [Fact]
    public void Long_values_that_many_elements_inherit()
    {
        var content = Open + $"<g marker-start='url(#{new string('a', 1 << 20)})'>" + Repeat("<path d='M0 0H1'/>",
            20_000) + "</g></svg>";
        Assert.Contains("too long to resolve", Refused(content).Message);
    }

    [Fact]
    public void Rules_with_too_many_declarations()
    {
        var content = $"{Open}<style>*{{{Repeat("fill:red;", 100_000)}}}</style>{Repeat("<path d='M0 0H1'/>", 20_000)}</svg>";
        Assert.Contains("comparisons", Refused(content).Message);
    }

    [Fact]
    public void Nothing_outside_the_file_is_read()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "<svg xmlns='http://www.w3.org/2000/svg' id='x'><rect width='9' height='9'/></svg>");
            var address = new Uri(file).AbsoluteUri;
            var text = $"<!DOCTYPE svg SYSTEM '{address}' [<!ENTITY e SYSTEM '{address}'>]>{Open}<style>@import url({address});</style>"
                + $"<use href='{address}#x'/><image width='9' height='9' href='{address}'/><rect width='9' height='9' fill='url({address}#x)'/><g>&e;</g></svg>";
            using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            var shapes = SvgText.Shapes(SvgSceneReader.Read(SvgText.Document(text)).Scene.Root);
            Assert.Empty(shapes);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
