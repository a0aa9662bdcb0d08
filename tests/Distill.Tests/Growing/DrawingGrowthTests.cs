using System.Text;
using System.Text.RegularExpressions;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Growing;
using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Distill.Tests.Growing;

public sealed partial class DrawingGrowthTests
{
    private const string Open = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\">";
    private const string Square = "<rect x=\"20\" y=\"20\" width=\"60\" height=\"60\" fill=\"#e0c040\"/>";

    [Fact]
    public void A_missing_disc_is_found_and_everything_else_keeps_its_bytes()
    {
        var source = "<?xml version='1.0'?>\r\n<!-- é --><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'  >\r\n\t<rect x = '20' y='20' width='60' height='60' fill='#e0c040'/>\r\n\t<!-- end --></svg>\n";

        var grown = Grow(source, Open + Square + "<circle cx=\"62\" cy=\"41\" r=\"11\" fill=\"#203080\"/></svg>", 3)!;

        var text = Text(grown);
        var circle = Regex.Match(text, "<circle cx=\"([^\"]*)\" cy=\"([^\"]*)\" r=\"([^\"]*)\" fill=\"#([0-9a-f]{6})\"/>");
        Assert.True(circle.Success, text);
        Assert.Equal(62, Number(circle, 1), .6);
        Assert.Equal(41, Number(circle, 2), .6);
        Assert.Equal(11, Number(circle, 3), .6);
        Assert.Equal("203080", circle.Groups[4].Value, SimilarColor);
        Assert.Equal(["svgdistill-added"], grown.Groups);
        Assert.Single(grown.Added);
        Assert.Equal(source, GroupMarkup().Replace(text, ""));
    }

    [Fact]
    public void What_lies_behind_the_drawing_is_not_painted()
    {
        // A bite out of the edge is the square's own to give; an eye's white inside of it is not.
        var bite = Grow(Open + Square + "</svg>", Open + Square + "<circle cx=\"80\" cy=\"40\" r=\"14\" fill=\"#fff\"/></svg>", 2);
        var eye = Grow(Open + Square + "</svg>", Open + Square + "<circle cx=\"60\" cy=\"40\" r=\"12\" fill=\"#fff\"/></svg>", 2);

        Assert.Null(bite);
        Assert.NotNull(eye);
    }

    [Fact]
    public void Nothing_is_added_where_nothing_is_missing() => Assert.Null(Grow(Open + Square + "</svg>", Open + Square + "</svg>", 4));

    [Fact]
    public void A_shape_goes_under_those_that_cover_it()
    {
        const string Bar = "<rect x=\"45\" y=\"5\" width=\"10\" height=\"90\" fill=\"#b02020\"/>";

        var grown = Grow(Open + Square + Bar + "</svg>", Open + Square + "<circle cx=\"50\" cy=\"50\" r=\"22\" fill=\"#203080\"/>" + Bar + "</svg>", 2)!;

        Assert.Matches("<rect x=\"20\".*svgdistill-added.*<rect x=\"45\"", Text(grown));
    }

    [Fact]
    public void In_a_symmetric_drawing_shapes_come_in_pairs_or_lie_on_the_axis()
    {
        const string Wanted = Open + Square + "<circle cx=\"36\" cy=\"40\" r=\"7\" fill=\"#203080\"/><circle cx=\"64\" cy=\"40\" r=\"7\" fill=\"#203080\"/><path d=\"M34 72L50 54L66 72z\" fill=\"#b02020\"/></svg>";

        var grown = Grow(Open + Square + "</svg>", Wanted, 3)!;

        Assert.Equal(3, grown.Added.Count);
        var relations = new DrawingRelations(grown.Svg.Scene, new DrawingRelationOptions());
        var axis = relations.Symmetries.Single(s => s.Linear is { A: < 0, D: > 0 } && s.Free == (false, false));
        var placed = axis.Pairs.SelectMany(p => new[] { p.From, p.To }).Select(c => c.Shape.Element!.Order).ToHashSet();
        Assert.Superset(new HashSet<int>(grown.Added), placed);
        Assert.Contains(axis.Pairs, p => p.From != p.To);
    }

    [Fact]
    public void Without_symmetry_one_shape_is_added()
    {
        var grown = Grow(Open + Square + "</svg>", Open + Square + "<circle cx=\"36\" cy=\"40\" r=\"7\" fill=\"#203080\"/></svg>", 3, new() { Symmetry = SymmetryMode.None })!;

        Assert.Single(grown.Added);
    }

    [Fact]
    public void The_drawing_s_own_colour_is_taken_where_it_is_near()
    {
        const string Own = Open + Square + "<rect x=\"25\" y=\"25\" width=\"8\" height=\"8\" fill=\"#203080\"/></svg>";

        var grown = Grow(Own, Own.Replace("</svg>", "<circle cx=\"60\" cy=\"60\" r=\"9\" fill=\"#2c3c88\"/></svg>", StringComparison.Ordinal), 2)!;

        Assert.Contains("r=\"", Text(grown), StringComparison.Ordinal);
        Assert.Equal(2, Text(grown).Split("#203080").Length - 1);
    }

