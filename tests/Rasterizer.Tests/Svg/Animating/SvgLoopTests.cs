using System.Text;
using System.Text.RegularExpressions;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Animating;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg.Animating;

public sealed class SvgLoopTests
{
    private const int Side = 96;

    private static (SvgScene Scene, double[] After) Moved(string content, SceneOptions? options = null)
    {
        var scene = SvgText.Read(content, options);
        var after = scene.Scene.InitialValues();
        for (var i = 0; i < after.Length; i++)
        {
            var p = scene.Scene.Parameters[i];
            if (p.IsLeaf) after[i] = Math.Clamp(after[i] + (p.Kind == ParameterKind.Color ? .4 : p.Kind == ParameterKind.Transform ? .1 * Math.Min(1, p.Unit) : .04 * p.Unit) * Math.Sin(1 + i), p.Minimum, p.Maximum);
        }
        return (scene, after);
    }

    private static float[] Draw(byte[] file)
    {
        var scene = SvgSceneReader.Read(SvgDocument.Parse(file, "loop.svg")).Scene;
        return [.. new SceneRasterizer(scene, Side, Side).Forward(scene.InitialValues(), keep: false).Data];
    }

    // The file with the style sheet's first frames as plain rules: what is shown at the beginning. Path data has no rule here, so it is put into d.
    private static byte[] AtStart(byte[] loop)
    {
        var text = Encoding.UTF8.GetString(loop);
        foreach (Match frame in Regex.Matches(text, @"@keyframes (\S+?)\{from\{(.*?)\}\}"))
        {
            var (name, body) = (frame.Groups[1].Value, frame.Groups[2].Value);
            text = Regex.Replace(text, $"<[^<>]*class=(['\"])[^'\"]*{name}\\1[^<>]*>", element =>
            {
                var tag = Regex.Match(body, "d:path\\(\"(.*?)\"\\)") is { Success: true } d ? Regex.Replace(element.Value, "(?<= d=)(['\"]).*?\\1", $"\"{d.Groups[1].Value}\"") : element.Value;
                var old = Regex.Match(tag, " style=(['\"])(.*?)\\1");
                if (old.Success) tag = tag.Remove(old.Index, old.Length);
                var rest = Regex.Replace(body, "d:path\\(\".*?\"\\);?", "");
                return Regex.Replace(tag, "/?>$", $" style='{old.Groups[2].Value};{rest}'$0");
            });
        }
        return Encoding.UTF8.GetBytes(text);
    }

    public static TheoryData<string, SceneOptions> Drawings => new()
    {
        { "<path class='x' d='m20 20c20-10 40-10 60 0s0 50-30 60z' fill='#c33'/>", SceneOptions.Default },
        { "<path d='M20 20\n\tL60 30\r\n50 70\rz' fill='#c33'/>", SceneOptions.Default },
        { "<circle cx='40' cy='50' r='20' style='fill:lch(50% 60 120);stroke:#222;stroke-width:4px'/><rect x='60' y='10' width='20' height='30' rx='4'/>", SceneOptions.Default },
        { "<polygon points='10,10 60,20 30,70' fill='#264653'/><polyline points='50,80 90,80 90,40' fill='none' stroke='#a33' stroke-width='5'/><line x1='10' y1='90' x2='40' y2='70' stroke='#333' stroke-width='6'/>", SceneOptions.Default },
        { "<linearGradient id='g'><stop stop-color='red'/><stop offset='.9' style='stop-color:#00f'/></linearGradient><rect width='90' height='90' fill='url(#g)'/>", SceneOptions.Default },
        { "<rect x='20' y='30' width='40' height='20' fill='#864'/>", SceneOptions.Default with { Move = MoveUnits.Elements } },
    };

    [Theory, MemberData(nameof(Drawings))]
    public void The_file_is_the_result_and_its_first_frame_the_source(string content, SceneOptions options)
    {
        var (scene, after) = Moved(content, options);
        var loop = SvgLoop.Write(scene, after, 2);
        Assert.Empty(loop.Still);
        Assert.Equal(Draw(SvgWriter.Write(scene, after)), Draw(loop.Bytes));
        var (source, start) = (Draw(scene.Document.ToBytes()), Draw(AtStart(loop.Bytes)));
        Assert.InRange(source.Zip(start).Average(p => Math.Abs(p.First - p.Second)), 0, .001);
        Assert.Contains("prefers-reduced-motion:no-preference", Encoding.UTF8.GetString(loop.Bytes));
    }

    [Fact]
    public void What_css_cannot_move_is_named()
    {
        var (scene, after) = Moved("<linearGradient id='g' x1='.1'><stop offset='.2' stop-color='red'/><stop offset='1' stop-color='#00f'/></linearGradient><rect width='90' height='90' fill='url(#g)'/>",
            SceneOptions.Default with { Optimize = OptimizeKinds.All });
        var still = SvgLoop.Write(scene, after, 2).Still;
        Assert.Contains("x1 of <linearGradient id=\"g\">", still);
        Assert.Contains("offset of <stop>", still);
    }

    [Fact]
    public void Rules_for_polygons_keep_them_polygons()
    {
        var (scene, after) = Moved("<style>polygon{opacity:.5}</style><polygon points='10,10 60,20 30,70'/>");
        var loop = SvgLoop.Write(scene, after, 2);
        Assert.Equal(["points of <polygon>"], loop.Still);
        Assert.Equal(Draw(SvgWriter.Write(scene, after)), Draw(loop.Bytes));
    }

    [Fact]
    public void Nothing_moved_gives_the_same_bytes()
    {
        var scene = SvgText.Read("<path d='m1 1h9v9z' fill='red'/>");
        Assert.Equal(scene.Document.ToBytes(), SvgLoop.Write(scene, scene.Scene.InitialValues(), 2).Bytes);
    }
}
