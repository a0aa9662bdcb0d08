using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Styles;
using SvgDistill.Rasterizer.Outlines;
using Xunit;

namespace SvgDistill.Distill.Tests.Styles;

/// <summary>Colours, line widths and corners of drawings whose figures are known.</summary>
public sealed class StyleTests
{
    // The diagonal is 100.
    private const string Canvas = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 80 60'>";

    [Theory]
    [InlineData("<circle cx='40' cy='30' r='8' fill='none' stroke='#000' stroke-width='3'/>", 3)]
    [InlineData("<path d='M48 30a8 8 0 1 0-16 0a8 8 0 1 0 16 0M45 30a5 5 0 1 1-10 0a5 5 0 1 1 10 0'/>", 3)] // A ring as a form, its hole the other way round.
    [InlineData("<path fill-rule='evenodd' d='M48 30a8 8 0 1 0-16 0a8 8 0 1 0 16 0M45 30a5 5 0 1 0-10 0a5 5 0 1 0 10 0'/>", 3)] // The same way round.
    [InlineData("<path d='M48 30a8 8 0 1 0-16 0a8 8 0 1 0 16 0M45 30a5 5 0 1 0-10 0a5 5 0 1 0 10 0'/>", 4.92)] // By the other rule no hole: 2 · 64 / 26.
    [InlineData("<circle cx='40' cy='30' r='8'/>", 8)]
    [InlineData("<g transform='scale(2)'><path d='M4 4h20' stroke='#000' stroke-width='1.5'/></g>", 3)]
    [InlineData("<rect x='10' y='10' width='30' height='20'/>", 12)] // 2 · 600 / 100
    public void WidthsAreThoseOfTheLines(string shape, double width) =>
        Assert.Equal(width, 100 * Math.Pow(2, Profile(shape).Widths!.Quantile(.5)), width / 30);

    /// <summary>A stroke counts with both edges, as the form of the same look does.</summary>
    [Fact]
    public void WidthsCountByTheirEdges()
    {
        // A line of length 50 has 100 of edge, the square 4 · 12.5 = 50: two thirds of 1, a third of 2 · 156.25 / 50 = 6.25.
        var widths = Profile("<path d='M4 4h50' stroke='#000' stroke-width='1'/><rect x='10' y='20' width='12.5' height='12.5'/>").Widths!;
        Assert.Equal(1, 100 * Math.Pow(2, widths.Quantile(.6)), .04);
        Assert.Equal(6.25, 100 * Math.Pow(2, widths.Quantile(.7)), .2);
    }

    /// <summary>By what they fill; those that look like a larger one, and edges' and gradients', are none of a set's.</summary>
    [Fact]
    public void APaletteHasTheSetsColours()
    {
        static string Bars(params (string Color, int Width)[] bars) => string.Concat(bars.Select((b, i) => $"<rect y='{10 * i}' width='{b.Width}' height='6' fill='{b.Color}'/>"));
        var set = new StyleSet([Profile(Bars(("#c00", 60), ("#00c", 20))), Profile(Bars(("#0c0", 50), ("#c40000", 30))), Profile(Bars(("#c00", 80), ("#123", 1)))]);
        Assert.Equal([("#cc0000", .58, 2), ("#00cc00", .21, 2), ("#0000cc", .08, 2)], set.Palette(9).Select(c => (c.Bytes.ToHex(), c.Share, 2)).Select(c => (c.Item1, Math.Round(c.Share, 2), 2)));
        Assert.Equal(["#cc0000", "#00cc00"], set.Palette(2).Select(c => c.Bytes.ToHex()));
    }

    [Theory]
    [InlineData("<rect x='10' y='10' width='30' height='20'/>", 0)]
    [InlineData("<path d='M10 10h30v20h-30z'/>", 0)]
    [InlineData("<rect x='10' y='10' width='30' height='20' rx='4'/>", 4)]
    [InlineData("<circle cx='40' cy='30' r='7'/>", 7)]
    [InlineData("<circle cx='40' cy='30' r='25'/>", StyleProfile.RoundestCorner)]
    [InlineData("<g transform='scale(.5)'><circle cx='40' cy='30' r='7'/></g>", 3.5)]
    [InlineData("<path d='M10 10L40 10C40 10 40 10 40 30'/>", 0)] // A handle on its node: a corner of a right angle.
    public void CornersAreRoundByTheirRadius(string shape, double radius)
    {
        var corners = Profile(shape).Corners!;
        Assert.Equal((radius, radius), (corners.Quantile(.05), corners.Quantile(.95)), _near);
    }

