using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Control;

public class AspectLocksTests
{
    private const string Drawing = "<style>.line{stroke:#0f0}</style><linearGradient id='g'><stop stop-color='#00f' stop-opacity='.9'/><stop offset='1' stop-color='#0ff'/></linearGradient>"
        + "<g transform='rotate(3)' opacity='.9'><path d='M30 30C40 10 60 10 70 30L72 60L50 64L28 60Z' fill='url(#g)' class='line' stroke-width='2' stroke-opacity='.8' stroke-dasharray='4 2'/></g>"
        + "<rect x='80' y='80' width='20' height='30' fill='#f00'/><circle cx='30' cy='100' r='9' fill='#0f0' fill-opacity='.5'/>";

    private static SvgScene Read() => SvgEdit.Read(Drawing, new SceneOptions { Optimize = OptimizeKinds.All });

    [Theory]
    [InlineData(Aspects.Shape, "PointX PointY Size")]
    [InlineData(Aspects.Color, "Color")]
    [InlineData(Aspects.Opacity, "Opacity")]
    [InlineData(Aspects.Position, "Transform")]
    [InlineData(Aspects.Color | Aspects.Opacity, "Color Opacity")]
    public void An_aspect_holds_its_numbers(Aspects aspects, string kinds)
    {
        var scene = Read().Scene;
        var held = AspectLocks.Held(scene, aspects);
        for (var i = 0; i < scene.Parameters.Length; i++)
            Assert.Equal(kinds.Split(' ').Contains(scene.Parameters[i].Kind.ToString()), held.Contains(i));
    }

    [Fact]
    public void A_stroke_stays_with_its_colour_and_its_dashes_and_a_fill_does_not()
    {
        var scene = Read().Scene;
        var held = AspectLocks.Held(scene, Aspects.Stroke);
        string[] names = [.. scene.Parameters.Where((_, i) => held.Contains(i)).Select(p => p.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(["stroke-dasharray", "stroke-dasharray", "stroke-opacity", "stroke-width", "stroke.b", "stroke.g", "stroke.r"], [.. names.Select(n => n.Split('[')[0])]);
    }

    [Fact]
    public void What_is_held_is_no_leaf_and_is_written_as_it_was()
    {
        var svg = Read();
        var held = svg.Holding(AspectLocks.Held(svg.Scene, Aspects.Color));
        var text = System.Text.Encoding.UTF8.GetString(SvgWriter.Write(held, [.. held.Scene.Parameters.Select(p => p.IsLeaf ? p.Initial + .1 * p.Unit : p.Initial)]));
        foreach (var color in new[] { "stroke:#0f0", "'#00f'", "'#0ff'", "'#f00'", "'#0f0'" }) Assert.Contains(color, text);
        Assert.DoesNotContain("M30 30", text);
    }

    [Fact]
    public void Centres_stay_while_forms_change()
    {
        var svg = Read();
        var scene = svg.Holding(AspectLocks.Held(svg.Scene, Aspects.Position)).Scene;
        foreach (var symmetry in new[] { SymmetryMode.None, SymmetryMode.Auto })
        {
            var random = new Random(5);
            var free = new DrawingRelations(scene, new DrawingRelationOptions { Symmetry = symmetry });
            var kept = new DrawingRelations(scene, new DrawingRelationOptions { Symmetry = symmetry, KeepCenters = true });
            double[] moved = [.. scene.Parameters.Select(p => p.IsLeaf ? p.Initial + .03 * p.Unit * (random.NextDouble() - .2) : p.Initial)], shifted = [.. moved];
            kept.Restore(moved);
            free.Restore(shifted);
            var (source, now, loose) = (ShapeOutline.Of(scene, scene.InitialValues()), ShapeOutline.Of(scene, moved), ShapeOutline.Of(scene, shifted));
            for (var i = 0; i < source.Count; i++)
            {
                if (i > 0) Assert.InRange((Center(now[i]) - Center(source[i])).Length, 0, 1e-9);
                Assert.True((Center(loose[i]) - Center(source[i])).Length > .6);
                Assert.NotEqual(source[i].Points, now[i].Points);
            }
            // A path's centre is that of its outline, by the lengths of the source.
            var shift = Weighted(scene, moved) - Weighted(scene, scene.InitialValues());
            Assert.InRange(shift.Length, 0, 1e-9);
            var again = (double[])moved.Clone();
            kept.Restore(again);
            Assert.Equal(moved, again);
        }
    }

    // Of the outline's bounds.
    private static Rasterizer.Geometry.Point Center(ShapeOutline outline)
    {
        var all = outline.Flatten(20).SelectMany(c => c.Vertices).ToArray();
        return new((all.Min(p => p.X) + all.Max(p => p.X)) / 2, (all.Min(p => p.Y) + all.Max(p => p.Y)) / 2);
    }

    // The path's centre of mass: each vertex of a fine polyline of the source, at the same place of the curve now.
    private static Rasterizer.Geometry.Point Weighted(Scene scene, double[] theta)
    {
        var (source, now) = (ShapeOutline.Of(scene, scene.InitialValues())[0], ShapeOutline.Of(scene, theta)[0]);
        var (sum, total) = (new Rasterizer.Geometry.Point(0, 0), 0.0);
        foreach (var (start, order) in source.Contours[0].Segments)
        {
            const int n = 16;
            for (var k = 0; k < n; k++)
            {
                var length = (On(source, start, order, (k + 1.0) / n) - On(source, start, order, (double)k / n)).Length;
                sum += length * On(now, start, order, (k + .5) / n);
                total += length;
            }
        }
        // The closing line.
        var (last, first) = (source.Contours[0].LastPoint, source.Contours[0].FirstPoint);
        var close = (source.Points[last] - source.Points[first]).Length;
        sum += close * .5 * (now.Points[last] + now.Points[first]);
        return 1 / (total + close) * sum;
    }

    private static Rasterizer.Geometry.Point On(ShapeOutline o, int at, int order, double t)
    {
        var (p, s) = (o.Points, 1 - t);
        return order == 1 ? s * p[at] + t * p[at + 1] : s * s * s * p[at] + 3 * s * s * t * p[at + 1] + 3 * s * t * t * p[at + 2] + t * t * t * p[at + 3];
    }
}
