using System.Text;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tests.Svg;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Text;

/// <summary>Text in an edit: paints and places move, glyphs stay the font's.</summary>
public sealed class TextEditTests
{
    private const string Gradient = "<linearGradient id='g'><stop offset='.1' stop-color='#d02020'/><stop offset='.9' stop-color='#2040d0'/></linearGradient>";

    private const string Drawing = Gradient
        + "<text x='10' y='60' font-family='Noto Sans' font-size='40' fill='url(#g)' stroke='#208020' stroke-width='2' opacity='.8'>Ag<tspan fill='#806010' fill-opacity='.7'>o</tspan></text>";

    [Fact]
    public void Only_paints_are_leaves()
    {
        var kinds = TextCase.Read(Drawing, TextCase.Options with { Optimize = OptimizeKinds.All }).Scene.Parameters.Where(p => p.IsLeaf).Select(p => p.Kind).Distinct();
        Assert.Equal([ParameterKind.Color, ParameterKind.StrokeWidth, ParameterKind.Opacity, ParameterKind.StopOffset], kinds.OrderBy(k => Array.IndexOf(
            [ParameterKind.Color, ParameterKind.StrokeWidth, ParameterKind.Opacity, ParameterKind.StopOffset], k)));
    }

    [Fact]
    public void The_gradient_reaches_paints_and_places()
    {
        static float Weight(int i) => (float)(Math.Sin(i % 96 / 17.0) + Math.Cos(i / 96 / 13.0));
        foreach (var options in (SceneOptions[])[TextCase.Options with { Optimize = OptimizeKinds.All }, TextCase.Options with { Move = MoveUnits.Elements }])
        {
            // A stroke's edges that cross a pixel's border have a kink there, which a difference sees and the derivative does not.
            var content = options.Move == MoveUnits.None ? Drawing : Drawing.Replace("stroke='#208020'", "", StringComparison.Ordinal);
            var scene = TextCase.Read(content, options).Scene;
            var rasterizer = new SceneRasterizer(scene, 96, 96);
            double[] theta = scene.InitialValues();
            double Loss() => rasterizer.Forward(theta, keep: true).Data.ToArray().Select((v, i) => v * (double)Weight(i)).Sum();
            Loss();
            var upstream = new float[4 * 96 * 96];
            for (var i = 0; i < upstream.Length; i++) upstream[i] = Weight(i);
            var gradient = new double[theta.Length];
            rasterizer.Backward(upstream, gradient);
            for (var i = 0; i < theta.Length; i++)
            {
                if (!scene.Parameters[i].IsLeaf) continue;
                var step = 1e-4 * scene.Parameters[i].Unit;
                var at = theta[i];
                theta[i] = at + step;
                var plus = Loss();
                theta[i] = at - step;
                var minus = Loss();
                theta[i] = at;
                var difference = (plus - minus) / (2 * step);
                Assert.True(Math.Abs(difference - gradient[i]) <= .03 * Math.Abs(difference) + 2e-2 / scene.Parameters[i].Unit, $"{scene.Parameters[i].Name}: {gradient[i]} against {difference}");
            }
        }
    }

    [Fact]
    public void Writing_back_changes_only_what_moved()
    {
        var scene = TextCase.Read(Drawing);
        Assert.Equal(scene.Document.ToBytes(), SvgWriter.Write(scene, scene.Scene.InitialValues()));
        var moved = SvgText.Write(scene, theta => theta[SvgText.Index(scene, "stop-color.r")] = 0);
        Assert.Equal(Encoding.UTF8.GetString(scene.Document.ToBytes()).Replace("#d02020", "#002020", StringComparison.Ordinal), moved);
    }

    /// <summary>As paths it would come under the rules for paths, and lose what a rule for text says of all of it.</summary>
    [Theory]
    [InlineData("path{fill:none;stroke:#333;stroke-width:3}", false)]
    [InlineData("text{opacity:.4}", false)]
    [InlineData("[font-size]{fill:red}", false)]
    [InlineData("g{opacity:.5}", false)]
    [InlineData("text{fill:red}", true)]
    public void Text_stays_text_where_paths_would_look_otherwise(string rule, bool turns)
    {
        var document = SvgText.Drawing($"<style>{rule}</style><text x='10' y='60' font-family='Noto Sans' font-size='30'>Ag</text>");
        var notes = new List<string>();
        var outlined = TextOutlines.Write(document, TextCase.Options, notes.Add);
        Assert.Equal(turns, Encoding.UTF8.GetString(outlined.ToBytes()).Contains("<path", StringComparison.Ordinal));
        Assert.Equal(turns ? 0 : 1, notes.Count);
        SvgDistill.Rasterizer.Compositing.Picture Of(SvgDocument d) => SvgSceneReader.Read(d, TextCase.Options).Scene is var scene ? new SceneRasterizer(scene, 100, 100).Forward(scene.InitialValues(), keep: false) : null!;
        Assert.Equal(0, Svg.Pictures.Difference(Of(document), Of(outlined)), .05);
    }