    /// <summary>A closed convex contour turns by a full circle, a half-open one by its corners.</summary>
    [Theory]
    [InlineData("<rect x='10' y='10' width='30' height='20' rx='4'/>", 360)]
    [InlineData("<rect x='10' y='10' width='30' height='20'/>", 360)]
    [InlineData("<path d='M10 10h30l-15 25z'/>", 360)]
    [InlineData("<circle cx='40' cy='30' r='7'/>", 360)]
    [InlineData("<path d='M10 10h30v20h-30' fill='none' stroke='#000'/>", 180)]
    [InlineData("<path d='M10 10h30' stroke='#000'/>", 0)]
    public void AnglesAddUp(string shape, double degrees) =>
        Assert.Equal(degrees, ShapeOutline.Of(Drawing(shape).Scene, Drawing(shape).Scene.InitialValues()).SelectMany(CornerRadii.Of).Sum(c => c.Angle) * 180 / Math.PI, 1e-6);

    /// <summary>Where a handle lies on its node the other one says where the curve leads: no corner.</summary>
    [Theory]
    [InlineData("<path d='M10 10L30 10C30 10 40 10 45 20' fill='none' stroke='#000'/>")]
    [InlineData("<path d='M45 20C40 10 30 10 30 10L10 10' fill='none' stroke='#000'/>")]
    public void ASmoothJointIsNoCorner(string shape)
    {
        var turns = ShapeOutline.Of(Drawing(shape).Scene, Drawing(shape).Scene.InitialValues()).SelectMany(CornerRadii.Of).ToArray();
        Assert.Equal(0, turns.Where(t => t.Radius == 0).Sum(t => t.Angle), 1e-9);
        Assert.Equal(Math.Atan2(10, 5), turns.Sum(t => t.Angle), 1e-9);
    }

    [Fact]
    public void ColorsAreThoseInsideShapes()
    {
        var colors = Profile("<rect x='0' y='0' width='59.3' height='60' fill='#c03000'/><rect x='59.3' y='0' width='20.7' height='60' fill='#0030c0' opacity='.6'/>").Colors;
        Assert.Equal(2, colors.Count); // No mixture where they meet.
        Assert.InRange(colors[0].Share, .73, .76);
        Assert.Equal(1, colors[0].Share + colors[1].Share, 1e-9);
        Assert.Equal(new ByteColor(0xc0, 0x30, 0), colors[0].Bytes);
        Assert.Equal(new ByteColor(0, 0x30, 0xc0), colors[1].Bytes); // What shows through is not the drawing's.
    }

    [Fact]
    public void ALineThinnerThanAPixelHasAColor() =>
        Assert.Equal(new ByteColor(0xc0, 0x30, 0), Assert.Single(Profile("<path d='M0 30.1h80' stroke='#c03000' stroke-width='.27'/>").Colors).Bytes);

    [Fact]
    public void NothingDrawnHasNoStyle()
    {
        var profile = Profile("<circle r='5' opacity='0'/>");
        Assert.Equal((0, true, true), (profile.Colors.Count, profile.Widths is null, profile.Corners is null));
        Assert.Equal(new StyleDistance(null, null, null), new StyleSet([Profile("<circle cx='40' cy='30' r='7'/>")]).To(profile));
    }

