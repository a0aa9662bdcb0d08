using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer.Geometry;
using Xunit;

namespace SvgDistill.Distill.Tests.Metrics;

public class EditCleannessTests
{
    private const string Square = "20 20 100 20 100 100 20 100", BowTie = "20 20 100 100 100 20 20 100";
    private const string Star = "60 10 80 90 15 40 105 40 40 90", MovedStar = "62 14 82 94 17 44 107 44 42 94";

    private static SvgEdit Polygon(string before, string after) => SvgEdit.Of($"<polygon points='{before}'/>", $"<polygon points='{after}'/>");

    private static SvgEdit Path(string before, string after) => SvgEdit.Of($"<path d='{before}'/>", $"<path d='{after}'/>");

    [Theory]
    [InlineData(Square, Square, 0)]
    [InlineData(Square, BowTie, 1)]
    [InlineData(BowTie, Square, 0)]
    [InlineData(Star, MovedStar, 0)]
    public void Crossings_that_the_source_had_not_are_counted(string before, string after, long added) =>
        Assert.Equal(new(added, true), Polygon(before, after).Cleanness.CrossingsAdded);

    [Fact]
    public void A_crossing_less_in_one_contour_does_not_make_up_for_one_more_in_another() =>
        Assert.Equal(1, Path("M10 10L40 40V10L10 40ZM60 60H90V90H60Z", "M10 10L40 10V40L10 40ZM60 60L90 90V60L60 90Z").Cleanness.CrossingsAdded.Crossings);

    [Fact]
    public void Contours_of_one_path_that_newly_cross_count() =>
        Assert.Equal(2, Path("M10 10H40V40H10ZM60 20H90V50H60Z", "M10 10H40V40H10ZM30 20H90V50H30Z").Cleanness.CrossingsAdded.Crossings);

    [Theory]
    [InlineData("58.5", 1)] // a bump 4 wide and 20 high narrowed to half a pixel
    [InlineData("57.5", 1)] // folded over: its sides cross nowhere, but lie half a pixel apart the other way round
    [InlineData("60.2", 0)] // 2.2 wide
    [InlineData("62", 0)]
    public void A_fold_thinner_than_a_pixel_is_a_sliver(string right, int slivers) => Assert.Equal(slivers, Path(
        "M20 60L58 60L58 40L62 40L62 60L100 60L100 100L20 100Z", $"M20 60L58 60L58 40L{right} 40L{right} 60L100 60L100 100L20 100Z").Cleanness.Slivers);

    [Fact]
    public void What_was_thin_in_the_source_is_none() => Assert.Equal(0, Path(
        "M20 60L58 60L58 40L58.6 40L58.6 60L100 60L100 100L20 100Z", "M22 62L60 62L60 42L60.5 42L60.5 62L102 62L102 102L22 102Z").Cleanness.Slivers);

    [Fact]
    public void A_shape_squeezed_to_a_line_is_one() => Assert.Equal(1, Path("M20 20H60V100H20Z", "M20 20H20.5V100H20Z").Cleanness.Slivers);

    [Theory]
    [InlineData("60 20 70 80 50 80")] // 19 degrees
    [InlineData("60 20 67 80 53 80")] // 13 degrees
    public void A_sharp_corner_is_none(string after) => Assert.Equal(0, Polygon("60 20 100 80 20 80", after).Cleanness.Slivers);

    [Fact]
    public void A_spike_sharper_than_its_source_is_one() => Assert.Equal(1, Polygon("60 20 100 80 20 80", "60 20 61 80 59 80").Cleanness.Slivers);

    [Theory]
    [InlineData("<rect x='10' y='10' width='10' height='10'/>", 100)]
    [InlineData("<rect x='10' y='10' width='10' height='10'/><rect x='15' y='0' width='50' height='50' fill='red'/>", 50)]
    [InlineData("<g opacity='.5'><rect x='10' y='10' width='10' height='10'/></g>", 50)]
    [InlineData("<clipPath id='c'><rect x='10' y='10' width='5' height='5'/></clipPath><rect x='10' y='10' width='10' height='10' clip-path='url(#c)'/>", 25)]
    [InlineData("<rect id='r' x='10' y='10' width='10' height='10'/><use href='#r' x='50'/>", 100)]
    [InlineData("<rect x='-20' y='10' width='10' height='10'/>", 0)]
    [InlineData("<rect x='10' y='10' width='10' height='10' stroke='red' stroke-width='2'/>", 144)]
    [InlineData("<linearGradient id='g'><stop stop-color='red'/><stop offset='1' stop-color='blue'/></linearGradient><rect x='10' y='10' width='10' height='10' fill='url(#g)'/>", 100)]
    public void What_a_shape_shows_is_what_later_ones_leave(string content, double area)
    {
        var scene = SvgEdit.Read(content).Scene;
        Assert.Equal(area, new VisibleAreas(scene, SvgEdit.Side, 0).At(scene.InitialValues())[0], .01);
    }

