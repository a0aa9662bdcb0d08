using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>Dots, <c>pathLength</c> and <c>vector-effect</c>, by the area that they cover.</summary>
public class StrokeMeaningTests
{
    private const string Round = "stroke='red' stroke-width='10' stroke-linecap='round'";

    [Theory]
    [InlineData("<path d='M12 20z'/>", 1)]
    [InlineData("<path d='M12 20h0'/>", 1)]
    [InlineData("<path d='M12 20L12 20z'/>", 1)]
    [InlineData("<path d='M12 20L12 20L12 20'/>", 1)]
    [InlineData("<path d='M12 20C12 20 12 20 12 20'/>", 1)]
    [InlineData("<path d='M12 20zM40 20zM60 20h0'/>", 3)]
    [InlineData("<path d='M12 20z m30 0z'/>", 2)]
    [InlineData("<line x1='12' y1='20' x2='12' y2='20'/>", 1)]
    [InlineData("<polygon points='12,20'/>", 1)]
    [InlineData("<polyline points='12,20 12,20'/>", 1)]
    [InlineData("<path d='M12 20'/>", 0)]
    [InlineData("<polyline points='12,20'/>", 0)]
    [InlineData("<path d='M12 20M40 20'/>", 0)]
    public void Subpaths_of_no_length_are_dots(string shape, int dots)
    {
        Assert.Equal(dots * Math.PI * 25, Pictures.Area($"<g {Round}>{shape}</g>"), .2);
        Assert.Equal(dots * 100, Pictures.Area($"<g {Round.Replace("round", "square", StringComparison.Ordinal)}>{shape}</g>"), .2);
        Assert.Equal(0, Pictures.Area($"<g {Round.Replace("round", "butt", StringComparison.Ordinal)}>{shape}</g>"), .01);
    }

    [Fact]
    public void A_dot_moves_and_is_written()
    {
        var scene = SvgText.Read($"<path d='M12 20z' {Round}/>");
        Assert.Equal(3, scene.Scene.Parameters.Count(p => p.IsLeaf && p.Kind != ParameterKind.Color));
        Assert.Contains("d='M15 20Z'", SvgText.Write(scene, theta => theta[SvgText.Index(scene, "d[0].x")] = 15), StringComparison.Ordinal);
    }

    /// <summary>Half of each outline is dashed, whatever its shape.</summary>
    [Theory]
    [InlineData("<path d='M10 10H50' {0}/>", 40)]
    [InlineData("<path d='M10 10H50M10 40H30' {0}/>", 60)]
    [InlineData("<line x1='10' y1='10' x2='50' y2='10' {0}/>", 40)]
    [InlineData("<polyline points='10,10 50,10' {0}/>", 40)]
    [InlineData("<rect x='20' y='20' width='40' height='20' {0}/>", 120)]
    [InlineData("<circle cx='50' cy='50' r='30' {0}/>", 60 * Math.PI)]
    [InlineData("<ellipse cx='50' cy='50' rx='30' ry='30' {0}/>", 60 * Math.PI)]
    [InlineData("<polygon points='10,10 40,10 40,50' {0}/>", 120)]
    public void Path_length_measures_dashes(string shape, double length)
    {
        string With(string attributes) => string.Format(System.Globalization.CultureInfo.InvariantCulture, shape, "fill='none' stroke='red' stroke-width='.5' " + attributes);
        string dash = FormattableString.Invariant($"stroke-dasharray='{length / 8}' stroke-dashoffset='{length / 40}'");
        Assert.Equal(0, Pictures.Difference(With("pathLength='8' stroke-dasharray='1' stroke-dashoffset='.2'"), With(dash)), .01);
        Assert.Equal(0, Pictures.Difference(With("pathLength='1e-3' stroke-dasharray='.0005' stroke-dashoffset='0'"),
            With(FormattableString.Invariant($"stroke-dasharray='{length / 2}'"))), .01);
        // What is no length that is positive changes nothing.
        foreach (var none in (string[])["-3", "8px", "50%", "x", ""])
            Assert.Equal(0, Pictures.Difference(With($"pathLength='{none}' {dash}"), With(dash)));
    }