    /// <summary>To the nearest colour of the set, by the area that is off it; line widths in octaves; corners in % of the diagonal.</summary>
    [Fact]
    public void DistancesAreThoseOfTheirParts()
    {
        var set = new StyleSet([Profile("<rect width='40' height='60' fill='#f00'/>"), Profile("<rect width='40' height='60' fill='#00f'/>")]);
        Assert.Equal(0, set.To(Profile("<circle cx='40' cy='30' r='7' fill='#00f'/>")).Colors!.Value, 1e-9);
        var half = set.To(Profile("<rect width='40' height='60' fill='#f00'/><rect x='40' width='40' height='60' fill='#080'/>")).Colors!.Value;
        var green = (0, 0x88 / 255.0, 0);
        Assert.Equal(Math.Min(Ciede2000.Difference((1, 0, 0), green), Ciede2000.Difference((0, 0, 1), green)) / 2, half, .3);

        var lines = new StyleSet([Profile("<path d='M4 4h50' stroke='#000' stroke-width='1'/>")]);
        Assert.Equal(1, lines.To(Profile("<path d='M4 4h50' stroke='#000' stroke-width='2'/>")).Widths!.Value, 1e-9);
        Assert.Equal(0, lines.To(Profile("<path d='M9 50v-20' stroke='#000' stroke-width='1'/>")).Widths!.Value, 1e-9);

        var round = new StyleSet([Profile("<rect x='10' y='10' width='30' height='20' rx='4'/>")]);
        Assert.Equal(4, round.To(Profile("<rect x='10' y='10' width='30' height='20'/>")).Corners!.Value, .1);
        Assert.Equal(.2, round.To(Profile("<rect x='10' y='10' width='15' height='12' rx='4.2'/>")).Corners!.Value, .1);
    }

    /// <summary>A colour that fills less than a hundredth of each drawing is none of the set's.</summary>
    [Theory]
    [InlineData(2, false)]
    [InlineData(12, true)]
    public void AColorOfTheSetFillsAHundredthOfADrawing(double side, bool isOfTheSet)
    {
        var set = new StyleSet([Profile($"<rect width='80' height='60' fill='#f00'/><rect x='20' y='20' width='{side}' height='{side}' fill='#00f'/>")]);
        Assert.Equal(isOfTheSet ? 0 : Ciede2000.Difference((1, 0, 0), (0, 0, 1)), set.To(Profile("<rect width='80' height='60' fill='#00f'/>")).Colors!.Value, .5);
    }

    /// <summary>Each of the set's drawings is held against the others.</summary>
    [Fact]
    public void TheSetsOwnDrawingsAreLeftOutOneByOne()
    {
        var (red, blue) = (Profile("<rect width='40' height='60' fill='#f00'/>"), Profile("<rect width='40' height='60' fill='#00f'/>"));
        var difference = Ciede2000.Difference((1, 0, 0), (0, 0, 1));
        Assert.Equal([0, 0, difference], new StyleSet([red, red, blue]).Own(100).Select(d => Math.Round(d.Colors!.Value, 9)), new Near(1e-6));
        Assert.Equal(2, new StyleSet([red, red, blue, blue]).Own(2).Count);
        Assert.Empty(new StyleSet([red]).Own(100));
        Assert.Throws<ArgumentException>(() => new StyleSet([]));
    }

    [Fact]
    public void HistogramsAreAsFarAsTheirValues()
    {
        Histogram Of(params (double, double)[] values) => Histogram.Of(values, 0, 10, 100)!;
        Assert.Equal(2.5, Of((1, 3)).DistanceTo(Of((3.5, 1))), 1e-9);
        Assert.Equal(1, Of((1, 1), (3, 1)).DistanceTo(Of((2, 1))), 1e-9);
        Assert.Equal(0, Of((-5, 1)).DistanceTo(Of((0, 1))), 1e-9);
        Assert.Equal(1.5, Of((9, 1)).DistanceTo(Histogram.Mean([Of((8, 1)), Of((7, 4))])), 1e-9);
        Assert.Null(Histogram.Of([(1, 0)], 0, 10, 100));
        Assert.Throws<ArgumentException>(() => Of((1, 1)).DistanceTo(Histogram.Of([(1, 1)], 0, 10, 50)!));
    }

    private static readonly Func<(double, double), (double, double), bool> _near = (a, b) => Math.Abs(a.Item1 - b.Item1) <= .15 && Math.Abs(a.Item2 - b.Item2) <= .15;

    private static MeasuredDrawing Drawing(string shapes) => MeasuredDrawing.Read(System.Text.Encoding.UTF8.GetBytes(Canvas + shapes + "</svg>"), "drawing.svg");

    private static StyleProfile Profile(string shapes) => StyleProfile.Of(Drawing(shapes));

    private sealed class Near(double tolerance) : IEqualityComparer<double>
    {
        public bool Equals(double a, double b) => Math.Abs(a - b) <= tolerance;
        public int GetHashCode(double value) => 0;
    }
}