    [Theory]
    [InlineData("<g transform=\"translate(50 50) scale(.5) rotate(30)\" fill=\"none\" stroke=\"#000\" stroke-width=\"8\"><path d=\"M-30 -30L30 -30L0 40z\"/></g>")]
    [InlineData("<style>path,circle,ellipse{fill:#0f0;stroke:#f00}</style><path d=\"M20 20H80V80H20z\"/>")]
    [InlineData("<s:g xmlns:s=\"http://www.w3.org/2000/svg\"><s:path d=\"M20 20H80V80H20z\"/></s:g>")]
    public void Spaces_styles_and_prefixes_of_the_place_are_heeded(string content)
    {
        var source = Open + content + "</svg>";

        var grown = Grow(source, source.Replace("</svg>", "<circle cx=\"42\" cy=\"41\" r=\"13\" style=\"fill:#8040c0;stroke:none\"/></svg>", StringComparison.Ordinal), 1)!;

        var outline = ShapeOutline.Of(grown.Svg.Scene, grown.Svg.Scene.InitialValues()).Single(o => grown.Added.Contains(o.Shape.Element!.Order));
        var points = outline.Flatten(4).SelectMany(c => c.Vertices).ToArray();
        Assert.Equal(42, (points.Min(p => p.X) + points.Max(p => p.X)) / 2, 1.0);
        Assert.Equal(41, (points.Min(p => p.Y) + points.Max(p => p.Y)) / 2, 1.0);
        Assert.Null(outline.Shape.Stroke);
        Assert.Equal(source, GroupMarkup().Replace(Text(grown), ""));
    }

    [Fact]
    public void New_shapes_begin_at_a_part_of_their_size_and_the_rest_where_it_was()
    {
        var source = Read(Open + Square + "</svg>");
        var theta = source.Scene.InitialValues();
        theta[0] += 3;
        var grown = Grow(Open + Square + "</svg>", Open + Square + "<circle cx=\"62\" cy=\"41\" r=\"11\" fill=\"#203080\"/></svg>", 1)!;

        var small = grown.At(theta, .5);

        var radius = grown.Svg.Scene.Parameters.Select((p, i) => (p, i)).Single(p => p.p.Name == "r").i;
        Assert.Equal(grown.Svg.Scene.Parameters[radius].Initial / 2, small[radius], 9);
        Assert.Equal(theta, small.Where((_, i) => !grown.Added.Contains(grown.Svg.Scene.Parameters[i].Element.Order)));
    }

    [Fact]
    public void The_same_drawing_and_picture_give_the_same_bytes()
    {
        const string Wanted = Open + Square + "<path d=\"M30 30C60 10 75 50 60 70C50 60 40 60 30 30z\" fill=\"#203080\"/></svg>";

        Assert.Equal(Text(Grow(Open + Square + "</svg>", Wanted, 4)!), Text(Grow(Open + Square + "</svg>", Wanted, 4)!));
    }

    [Fact]
    public void Outlines_have_few_nodes()
    {
        var grown = Grow(Open + Square + "</svg>", Open + Square + "<path d=\"M30 30C60 10 75 50 60 70C50 60 40 60 30 30z\" fill=\"#203080\"/></svg>", 1, new() { Symmetry = SymmetryMode.None })!;

        Assert.InRange(DrawingComplexity.Of(grown.Svg.Scene).Nodes, 4 + 3, 4 + 9);
    }

    private static GrownDrawing? Grow(string source, string wanted, int most, GrowthOptions? options = null)
    {
        options = (options ?? new()) with { Most = most };
        var svg = Read(source);
        return DrawingGrowth.Grow(svg, svg.Scene.InitialValues(), Picture(wanted), SceneOptions.Default, options);
    }

    private static RgbPicture Picture(string source)
    {
        var scene = Read(source).Scene;
        return RgbPicture.Over(new SceneRasterizer(scene, 128, 128, scene.ToSquare(128, 0)).Forward(scene.InitialValues(), keep: false), (1, 1, 1));
    }

    private static SvgScene Read(string source) => SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(source), "drawing.svg"));

    private static string Text(GrownDrawing grown) => Encoding.UTF8.GetString(grown.Svg.Document.ToBytes());

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);

    private static bool SimilarColor(string a, string b) => Enumerable.Range(0, 3).All(i =>
        Math.Abs(Convert.ToInt32(a[(2 * i)..(2 * i + 2)], 16) - Convert.ToInt32(b[(2 * i)..(2 * i + 2)], 16)) <= 6);

    [GeneratedRegex("\\s*<(s:)?g id=\"svgdistill-added[^\"]*\">.*?</(s:)?g>", RegexOptions.Singleline)]
    private static partial Regex GroupMarkup();
}
