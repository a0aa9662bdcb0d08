using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public sealed class StructureTests
{
    private static PathGeometry Path(string data) => (PathGeometry)SvgText.OnlyShape($"<path d='{data}'/>").Geometry;

    [Fact]
    public void Coincident_points_are_one_variable()
    {
        var path = Path("M10 10C20 0 30 0 40 10L25 30 10 10.00005ZM40 10L50 50 60 10z");
        Assert.Equal(path.Points[0], path.Points[5]);
        Assert.Equal(path.Points[3], path.Points[6]);
        Assert.NotEqual(path.Points[0].X, path.Points[3].X);
        Assert.Equal(6 + 1, path.Points.Distinct().Count());
    }

    [Theory]
    // In, Node, Out, and which side may turn.
    [InlineData("M0 50C0 25 25 0 50 0C75 0 100 25 100 50", "2-3-4 in out")]
    [InlineData("M0 50C0 25 25 0 50 0S100 25 100 50", "2-3-4 in out")]
    [InlineData("M0 50C0 25 25 .4 50 0C75 .3 100 25 100 50", "2-3-4 in out")]
    [InlineData("M0 50C0 25 25 5 50 0C75 5 100 25 100 50", "")]
    [InlineData("M0 0L50 0C75 0 100 25 100 50", "0-1-2 out")]
    [InlineData("M0 50C0 25 25 0 50 0L100 0", "2-3-4 in")]
    [InlineData("M0 0L50 0L100 0", "")]
    [InlineData("M0 0C0 0 50 0 50 50C50 50 50 100 90 90", "2-3-5 in")]
    // Around a closed contour, and where the closing line takes part.
    [InlineData("M50 0C77 0 100 23 100 50C100 77 77 100 50 100C23 100 0 77 0 50C0 23 23 0 50 0Z", "11-0-1 in out, 2-3-4 in out, 5-6-7 in out, 8-9-10 in out")]
    [InlineData("M50 0C77 0 100 23 100 50L100 90L0 90L0 0Z", "6-0-1 out, 2-3-4 in")]
    [InlineData("M50 0C77 0 100 23 100 50L100 90L0 90L0 0L50 0", "6-0-1 out, 2-3-4 in")]
    [InlineData("M50 0C77 0 100 23 100 50M0 0L50 0", "")]
    public void Smooth_nodes_are_found(string data, string expected)
    {
        var path = Path(data);
        // A contour's end that lies on its start may be named by either position.
        var names = path.SmoothNodes.Select(n =>
            $"{n.In}-{path.Points.IndexOf(path.Points[n.Node])}-{n.Out}{(n.InIsFree ? " in" : "")}{(n.OutIsFree ? " out" : "")}");
        Assert.Equal(expected, string.Join(", ", names.Order(Comparer<string>.Create((a, b) =>
            Node(a).CompareTo(Node(b))))));
        static int Node(string name) => int.Parse(name.Split('-')[1],
            System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Units_are_canvas_diagonals_whatever_the_groups()
    {
        const double diagonal = 141.4213562373095;
        var scene = SvgText.Read("<g transform='scale(2)'><g transform='scale(5) rotate(30)'><path d='M0 0L3 3'/><rect width='1mm' height='10%'/></g></g>").Scene;
        double Unit(string name) => scene.Parameters.Single(p => p.Name == name).Unit;
        Assert.Equal(diagonal / 10, Unit("d[0].x"), 9);
        Assert.Equal(diagonal / 10 / (96 / 25.4), Unit("width"), 9);
        Assert.Equal(diagonal / 10, Unit("height"), 9);
        Assert.Equal(96 / 25.4, ((RectGeometry)SvgText.Shapes(scene.Root).Last().Geometry).Width.Scale, 12);
    }

    [Fact]
    public void Fractions_of_a_box_count_the_box_as_one()
    {
        var scene = SvgText.Read("<linearGradient id='g' x1='.1' x2='90%'><stop/><stop offset='1'/></linearGradient>"
            + "<clipPath id='c' clipPathUnits='objectBoundingBox'><path d='M0 0L1 0 1 1L1.0001 1z'/></clipPath>"
            + "<g transform='scale(4)'><rect width='9' height='9' fill='url(#g)' clip-path='url(#c)'/></g>").Scene;
        double Unit(string name) => scene.Parameters.Single(p => p.Name == name).Unit;
        Assert.Equal(1, Unit("x1"), 9);
        Assert.Equal(100, Unit("x2"), 9);
        Assert.Equal(1, Unit("d[3].x"), 9);
    }

    [Fact]
    public void One_parameter_for_each_written_value()
    {
        var scene = SvgText.Read("<style>.a{fill:red}</style><g stroke='blue' stroke-width='2'><rect class='a' width='5' height='5'/><circle id='c' class='a' r='3'/></g><use href='#c' x='9'/>").Scene;
        var shapes = SvgText.Shapes(scene.Root).ToArray();
        Assert.Equal(3, shapes.Length);
        Assert.Single(shapes.Select(s => ((SolidPaint)s.Fill!).Color).Distinct());
        Assert.Single(shapes.Take(2).Select(s => s.Stroke!.Width).Distinct());
        Assert.Equal(((EllipseGeometry)shapes[1].Geometry).Rx, ((EllipseGeometry)shapes[2].Geometry).Ry);
        Assert.Equal(["fill.r", "fill.g", "fill.b", "width", "height", "stroke.r", "stroke.g", "stroke.b",
            "stroke-width", "r", "x"],
            scene.Parameters.Where(p => p.IsLeaf).Select(p =>
                p.Name).Order().Order(StringComparer.Ordinal).ToArray().OrderBy(n => Array.IndexOf(
                ["fill.r", "fill.g", "fill.b", "width", "height", "stroke.r", "stroke.g", "stroke.b", "stroke-width",
                    "r", "x"], n)));
    }

    [Fact]
    public void Kinds_are_leaves_as_asked()
    {
        const string content = "<linearGradient id='g' x1='0' x2='1'><stop offset='.2' stop-color='red' stop-opacity='.5'/><stop offset='1' stop-color='rgba(1,2,3,.4)'/></linearGradient>"
            + "<rect transform='rotate(3)' opacity='.5' fill='url(#g)' width='9' height='9' stroke='red' stroke-width='2' stroke-dasharray='1 2' color='blue'/>";
        string Leaves(OptimizeKinds kinds) => string.Join(' ', SvgText.Read(content,
            new SceneOptions { Optimize = kinds }).Scene.Parameters
            .Where(p => p.IsLeaf).Select(p => p.Kind).Distinct().Order());
        Assert.Equal("Size StrokeWidth Color", Leaves(OptimizeKinds.Default));
        Assert.Equal("Opacity", Leaves(OptimizeKinds.Opacities));
        Assert.Equal("GradientGeometry StopOffset", Leaves(OptimizeKinds.Gradients));
        Assert.Equal("Dash", Leaves(OptimizeKinds.Dashes));
        Assert.Equal("Transform", Leaves(OptimizeKinds.Transforms));
        Assert.Equal("", Leaves(OptimizeKinds.None));
    }

    [Fact]
    public void Words_are_no_leaves()
    {
        var scene = SvgText.Read("<style>:root{--c:red}</style><g color='lime'><rect fill='currentColor' stroke='color-mix(in srgb, var(--c), blue)' width='5' height='5'/></g>").Scene;
        Assert.DoesNotContain(scene.Parameters, p => p.Kind == ParameterKind.Color && p.IsLeaf);
        Assert.Equal("#00ff00", SvgText.Hex(((SolidPaint)SvgText.Shapes(scene.Root).Single().Fill!).Color,
            scene.InitialValues()));
    }

    [Theory]
    [InlineData("<rect class='a' width='9' height='9'/><rect stroke='var( --c , lime)' width='5' height='5'/>", 1)]
    [InlineData("<rect class='b' width='9' height='9'/><rect class='a' width='5' height='5'/>", 1)]
    [InlineData("<g class='c'><rect class='a' width='9' height='9'/></g><rect class='a' width='5' height='5'/>", 2)]
    [InlineData("<rect class='a' width='9' height='9'/><rect fill='color-mix(in srgb, var(--c), blue)' width='5' height='5'/>", 0)]
    [InlineData("<rect class='a' width='9' height='9'/><rect fill='rgb(from var(--c) r g b)' width='5' height='5'/>", 0)]
    [InlineData("<rect class='a' width='9' height='9'/><g color='var(--c)'><rect style='fill:color-mix(in srgb, currentColor, blue)' width='5' height='5'/></g>", 0)]
    public void A_colour_of_a_custom_property_is_one_leaf_where_all_that_uses_it_can_follow(string content, int colors)
    {
        var svg = SvgText.Read("<style>:root{--c: #f00 ;--d:var(--c)} .a{fill:var(--c)} .b{fill:var(--d)} .c{--c:#00f}</style>" + content);
        var leaves = svg.Scene.Parameters.Select((p, i) => (p, i)).Where(p => p.p.Kind == ParameterKind.Color && p.p.IsLeaf).ToArray();
        Assert.Equal(3 * colors, leaves.Length);
        if (colors == 0) return;
        var theta = svg.Scene.InitialValues();
        theta[leaves[1].i] = 1;
        var text = System.Text.Encoding.UTF8.GetString(SvgWriter.Write(svg, theta));
        Assert.Contains(colors == 1 ? "--c: #ffff00 ;" : ".c{--c:#00ffff}", text);
    }

    [Fact]
    public void Contents_of_containers_move_only_when_selected()
    {
        const string content = "<clipPath id='c'><circle r='9'/></clipPath><mask id='m'><rect width='50' height='50' fill='white'/></mask><pattern id='p' width='5' height='5' patternUnits='userSpaceOnUse'><path d='M0 0H3V3'/></pattern>"
            + "<g clip-path='url(#c)' mask='url(#m)'><ellipse rx='20' ry='10' fill='url(#p)'/></g>";
        string Leaves(params string[] only) => string.Join(' ', SvgText.Read(content,
            new SceneOptions { Only = [.. only] }).Scene.Parameters
            .Where(p => p.IsLeaf).Select(p => p.Element.TagName).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal("ellipse", Leaves());
        Assert.Equal("circle", Leaves("#c"));
        Assert.Equal("ellipse path", Leaves("ellipse", "pattern path"));
    }

    [Fact]
    public void Locked_elements_lock_what_they_share()
    {
        const string content = "<g fill='red'><rect id='a' width='1' height='1'/><rect id='b' width='2' height='2' stroke='#00F'/></g>";
        ImmutableArray<Parameter> With(SceneOptions options) => SvgText.Read(content, options).Scene.Parameters;
        Assert.Equal(["b", "b", "b", "b", "b"], With(new SceneOptions { Lock = ["#a"] }).Where(p =>
            p.IsLeaf).Select(p => p.Element.Id));
        Assert.Equal(["a", "a"], With(new SceneOptions { Only = ["#a"] }).Where(p => p.IsLeaf).Select(p =>
            p.Element.Id));
        Assert.DoesNotContain(With(new SceneOptions { LockColors = ["blue"] }), p =>
            p.IsLeaf && p.Name.StartsWith("stroke", StringComparison.Ordinal));
        Assert.Contains("matches no element", Assert.Throws<SvgException>(() =>
            With(new SceneOptions { Lock = ["#zzz"] })).Message);
        Assert.Throws<SvgException>(() => With(new SceneOptions { Only = ["a::b("] }));
        Assert.Throws<SvgException>(() => With(new SceneOptions { LockColors = ["bluu"] }));
    }

    [Fact]
    public void What_is_left_out_is_said_once_a_kind()
    {
        var notes = SvgText.Read("<flowRoot/><g clip-path='circle(3px)'><flowRoot/><rect width='1' height='1'/></g><image href='http://example.org/a.png' width='1' height='1'/>").Scene.Notes;
        Assert.Equal(
            ["Flowed text (flowRoot) is kept but not drawn (2 elements).",
                "Images outside the file are kept but not drawn; --resources DIR draws those below DIR (1 element).",
                "What spans the box of a clip path by a basic shape, or of a transform with transform-box, stands still in an edit (1 element)."], notes);
    }

    [Fact]
    public void The_canvas_follows_size_and_view_box()
    {
        (double, double) Size(string attributes)
        {
            var scene = SvgSceneReader.Read(SvgText.Document($"<svg xmlns='http://www.w3.org/2000/svg' {attributes}><rect x='10' y='10' width='20' height='30' stroke='red' stroke-width='2'/></svg>")).Scene;
            return (scene.Width, scene.Height);
        }
        Assert.Equal((24, 12), Size("viewBox='0 0 24 12'"));
        Assert.Equal((50, 12), Size("viewBox='0 0 24 12' width='50'"));
        Assert.Equal((12, 6), Size("viewBox='0 0 24 12' width='50%' height='50%'"));
        Assert.Equal((96, 48), Size("width='1in' height='.5in'"));
        Assert.Equal((12, 24), Size("width='1em' height='2em'"));
        Assert.Equal((31, 41), Size(""));
    }

    [Theory]
    [InlineData("<rect width='9' height='9' fill='url(#none) lime'/>", "#00ff00")]
    [InlineData("<linearGradient id='g'/><rect width='9' height='9' fill='url(#g) lime'/>", "#00ff00")]
    [InlineData("<pattern id='g' width='0' height='9'/><rect width='9' height='9' fill='url(#g) lime'/>", "#00ff00")]
    [InlineData("<linearGradient id='g'><stop stop-color='red'/></linearGradient><rect width='9' height='9' fill='url( \"#g\" ) lime'/>", "#ff0000")]
    [InlineData("<rect width='9' height='9' fill='url(#none) currentColor' color='lime'/>", "#00ff00")]
    public void Servers_that_cannot_paint_leave_it_to_the_fallback(string content, string expected) =>
        Assert.Equal(expected, SvgText.Fill(content));

    [Fact]
    public void Opacity_of_one_paint_needs_no_layer()
    {
        var shape = SvgText.OnlyShape("<rect width='9' height='9' opacity='.5' fill-opacity='.5'/>");
        // Two written factors are no scalar: a layer keeps them apart.
        Assert.Equal(.5, shape.FillOpacity.Value([9, 9, .25, .5]));
        var scene = SvgText.Read("<rect width='9' height='9' opacity='.5'/><path d='M0 0H9' stroke='red' fill='none' opacity='.5'/>").Scene;
        Assert.All(SvgText.Shapes(scene.Root), s => Assert.False((s.Stroke?.Opacity ?? s.FillOpacity).IsConstant));
        Assert.DoesNotContain(Groups(scene.Root), g => !g.Opacity.IsConstant);
        scene = SvgText.Read("<rect width='9' height='9' opacity='.5' stroke='red'/>").Scene;
        Assert.Contains(Groups(scene.Root), g => !g.Opacity.IsConstant);
    }

    private static IEnumerable<GroupNode> Groups(SceneNode node) =>
        node is GroupNode g ? g.Children.SelectMany(Groups).Prepend(g) : [];

    [Fact]
    public void Groups_move_as_a_whole_and_used_content_with_its_use()
    {
        const string content = "<defs><g id='o'><rect width='9' height='9'/></g></defs><g><g><circle r='5'/></g></g><use href='#o'/>";
        string Moved(MoveUnits units) => string.Join(' ', SvgText.Read(content, new SceneOptions { Move = units, Optimize = OptimizeKinds.None })
            .Scene.Parameters.Where(p => p.IsLeaf && p.Name == "move.x").Select(p => $"{p.Element.TagName}{p.Element.Order}"));
        Assert.Equal("circle6 use7", Moved(MoveUnits.Elements));
        Assert.Equal("g5 g4", Moved(MoveUnits.Groups));
        Assert.Equal("", Moved(MoveUnits.None));
    }

    [Theory]
    [InlineData(MoveUnits.None, "Color PointX PointY Size StrokeWidth")]
    [InlineData(MoveUnits.Elements, "Color Transform")]
    [InlineData(MoveUnits.Groups, "Color Transform")]
    public void Motions_are_all_that_moves_the_geometry_unless_more_is_asked(MoveUnits units, string kinds)
    {
        const string content = "<g><circle r='5' cx='9' stroke='red' stroke-width='2'/><path d='M0 0L9 9L5 2'/></g>";
        var options = new SceneOptions { Move = units };
        string Leaves(SceneOptions asked) => string.Join(' ', SvgText.Read(content, asked).Scene.Parameters
            .Where(p => p.IsLeaf).Select(p => p.Kind.ToString()).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(kinds, Leaves(options));
        var both = Leaves(options with { Optimize = OptimizeKinds.Points });
        Assert.Equal(units == MoveUnits.None ? "PointX PointY Size" : "PointX PointY Size Transform", both);
    }

    [Theory]
    [InlineData("M5 5M6 6", "6")]
    [InlineData("M5 5M6 6L9 9", "6 9")]
    [InlineData("M1 1L2 2L3 3", "1 2 3")]
    [InlineData("M1 1L2 2L3 1z", "1 2 3 1")]
    [InlineData("M1 1L2 2M3 3L4 4", "1 2 3 4")]
    public void Markers_stand_on_vertices(string data, string expected)
    {
        var scene = SvgText.Read("<marker id='m' markerWidth='9' markerHeight='9'><rect width='1' height='1'/></marker>"
            + $"<path d='{data}' fill='none' stroke='red' marker-start='url(#m)' marker-mid='url(#m)' marker-end='url(#m)'/>").Scene;
        var theta = scene.InitialValues();
        var places = Groups(scene.Root).SelectMany(g => g.Transform.Steps).OfType<MarkerStep>().Select(m => m.At.X.Value(theta)).ToArray();
        // Start, middle, end: the start's and the end's are one where there is one vertex.
        Assert.Equal(expected.Contains(' ') ? expected : $"{expected} {expected}",
            string.Join(' ', new[] { places[0] }.Concat(places[1..^1]).Append(places[^1])));
    }

    [Fact]
    public void Embedded_drawings_are_drawn_and_frozen()
    {
        var inner = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><path d='M0 0H5V5' fill='red' transform='rotate(3)'/></svg>"));
        var scene = SvgText.Read($"<image width='50' height='50' href='data:image/svg+xml;base64,{inner}'/>",
            new SceneOptions { Optimize = OptimizeKinds.All }).Scene;
        Assert.Single(SvgText.Shapes(scene.Root));
        Assert.Empty(scene.Parameters);
    }

    // An image of an image of a shape.
    private static string Nested(int levels, string content)
    {
        for (; levels > 0; levels--)
        {
            var file = $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'>{content}</svg>";
            content = $"<image width='10' height='10' href='data:image/svg+xml;base64,{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(file))}'/>";
        }
        return content;
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 0)]
    public void Embedded_drawings_are_drawn_in_embedded_drawings(int levels, int shapes)
    {
        var scene = SvgText.Read(Nested(levels, "<path d='M0 0H5V5' fill='red'/>"), new SceneOptions { Optimize = OptimizeKinds.All }).Scene;
        Assert.Equal(shapes, SvgText.Shapes(scene.Root).Count());
        Assert.Empty(scene.Parameters);
        Assert.Equal(shapes == 0, scene.Notes.Any(n => n.StartsWith("SVG images nested", StringComparison.Ordinal)));
    }

    // As many parts as copies^(levels + 1) in few bytes.
    private static SvgDocument FannedOut(int levels, int copies)
    {
        var content = string.Concat(Enumerable.Repeat("<path d='M0 0H5V5'/>", copies));
        for (var level = 0; level < levels; level++)
            content = $"<defs><g id='a'>{Nested(1, content)}</g></defs>" + string.Concat(Enumerable.Repeat("<use href='#a'/>", copies));
        return SvgText.Document($"<svg xmlns='http://www.w3.org/2000/svg'>{content}</svg>", new SvgLimits { SceneNodes = copies * copies / 2 });
    }

    [Fact]
    public void Every_place_of_an_embedded_drawing_counts()
    {
        Assert.Contains("parts once its references are followed", Assert.Throws<SvgException>(() => SvgSceneReader.Read(FannedOut(1, 1000))).Message, StringComparison.Ordinal);
        // An image that is too much by itself is left out.
        var scene = SvgSceneReader.Read(FannedOut(3, 20)).Scene;
        Assert.Empty(SvgText.Shapes(scene.Root));
        Assert.NotEmpty(scene.Notes);
    }

    [Fact]
    public void Context_paints_lie_in_the_marked_shapes_space()
    {
        var scene = SvgText.Read("<linearGradient id='g' x2='1' gradientUnits='userSpaceOnUse' x1='0'><stop/><stop offset='1'/></linearGradient>"
            + "<marker id='m' orient='90' markerUnits='userSpaceOnUse'><path d='M0 0H3V3' fill='context-fill'/></marker>"
            + "<path d='M10 20H40V40' fill='url(#g)' marker-start='url(#m)'/>").Scene;
        var paint = (LinearGradientPaint)SvgText.Shapes(scene.Root).Last().Fill!;
        // From the marker's space, turned by 90 degrees at (10, 20), back to the shape's.
        var matrix = ((MatrixStep)paint.Transform.Steps.Single()).Matrix;
        var p = matrix.Apply(new Point(10, 20));
        var q = matrix.Apply(new Point(11, 20));
        Assert.Equal((0, 0, 0, -1), (Math.Round(p.X, 9), Math.Round(p.Y, 9), Math.Round(q.X - p.X, 9), Math.Round(q.Y - p.Y, 9)));
    }
}
