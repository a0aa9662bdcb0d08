using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Animating;

namespace SvgDistill.Distill.Films;

/// <summary>A drawing's way as pictures one after another: animated PNG and GIF, which play for ever.</summary>
public static class PictureFilm
{
    private const int Frames = 40, FrameMilliseconds = 60, LastMilliseconds = 1800;

    /// <summary>An animated PNG, transparent where the drawing is.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="states">Its states, times ascending from 0 to 1.</param>
    /// <param name="side">Pixels of the longer side.</param>
    public static byte[] Png(Scene scene, IReadOnlyList<DrawingState> states, int side) =>
        PngWriter.EncodeAnimation(Draw(scene, states, side), FrameMilliseconds, LastMilliseconds);

    /// <summary>A GIF over a colour: it has no half transparency.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="states">Its states, times ascending from 0 to 1.</param>
    /// <param name="side">Pixels of the longer side.</param>
    /// <param name="background">What lies behind the drawing, sRGB 0..1.</param>
    public static byte[] Gif(Scene scene, IReadOnlyList<DrawingState> states, int side, (float R, float G, float B) background) =>
        GifWriter.Encode([.. Draw(scene, states, side).Select(f => RgbaImage.FromOpaque(
            f.ToOpaque([background.R, background.G, background.B]), f.Width, f.Height))], FrameMilliseconds, LastMilliseconds);

    /// <summary>The pictures, evenly spread over the way; between two states numbers go straight.</summary>
    public static IReadOnlyList<RgbaImage> Draw(Scene scene, IReadOnlyList<DrawingState> states, int side)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(states);
        var scale = side / Math.Max(scene.Width, scene.Height);
        int Pixels(double length) => Math.Clamp((int)Math.Ceiling(scale * length - 1e-6), 1, side);
        var rasterizer = new SceneRasterizer(scene, Pixels(scene.Width), Pixels(scene.Height));
        return [.. Enumerable.Range(0, Frames).Select(f => RgbaImage.FromPicture(rasterizer.Forward(At(states, f / (Frames - 1.0)), keep: false)))];
    }

    /// <summary>The parameters at a time between the states.</summary>
    public static double[] At(IReadOnlyList<DrawingState> states, double time)
    {
        var after = 1;
        while (after < states.Count - 1 && states[after].Time < time) after++;
        var (from, to) = (states[after - 1], states[after]);
        var part = Math.Clamp((time - from.Time) / (to.Time - from.Time), 0, 1);
        var theta = to.Theta.ToArray();
        if (part < 1)
            for (var i = 0; i < theta.Length; i++) theta[i] = from.Theta.Span[i] + part * (theta[i] - from.Theta.Span[i]);
        return theta;
    }
}
