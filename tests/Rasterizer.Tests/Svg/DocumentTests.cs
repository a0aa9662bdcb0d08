using System.IO.Compression;
using System.Text;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public sealed class DocumentTests
{
    private const string Body = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><title>é</title><rect width='4' height='5' fill='red'/></svg>";

    public static TheoryData<string, byte[]> Encodings() => new()
    {
        { "utf-8", Encoding.UTF8.GetBytes(Body) },
        { "utf-8 with a mark", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Body)] },
        { "utf-16 little-endian", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Body)] },
        { "utf-16 big-endian", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Body)] },
        { "utf-16 without a mark", Encoding.Unicode.GetBytes("<?xml version='1.0' encoding='UTF-16'?>" + Body) },
        { "iso-8859-1", Encoding.Latin1.GetBytes("<?xml version='1.0' encoding='ISO-8859-1'?>" + Body) },
        { "windows-1252", [.. "<?xml version='1.0' encoding='windows-1252'?><!-- "u8, 0x80, 0x81, .. " -->"u8,
            .. Encoding.Latin1.GetBytes(Body)] },
        { "us-ascii", Encoding.ASCII.GetBytes("<?xml version=\"1.0\" encoding=\"US-ASCII\"?>\r\n" + Body.Replace("é",
            "&#233;")) },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Encodings_survive_and_an_edit_changes_its_characters_only(string name, byte[] bytes)
    {
        var document = SvgDocument.Parse(bytes, name);
        Assert.Equal(bytes, document.ToBytes());
        Assert.Equal("é", document.Title);
        var scene = SvgSceneReader.Read(document);
        var theta = scene.Scene.InitialValues();
        Assert.Equal(bytes, SvgWriter.Write(scene, theta));
        theta[SvgText.Index(scene, "width")] = 6;
        var encoding = name.StartsWith("utf-16 big", StringComparison.Ordinal) ? Encoding.BigEndianUnicode
            : name.StartsWith("utf-16", StringComparison.Ordinal) ? Encoding.Unicode : Encoding.Latin1;
        var expected = encoding.GetString(bytes).Replace("width='4'", "width='6'", StringComparison.Ordinal);
        Assert.Equal(expected, encoding.GetString(SvgWriter.Write(scene, theta)));
    }

    [Fact]
    public void Every_byte_of_a_single_byte_encoding_survives()
    {
        var all = Enumerable.Range(0x80, 0x80).Select(i => (byte)i).ToArray();
        byte[] bytes = [.. "<?xml version='1.0' encoding='windows-1252'?><svg xmlns='http://www.w3.org/2000/svg'><desc>"u8, .. all, .. "</desc><rect width='1' height='1'/></svg>"u8];
        var scene = SvgSceneReader.Read(SvgDocument.Parse(bytes, "all.svg"));
        var theta = scene.Scene.InitialValues();
        theta[SvgText.Index(scene, "width")] = 2;
        Assert.Equal(Encoding.Latin1.GetString(bytes).Replace("width='1'", "width='2'"),
            Encoding.Latin1.GetString(SvgWriter.Write(scene, theta)));
    }

    [Fact]
    public void Bytes_outside_the_encoding_are_placed()
    {
        var error = Assert.Throws<SvgException>(() => SvgDocument.Parse(new byte[] { (byte)'<', (byte)'\n', 0xFF,
            (byte)'>' }, "bad.svg"));
        Assert.Equal((2, 1), (error.Line, error.Column));
        Assert.StartsWith("bad.svg:2:1: ", error.Message);
    }

    [Fact]
    public void Gzip_is_read()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest,
            leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(Body));
        Assert.Equal(Encoding.UTF8.GetBytes(Body), SvgDocument.Parse(packed.ToArray(), "a.svgz").ToBytes());
        Assert.Throws<SvgException>(() => SvgDocument.Parse(packed.ToArray(), "a.svgz", new SvgLimits { Bytes = 50 }));
        Assert.Throws<SvgException>(() => SvgDocument.Parse(packed.ToArray().AsMemory(0, 12), "cut.svgz"));
    }

    [Fact]
    public void Entities_references_and_sections_are_resolved()
    {
        const string text = """
            <?xml version="1.0"?>
            <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
              <!ENTITY ns "http://www.w3.org/2000/svg">
              <!ENTITY side "4"> <!ENTITY both "&side;&#48;">
              <!ENTITY far SYSTEM "file:///etc/passwd">
              <!ENTITY % parameter "ignored"> %parameter;
              <!ELEMENT svg ANY>
              <!ENTITY shape "<circle cx='1' cy='2' r='&side;'/>">
            ]>
            <svg xmlns="&ns;" viewBox="0 0 100 100"><title>a &lt;b&gt; &#x1F600; &far;<![CDATA[<&]]></title>
              <rect width="&both;" height='1&side;'/>&shape;</svg>
            """;
        var document = SvgText.Document(text);
        Assert.Equal("a <b> \U0001F600 <&", document.Title);
        var scene = SvgSceneReader.Read(document);
        var theta = scene.Scene.InitialValues();
        Assert.Equal(40, theta[SvgText.Index(scene, "width")]);
        Assert.Equal(14, theta[SvgText.Index(scene, "height")]);
        Assert.Equal(2, SvgText.Shapes(scene.Scene.Root).Count());
        // What an entity brought has no place of its own: drawn, but no parameter.
        Assert.DoesNotContain(scene.Scene.Parameters, p => p.Element.TagName == "circle");
        // An edit writes the attribute out and leaves the declaration alone.
        theta[SvgText.Index(scene, "width")] = 41.5;
        Assert.Equal(text.Replace("\"&both;\"", "\"41.5\""), Encoding.UTF8.GetString(SvgWriter.Write(scene, theta)));
    }

    [Fact]
    public void Files_without_namespaces_and_with_other_prefixes_are_read()
    {
        Assert.Single(SvgText.Shapes(SvgSceneReader.Read(SvgText.Document("<svg viewBox='0 0 9 9'><g><rect width='3' height='3'/></g></svg>")).Scene.Root));
        Assert.Single(SvgText.Shapes(SvgSceneReader.Read(SvgText.Document(
            "<s:svg xmlns:s='http://www.w3.org/2000/svg' xmlns='urn:other' viewBox='0 0 9 9'><rect width='3' height='3'/><s:rect width='3' height='3'/></s:svg>")).Scene.Root));
        Assert.Single(SvgText.Shapes(SvgSceneReader.Read(SvgText.Document(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><defs><rect id='a' width='3' height='3'/></defs><use xlink:href='#a'/></svg>")).Scene.Root));
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("hello", 1, 1)]
    [InlineData("<svg>", 1, 1)]
    [InlineData("<svg>\n  <g>\n</svg>", 3, 1)]
    [InlineData("<svg></svg>\n<svg/>", 2, 1)]
    [InlineData("<svg a='1' a='2'/>", 1, 12)]
    [InlineData("<svg a=1/>", 1, 8)]
    [InlineData("<svg a='1'b='2'/>", 1, 11)]
    [InlineData("<svg a='<'/>", 1, 9)]
    [InlineData("<svg a='1", 1, 9)]
    [InlineData("<svg>\r\n&nope;</svg>", 2, 1)]
    [InlineData("<svg>&#0;</svg>", 1, 6)]
    [InlineData("<svg>&#x110000;</svg>", 1, 6)]
    [InlineData("<svg>a & b</svg>", 1, 8)]
    [InlineData("<svg><!-- </svg>", 1, 6)]
    [InlineData("<svg><![CDATA[ </svg>", 1, 6)]
    [InlineData("<svg></g></svg>", 1, 6)]
    [InlineData("<svg></svg>text", 1, 12)]
    [InlineData("<html xmlns='http://www.w3.org/1999/xhtml'/>", 1, 1)]
    [InlineData("<svg>\u0001</svg>", 1, 6)]
    [InlineData("<!DOCTYPE svg [<!ENTITY a '", 1, 28)]
    [InlineData("<!DOCTYPE svg [<!ENTITY a '&a;'>]><svg a='&a;'/>", 1, 1)]
    [InlineData("<!DOCTYPE svg [<!ENTITY a '<g>'>]><svg>&a;</g></svg>", 1, 43)]
    public void Malformed_files_end_in_an_error_with_its_place(string text, int line, int column)
    {
        var error = Assert.Throws<SvgException>(() => SvgText.Document(text));
        if (!text.Contains("ENTITY a '&a;'")) Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Matches(@"^test\.svg:\d+:\d+: .+\. .+\.$", error.Message);
    }

    [Theory]
    [InlineData("no-such-folder/owl.svg")]
    [InlineData("")]
    [InlineData("a\0b.svg")]
    [InlineData("..")]
    public void A_file_that_cannot_be_read_is_named(string path)
    {
        var error = Assert.Throws<SvgException>(() => SvgDocument.Load(path));
        Assert.StartsWith($"{path}:1:1: The file cannot be read", error.Message);
    }
}
