using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>What drawings written in place look like, at 100 x 100 pixels.</summary>
internal static class Pictures
{
    public static Picture Of(string content)
    {
        var scene = SvgText.Read(content).Scene;
        return new SceneRasterizer(scene, 100, 100).Forward(scene.InitialValues(), keep: false);
    }

    /// <summary>The mean difference over premultiplied RGBA, in 1/255.</summary>
    public static double Difference(string content, string other) => Difference(Of(content), Of(other));

    public static double Difference(Picture a, Picture b) =>
        255 * a.Data.ToArray().Zip(b.Data.ToArray(), (x, y) => Math.Abs((double)x - y)).Average();

    /// <summary>The alpha of all pixels: the area that is covered, in square units.</summary>
    public static double Area(string content) => Of(content).Plane(3).ToArray().Sum(a => (double)a);
}