    [Fact]
    public void A_path_length_of_zero_stretches_dashes_without_end()
    {
        string With(string attributes) => $"<path d='M10 10H50' stroke='red' stroke-width='2' {attributes}/>";
        Assert.Equal(80, Pictures.Area(With("pathLength='0' stroke-dasharray='1 1'")), .1);
        Assert.Equal(0, Pictures.Area(With("pathLength='0' stroke-dasharray='0 1'")), .1);
        Assert.Equal(Math.PI, Pictures.Area(With("pathLength='0' stroke-dasharray='0 1' stroke-linecap='round'")), .1);
    }

    [Fact]
    public void A_dashs_unit_is_what_moves_the_drawing_by_a_diagonal()
    {
        double Unit(string attributes)
        {
            var scene = SvgText.Read($"<path d='M10 10H60' stroke='red' {attributes}/>", new SceneOptions { Optimize = OptimizeKinds.Dashes }).Scene;
            return scene.Parameters.Single(p => p.IsLeaf).Unit;
        }
        Assert.Equal(Math.Sqrt(20000), Unit("stroke-dasharray='3'"), 9);
        Assert.Equal(Math.Sqrt(20000) / 50, Unit("stroke-dasharray='.1' pathLength='1'"), 9);
        Assert.Equal(Math.Sqrt(20000), Unit("stroke-dasharray='3' transform='scale(4)' vector-effect='non-scaling-stroke'"), 9);
    }

    [Theory]
    [InlineData("vector-effect='non-scaling-stroke'")]
    [InlineData("style='vector-effect:non-scaling-stroke'")]
    public void Non_scaling_strokes_are_as_wide_everywhere(string effect)
    {
        string Line(string attributes) => $"<path d='M2 2V9' stroke='red' stroke-width='4' stroke-dasharray='10 5' {attributes}/>";
        string Same(double x, double y1, double y2) => FormattableString.Invariant($"<path d='M{x} {y1}V{y2}' stroke='red' stroke-width='4' stroke-dasharray='10 5'/>");
        Assert.Equal(0, Pictures.Difference(Line($"transform='scale(9 10)' {effect}"), Same(18, 20, 90)), .01);
        Assert.Equal(0, Pictures.Difference($"<g transform='translate(3 1)scale(5)'><svg viewBox='0 0 50 50' width='50' height='50'>{Line(effect)}</svg></g>", Same(13, 11, 46)), .01);
        Assert.Equal(0, Pictures.Difference($"<defs><g id='u'>{Line(effect)}</g></defs><use href='#u' transform='scale(4)' x='1' y='1'/>", Same(12, 12, 40)), .01);
        // It is no inherited property.
        Assert.Equal(0, Pictures.Difference($"<g {effect}>{Line("")}</g>", Line("")));
    }

    [Fact]
    public void The_view_box_counts_as_a_transform()
    {
        double Area(string attributes)
        {
            var scene = SvgSceneReader.Read(SvgText.Document($"<svg xmlns='http://www.w3.org/2000/svg' {attributes}><path d='M0 5H10' stroke='red' stroke-width='4' vector-effect='non-scaling-stroke'/></svg>")).Scene;
            return new SceneRasterizer(scene, 100, 100).Forward(scene.InitialValues(), keep: false).Plane(3).ToArray().Sum(a => (double)a);
        }
        Assert.Equal(400, Area("width='100' height='100' viewBox='0 0 10 10'"), .5);
        // Drawn at another size than its own, a picture is the same but for its scale.
        Assert.Equal(800, Area("width='50' height='50' viewBox='0 0 10 10'"), .5);
    }

    [Fact]
    public void Markers_and_symbols_take_non_scaling_strokes()
    {
        const string marker = "<marker id='m' markerWidth='30' markerHeight='30' markerUnits='userSpaceOnUse' overflow='visible'><path d='M0 0V3' stroke='red' stroke-width='4' vector-effect='non-scaling-stroke'/></marker>";
        Assert.Equal(0, Pictures.Difference($"{marker}<g transform='scale(10)'><path d='M2 2H3' marker-start='url(#m)'/></g>",
            "<path d='M20 20V50' stroke='red' stroke-width='4'/>"), .01);
    }
}
