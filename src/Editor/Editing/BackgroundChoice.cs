using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Editor.Editing;

/// <summary>What lies behind the drawing while it is edited. The SVG itself keeps its transparency.</summary>
internal static class BackgroundChoice
{
    private const string White = "#ffffff";
    private const int Side = 64;

    // Two colours this near (of the cube's diagonal, 1.73) are hard to tell apart at 128 px.
    private const double Near = .2;

    // Plain colours in the order of preference; the drawing's own are compared with each.
    private static readonly string[] _plain = ["#8fbce6", "#7a8aa0", "#f2b56b", "#7fc28f", "#404a5c", "#000000"];

    // So little else that it is a dot, not lines on a card: a line of a pixel across the canvas is 1.5 %.
    private const double All = .99;

    /// <summary>A CSS colour, and a sentence where nobody asked for one and it is not the model's.</summary>
    /// <param name="asked">
    /// The one asked for, which may be <c>auto</c>: white, unless most of the drawing would vanish on it. Null for the model's, unless all of it would vanish.
    /// </param>
    /// <param name="model">What the model's pictures lie on, which may be <c>auto</c>, too; null for white.</param>
    /// <param name="scene">The drawing.</param>
    public static (string Color, string? Note) Of(string? asked, string? model, Scene scene)
    {
        if (asked is not null and not Backgrounds.Auto) return (asked, null);
        var byDrawing = (asked ?? model) == Backgrounds.Auto;
        var (usual, most) = byDrawing ? (White, .5) : (model ?? White, All);
        var picture = new SceneRasterizer(scene, Side, Side, scene.ToSquare(Side, 0)).Forward(scene.InitialValues(), keep: false);
        if (ShareNear(picture, usual) < most) return (usual, null);
        var color = _plain.MinBy(color => ShareNear(picture, color))!;
        return (color, byDrawing ? null : $"the drawing would vanish on {usual}, which the model's pictures lie on: it is edited on {color}; --background takes another");
    }

    // The share of the drawing's ink whose colour is near a colour.
    private static double ShareNear(Picture picture, string css)
    {
        var (r, g, b) = Backgrounds.Color(css);
        var (near, all) = (0.0, 0.0);
        var red = picture.Plane(0);
        var green = picture.Plane(1);
        var blue = picture.Plane(2);
        var alpha = picture.Plane(3);
        for (var i = 0; i < alpha.Length; i++)
        {
            var a = alpha[i];
            if (a <= 0) continue;
            all += a;
            var (dr, dg, db) = (red[i] / a - r, green[i] / a - g, blue[i] / a - b);
            if (dr * dr + dg * dg + db * db < Near * Near) near += a;
        }
        return all > 0 ? near / all : 0;
    }
}
