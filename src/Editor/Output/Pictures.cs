using SvgDistill.Editor.Editing;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Editor.Output;

/// <summary>Drawings as pictures, by the CPU rasterizer; no tensor engine is needed.</summary>
internal static class Pictures
{
    /// <summary>A picture's columns and rows: the longer side is <paramref name="size"/>, or the drawing's own size, rounded up.</summary>
    public static (int Width, int Height) Size(Scene scene, int? size)
    {
        var scale = size is { } side ? side / Math.Max(scene.Width, scene.Height) : 1;
        // A side of 127.9999999 is 128: the sum of the file's own units, not a pixel more.
        static int Pixels(double length) => Math.Max(1, (int)Math.Ceiling(length - 1e-6));
        return size is { } longer
            ? (scene.Width >= scene.Height ? longer : Pixels(scale * scene.Width), scene.Height >= scene.Width ? longer : Pixels(scale * scene.Height))
            : (Pixels(scene.Width), Pixels(scene.Height));
    }

    /// <summary>The drawing at theta, longer side as asked, over a CSS colour or on nothing.</summary>
    public static RgbaImage Draw(Scene scene, ReadOnlySpan<double> theta, int? size, string background) => Draw(scene, theta, size, background, out _);

    /// <summary>The drawing at theta, longer side as asked, over a CSS colour or on nothing, and what was not drawn as it is meant.</summary>
    public static RgbaImage Draw(Scene scene, ReadOnlySpan<double> theta, int? size, string background, out IReadOnlyList<string> notes)
    {
        var (width, height) = Size(scene, size);
        return Draw(scene, theta, width, height, scene.ToCanvas(width, height), background, out notes);
    }

    /// <summary>The drawing at theta on a canvas of its own, and what was not drawn as it is meant.</summary>
    public static RgbaImage Draw(
        Scene scene, ReadOnlySpan<double> theta, int width, int height, Matrix sceneToCanvas, string background, out IReadOnlyList<string> notes)
    {
        var rasterizer = new SceneRasterizer(scene, width, height, sceneToCanvas);
        var image = RgbaImage.FromPicture(rasterizer.Forward(theta, keep: false));
        notes = [.. scene.Notes, .. rasterizer.Notes];
        if (background == Backgrounds.None) return image;
        var (r, g, b) = Backgrounds.Color(background);
        return RgbaImage.FromOpaque(image.ToOpaque([r, g, b]), width, height);
    }
}