    [Theory]
    [InlineData("cx='40' cy='40' r='.2'", 1)] // an eighth of a pixel
    [InlineData("cx='100' cy='100' r='9'", 1)] // under the square
    [InlineData("cx='150' cy='40' r='9'", 1)] // off the canvas
    [InlineData("cx='40' cy='40' r='.3'", 0)] // .28 of a pixel
    public void A_shape_of_which_less_than_a_quarter_pixel_is_left_is_a_fleck(string circle, int flecks) => Assert.Equal(flecks, SvgEdit.Of(
        "<circle cx='40' cy='40' r='9'/><rect x='80' y='80' width='40' height='40' fill='red'/>",
        $"<circle {circle}/><rect x='80' y='80' width='40' height='40' fill='red'/>").Cleanness.Flecks);

    [Theory]
    [InlineData("x='10' y='10' width='30' height='30'", "x='-5' y='10' width='30' height='30'", 1)]
    [InlineData("x='10' y='10' width='30' height='30'", "x='10' y='100' width='30' height='30'", 1)]
    [InlineData("x='10' y='10' width='30' height='30'", "x='10' y='98.5' width='30' height='30'", 0)] // half a pixel
    [InlineData("x='-10' y='-10' width='150' height='150'", "x='-20' y='-20' width='170' height='170'", 0)] // was outside before
    public void What_left_the_canvas_is_counted(string before, string after, int count) =>
        Assert.Equal(count, SvgEdit.Of($"<rect {before}/>", $"<rect {after}/>").Cleanness.OutOfCanvas);

    [Fact]
    public void The_smallest_feature_is_the_width_of_the_thinnest_contour()
    {
        Assert.Equal(3, FeatureWidth.Of([new(0, 0), new(30, 30), new(30 - 3 / Math.Sqrt(2), 30 + 3 / Math.Sqrt(2)), new(-3 / Math.Sqrt(2), 3 / Math.Sqrt(2))]), 9);
        Assert.Equal(0, FeatureWidth.Of([new(0, 0), new Point(5, 5), new(9, 9)]), 9);
        var edit = Path("M0 0H100V100H0ZM10 10H20V60H10Z", "M0 0H100V100H0ZM10 10H14V60H10Z");
        Assert.Equal(4, edit.Cleanness.SmallestFeature, 6);
        const string Line = "<path d='M10 10H90' transform='scale(.5)' stroke='red' stroke-width='3'/><path d='M10 30V90H80Z'/>";
        Assert.Equal(1.5, SvgEdit.Of(Line, Line).Cleanness.SmallestFeature, 6);
    }

    private const string Eyes = "<path d='M64 20C90 20 110 40 110 64C110 90 90 108 64 108C38 108 18 90 18 64C18 40 38 20 64 20Z'/>";

    [Theory]
    [InlineData("<circle cx='44' cy='50' r='6'/><circle cx='84' cy='50' r='6'/>", 0)]
    [InlineData("<circle cx='42' cy='52' r='7'/><circle cx='86' cy='52' r='7'/>", 0)] // both went outwards
    [InlineData("<circle cx='44' cy='50' r='6'/><circle cx='84' cy='53' r='6'/>", 3)] // one went down
    [InlineData("<circle cx='44' cy='50' r='6'/><circle cx='84' cy='50' r='8'/>", 2.2843)] // one grew by 2, and its handles by 1.10 the other way
    public void What_leaves_the_sources_mirror_symmetry_is_measured(string eyes, double units)
    {
        var edit = SvgEdit.Of(Eyes + "<circle cx='44' cy='50' r='6'/><circle cx='84' cy='50' r='6'/>", Eyes + eyes);
        Assert.Equal(units, edit.Cleanness.SymmetryError * 128 * Math.Sqrt(2) / 100, 4);
    }

    [Fact]
    public void Contours_that_end_where_they_began_without_closing_count_too()
    {
        // An outline that begins with a line and ends at its first point: its image begins elsewhere.
        static string Nose(double x) => FormattableString.Invariant($"<path d='M70 60H58C54 60 54 66 58 68L64 {x}L70 68C74 66 74 60 70 60'/>");
        Assert.Equal(0, SvgEdit.Of(Nose(74), Nose(78)).Cleanness.SymmetryError);
        var edit = SvgEdit.Of("<path d='M70 60H58C54 60 54 66 58 68L64 74L70 68C74 66 74 60 70 60'/>", "<path d='M70 60H58C54 60 54 66 58 68L64 74L70 72C74 66 74 60 70 60'/>");
        Assert.Equal(4, edit.Cleanness.SymmetryError * 128 * Math.Sqrt(2) / 100, 6);
    }

    [Fact]
    public void A_drawing_that_slides_as_a_whole_keeps_its_symmetry_and_one_without_has_none_to_lose()
    {
        Assert.Equal(0, Polygon("20 20 100 20 60 90", "25 20 105 20 65 90").Cleanness.SymmetryError, 9);
        Assert.Equal(100 * 2 * 5 * 2 / 3.0 / (128 * Math.Sqrt(2)), Polygon("20 20 100 20 60 90", "20 20 100 20 65 90").Cleanness.SymmetryError, 6);
        Assert.Equal(0, Polygon("20 20 100 30 60 90", "20 20 100 20 10 90").Cleanness.SymmetryError);
    }

    [Fact]
    public void Nodes_and_colors_are_the_edits()
    {
        var clean = SvgEdit.Of("<rect width='9' height='9' fill='#f00'/><circle r='9' fill='#00f'/>", "<rect width='9' height='9' fill='#0f0'/><circle r='9' fill='#00ff00'/>").Cleanness;
        Assert.Equal((8, 1), (clean.Nodes, clean.Colors));
    }
}
