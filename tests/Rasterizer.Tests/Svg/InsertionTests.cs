using System.Text;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public sealed class InsertionTests
{
    private static readonly InsertedShape _dot = new("circle", "cx=\"1\" cy=\"2\" r=\"3\"");

    [Fact]
    public void Shapes_go_after_or_before_an_element_on_lines_of_their_own()
    {
        const string Source = "<svg xmlns='http://www.w3.org/2000/svg'>\r\n\t<g ><path d='M0 0h1v1z'></path><!-- here --></g>\r\n\t<rect width='1' height='1'/>\n</svg>";
        var document = Parse(Source);
        var (path, rect) = (Order(document, "path"), Order(document, "rect"));

        Assert.Equal(Source.Replace("</path>", "</path><g id=\"new\"><circle cx=\"1\" cy=\"2\" r=\"3\"/></g>", StringComparison.Ordinal), Inserted(document, new(path, false, "new", [_dot])));
        Assert.Equal(Source.Replace("height='1'/>", "height='1'/>\r\n\t<g id=\"new\">\r\n\t\t<circle cx=\"1\" cy=\"2\" r=\"3\"/>\r\n\t</g>", StringComparison.Ordinal), Inserted(document, new(rect, false, "new", [_dot])));
        Assert.Equal(Source.Replace("<rect", "<circle cx=\"1\" cy=\"2\" r=\"3\"/>\r\n\t<rect", StringComparison.Ordinal), Inserted(document, new(rect, true, null, [_dot])));
    }

    [Fact]
    public void Prefixes_and_encodings_are_the_file_s()
    {
        const string Source = "<?xml version='1.0' encoding='utf-16'?><s:svg xmlns:s='http://www.w3.org/2000/svg'><s:rect width='1' height='1'/><!-- é --></s:svg>";
        var bytes = Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Source)).ToArray();
        var document = SvgDocument.Parse(bytes, "drawing.svg");

        var written = Insertions.Insert(document, [new(1, false, "new", [_dot])]).ToBytes();

        Assert.Equal(Source.Replace("<!--", "<s:g id=\"new\"><s:circle cx=\"1\" cy=\"2\" r=\"3\"/></s:g><!--", StringComparison.Ordinal), Encoding.Unicode.GetString(written)[1..]);
    }

    [Fact]
    public void Nothing_stands_beside_what_something_refers_to_or_an_entity_brings()
    {
        var document = Parse("<!DOCTYPE svg [<!ENTITY e '<rect width=\"1\" height=\"1\"/>'>]><svg xmlns='http://www.w3.org/2000/svg'><defs><path id='p' d='M0 0h1'/></defs><use href='#p'/>&e;<circle r='1'/></svg>");

        Assert.Equal([Order(document, "circle")], Insertions.Neighbours(document));
        Assert.Throws<ArgumentException>(() => Insertions.Insert(document, [new(Order(document, "rect"), false, null, [_dot])]));
    }

    [Fact]
    public void An_id_that_is_there_is_not_taken_again()
    {
        Assert.Equal("new", Insertions.FreeId(Parse("<svg xmlns='http://www.w3.org/2000/svg'/>"), "new"));
        Assert.Equal("new-3", Insertions.FreeId(Parse("<svg xmlns='http://www.w3.org/2000/svg'><g id='new'/><g class='new-2'/></svg>"), "new"));
    }

    [Fact]
    public void A_group_that_is_left_empty_goes_with_its_shapes()
    {
        const string Source = "<svg xmlns='http://www.w3.org/2000/svg'><rect width='1' height='1'/>\n  <g id='new'>\n  <circle r='1'/></g></svg>";
        var document = Parse(Source);
        var scene = SvgSceneReader.Read(document);
        var (circle, group) = (Order(document, "circle"), Insertions.Find(document, "new"));
        string Without(params int[] orders) => Encoding.UTF8.GetString(SvgWriter.Write(scene, scene.Scene.InitialValues(), new StructureChanges { Removed = orders.ToHashSet() }));

        Assert.Equal([group], PlainShapes.Emptied(document, new HashSet<int> { circle }));
        Assert.Equal("<svg xmlns='http://www.w3.org/2000/svg'><rect width='1' height='1'/></svg>", Without(circle, group));
        Assert.Throws<ArgumentException>(() => Without(group));
    }

    private static SvgDocument Parse(string text) => SvgDocument.Parse(Encoding.UTF8.GetBytes(text), "drawing.svg");

    private static int Order(SvgDocument document, string name) => document.Elements.First(e => e.LocalName == name).Order;

    private static string Inserted(SvgDocument document, Insertion insertion) => Encoding.UTF8.GetString(Insertions.Insert(document, [insertion]).ToBytes());
}