    [Fact]
    public void A_move_is_written_as_the_texts_transform()
    {
        var scene = TextCase.Read("<text x='10' y='60' font-family='Noto Sans'>Ag</text>", TextCase.Options with { Move = MoveUnits.Elements });
        Assert.Contains("<text x='10' y='60' font-family='Noto Sans' transform=\"translate(3 0)\">",
            SvgText.Write(scene, theta => theta[SvgText.Index(scene, "move.x")] = 3), StringComparison.Ordinal);
    }

    [Fact]
    public void What_text_lies_on_stands_still()
    {
        const string content = "<path id='p' d='M5 50H95' stroke='red' transform='translate(1 2)'/><text font-family='Noto Sans'><textPath href='#p'>Ag</textPath></text>";
        foreach (var move in Enum.GetValues<MoveUnits>())
            Assert.DoesNotContain(TextCase.Read(content, TextCase.Options with { Optimize = OptimizeKinds.All, Move = move }).Scene.Parameters,
                p => p.IsLeaf && p.Element.TagName == "path" && p.Kind is ParameterKind.PointX or ParameterKind.PointY or ParameterKind.Transform);
    }

    [Fact]
    public void Boxes_of_text_are_those_of_its_cells()
    {
        // A mask over the box of a text reaches as far as ascent and descent of its font do, whatever its letters are.
        static float Alpha(string text) => Draw($"<clipPath id='c' clipPathUnits='objectBoundingBox'><rect y='.9' width='1' height='.1'/></clipPath><g clip-path='url(#c)'>"
            + $"<text y='50' font-family='Noto Sans' font-size='40'>{text}</text></g>");
        Assert.Equal(0, Alpha("aaa"));
        static float Draw(string content)
        {
            var scene = TextCase.Read(content).Scene;
            return new SceneRasterizer(scene, 100, 100).Forward(scene.InitialValues()).Plane(3).ToArray().Sum();
        }
    }

    [Fact]
    public void Outlined_text_draws_the_same_and_keeps_what_it_said()
    {
        const string content = "<style>tspan{fill:#0a0}</style><text id='t' class='k' x='5' y='40' font-family='Noto Sans' font-size='20' fill='red' fill-rule='evenodd' text-decoration='underline'><title>T</title>A&amp;<tspan font-size='30' stroke='blue' stroke-width='.05em'>é</tspan> z</text>";
        var document = SvgText.Drawing(content);
        var outlined = TextOutlines.Write(document, TextCase.Options);
        var text = Encoding.UTF8.GetString(outlined.ToBytes());
        Assert.Contains("<g id='t' class='k' font-family='Noto Sans' font-size='20' fill='red' fill-rule='evenodd' aria-label=\"A&amp;&#233; z\"><title>T</title><path", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<text", text, StringComparison.Ordinal);
        var (before, after) = (Picture(document), Picture(outlined));
        for (var i = 0; i < before.Length; i++) Assert.Equal(before[i], after[i], 4e-3f);
        Assert.Contains(SvgSceneReader.Read(outlined).Scene.Parameters, p => p.Kind == ParameterKind.PointX && p.IsLeaf);
        Assert.Same(outlined, TextOutlines.Write(outlined, TextCase.Options));

        static float[] Picture(SvgDocument document)
        {
            var scene = SvgSceneReader.Read(document, TextCase.Options).Scene;
            return new SceneRasterizer(scene, 100, 100).Forward(scene.InitialValues()).Data.ToArray();
        }
    }

    [Fact]
    public void Text_reads_through_use_patterns_masks_and_clip_paths()
    {
        const string text = "<text id='t' x='10' y='70' font-family='Noto Sans' font-size='70'>W</text>";
        foreach (var content in (string[])[
            $"<defs>{text}</defs><use href='#t'/>", $"<clipPath id='c'>{text}</clipPath><rect width='100' height='100' clip-path='url(#c)'/>",
            $"<mask id='m'><g fill='#fff'>{text}</g></mask><rect width='100' height='100' mask='url(#m)'/>",
            $"<pattern id='p' width='1' height='1'>{text}</pattern><rect width='100' height='100' fill='url(#p)'/>"])
        {
            var scene = TextCase.Read(content).Scene;
            var sum = new SceneRasterizer(scene, 50, 50).Forward(scene.InitialValues()).Plane(3).ToArray().Sum();
            Assert.InRange(sum, 200, 700);
        }
    }

    [Fact]
    public void Too_much_text_is_refused()
    {
        var million = new string('x', 1_000_000);
        Assert.Contains("characters of text", Assert.Throws<SvgException>(() => TextCase.Read($"<text>{million}</text>")).Message, StringComparison.Ordinal);
        var many = string.Concat(Enumerable.Repeat("<tref href='#t'/>", 1000));
        Assert.Contains("characters of text", Assert.Throws<SvgException>(() => TextCase.Read($"<text id='t'>{new string('x', 1000)}</text><text>{many}</text>")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_elements_and_chunks_are_laid_out_in_order_of_their_number()
    {
        var spans = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"<tspan x='{i % 90}' y='{i % 70}' textLength='5'>i</tspan>"));
        Assert.Equal(20_000, TextCase.Shapes(TextCase.Read($"<text font-family='Noto Sans' font-size='3'>{spans}</text>")).Count);
    }
}
