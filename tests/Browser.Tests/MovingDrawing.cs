using System.Text;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Animating;

namespace SvgDistill.Browser.Tests;

/// <summary>A drawing whose every leaf goes a curved way of its own.</summary>
internal sealed class MovingDrawing
{
    public const int Side = 240;
    private const int Count = 13;

    public MovingDrawing(string content, SceneOptions options)
    {
        Scene = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\">{content}</svg>"), "drawing.svg"), options);
        States = [.. Enumerable.Range(0, Count).Select(k => new DrawingState(k / (Count - 1.0), At(k / (Count - 1.0))))];
    }

    public SvgScene Scene { get; }

    public IReadOnlyList<DrawingState> States { get; }

    public double[] Result => States[^1].Theta.ToArray();

    /// <summary>Our own picture of a state, over white.</summary>
    public RgbaImage Draw(double[] theta)
    {
        var picture = RgbaImage.FromPicture(new SceneRasterizer(Scene.Scene, Side, Side).Forward(theta, keep: false));
        return RgbaImage.FromOpaque(picture.ToOpaque([1, 1, 1]), Side, Side);
    }

    /// <summary>The page that shows an SVG as large as the window.</summary>
    public static string Page(byte[] svg) =>
        $"<!DOCTYPE html><style>body{{margin:0}}svg{{display:block;width:{Side}px;height:{Side}px}}</style>{Encoding.UTF8.GetString(svg)}";

    private double[] At(double t)
    {
        var theta = Scene.Scene.InitialValues();
        for (var i = 0; i < theta.Length; i++)
        {
            var p = Scene.Scene.Parameters[i];
            if (!p.IsLeaf) continue;
            var size = p.Kind switch
            {
                ParameterKind.Color => .5,
                ParameterKind.Opacity or ParameterKind.StopOffset => .3,
                ParameterKind.Transform => .15 * Math.Min(1, p.Unit),
                _ => .06 * p.Unit,
            };
            theta[i] = Math.Clamp(theta[i] + size * Math.Sin(3 * t + i) * t, p.Minimum, p.Maximum);
        }
        return theta;
    }

    /// <summary>Drawings with every kind of place that a number is written in.</summary>
    public static Xunit.TheoryData<string, string, SceneOptions> All => new()
    {
        { "path", "<path d='m20 20c20-10 40-10 60 0s0 50-30 60a20 30 0 0 1-30-60z' fill='#c33'/>", SceneOptions.Default },
        { "line breaks", "<path d='M20 20\n\tL70 30\r\n\t50 70z' fill='#c33'/>", SceneOptions.Default },
        { "style", "<circle cx='40' cy='50' r='20' style='fill:rgb(20% 60% 40%);stroke:#222;stroke-width:4px'/><rect x='60' y='10' width='20' height='30' rx='4'/>", SceneOptions.Default },
        { "rules", "<style>.a{fill:#2a9d8f}.b{fill:var(--c)}:root{--c:#e76f51}</style><g class='a'><polygon points='10,10 60,20 30,70'/></g><rect class='b' x='50' y='50' width='40' height='30'/>", SceneOptions.Default },
        { "gradient", "<linearGradient id='g'><stop offset='.1' stop-color='red'/><stop offset='.9' style='stop-color:#00f'/></linearGradient><rect width='90' height='90' fill='url(#g)'/>", SceneOptions.Default },
        { "lines", "<ellipse cx='40' cy='30' rx='30' ry='14' fill='teal'/><line x1='10' y1='90' x2='90' y2='70' stroke='#333' stroke-width='6'/><polyline points='20,50 50,60 80,40' fill='none' stroke='#a33' stroke-width='5'/>", SceneOptions.Default },
        { "move", "<rect x='20' y='30' width='40' height='20' fill='#864'/><path d='M60 60h30v30h-10z' transform='translate(2 3)'/>", SceneOptions.Default with { Move = MoveUnits.Elements } },
        { "opacity", "<rect width='90' height='70' fill='#264653' opacity='.6'/><circle r='30' cx='60' cy='60' fill='#e9c46a' fill-opacity='.7'/>", SceneOptions.Default with { Optimize = OptimizeKinds.Default | OptimizeKinds.Opacities } },
        { "use", "<defs><path id='p' d='M0 0h20v20z' fill='#457b9d'/></defs><use href='#p' x='20' y='20'/><use href='#p' transform='translate(60 60) scale(1.5)'/>", SceneOptions.Default },
    };
}
