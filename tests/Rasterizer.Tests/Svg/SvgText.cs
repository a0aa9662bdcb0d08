using System.Text;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>Short forms for tests on drawings written in place.</summary>
internal static class SvgText
{
    public static SvgDocument Document(string text, SvgLimits? limits = null) =>
        SvgDocument.Parse(Encoding.UTF8.GetBytes(text), "test.svg", limits);

    /// <summary>A document with the given content in a 100 x 100 view box.</summary>
    public static SvgDocument Drawing(string content) =>
        Document($"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 100 100\">{content}</svg>");

    public static SvgScene Read(string content, SceneOptions? options = null) =>
        SvgSceneReader.Read(Drawing(content), options);

    public static IEnumerable<ShapeNode> Shapes(SceneNode node) => node switch
    {
        GroupNode g => g.Children.SelectMany(Shapes),
        ShapeNode s => [s],
        _ => [],
    };

    public static ShapeNode OnlyShape(string content) => Shapes(Read(content).Scene.Root).Single();

    /// <summary>The fill of the only shape as #rrggbb or #rrggbbaa, or "none".</summary>
    public static string Fill(string content)
    {
        var scene = Read(content).Scene;
        return Shapes(scene.Root).Single().Fill is SolidPaint solid ? Hex(solid.Color, scene.InitialValues()) : "none";
    }

    public static string Hex(ScalarColor color, ReadOnlySpan<double> theta)
    {
        static string Byte(double v) => ((int)Math.Round(255 * v)).ToString("x2",
            System.Globalization.CultureInfo.InvariantCulture);
        var alpha = color.A.Value(theta);
        return $"#{Byte(color.R.Value(theta))}{Byte(color.G.Value(theta))}{Byte(color.B.Value(theta))}{(alpha == 1 ? "" : Byte(alpha))}";
    }

    public static string Write(SvgScene scene, Action<double[]> change)
    {
        var theta = scene.Scene.InitialValues();
        change(theta);
        return Encoding.UTF8.GetString(SvgWriter.Write(scene, theta));
    }

    public static int Index(SvgScene scene, string name)
    {
        var parameters = scene.Scene.Parameters;
        for (var i = 0; i < parameters.Length; i++)
            if (parameters[i].Name == name) return i;
        throw new KeyNotFoundException(name);
    }
}
