using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Training.Data;

/// <summary>How an icon is placed in the model's square, and what lies behind it.</summary>
/// <param name="Angle">It is turned by this, in radians, about the square's middle,</param>
/// <param name="Scale">made this many times as large,</param>
/// <param name="X">moved to the right by this part of the side,</param>
/// <param name="Y">and down by this;</param>
/// <param name="Mirrored">mirrored first, or not.</param>
/// <param name="Background">What lies behind, sRGB in 0..1.</param>
internal sealed record IconView(double Angle, double Scale, double X, double Y, bool Mirrored, (float R, float G, float B) Background)
{
    // As the embedded prior was trained: small moves, one picture in eight on a plain colour.
    private const double MostAngle = Math.PI / 30, MostShift = .03;

    /// <summary>As it is, over a colour.</summary>
    public static IconView Plain((float, float, float) background) => new(0, 1, 0, 0, false, background);

    /// <summary>A random one.</summary>
    /// <param name="draws">The numbers.</param>
    /// <param name="background">What lies behind most of them.</param>
    /// <param name="mayMirror">Whether half of them are mirrored.</param>
    /// <param name="coloured">The part of them that lies on another colour.</param>
    public static IconView Random(Draws draws, (float R, float G, float B) background, bool mayMirror, double coloured)
    {
        var (angle, scale) = (draws.Between(-MostAngle, MostAngle), draws.Between(.9, 1.04));
        var (x, y, mirrored) = (draws.Between(-MostShift, MostShift), draws.Between(-MostShift, MostShift), draws.Uniform() < .5 && mayMirror);
        var (red, green, blue, isColoured) = (draws.Uniform(), draws.Uniform(), draws.Uniform(), draws.Uniform() < coloured);
        return new(angle, scale, x, y, mirrored, isColoured ? ((float)red, (float)green, (float)blue) : background);
    }

    /// <summary>The picture, planar sRGB in 0..1, [3, side, side].</summary>
    /// <param name="scene">The icon.</param>
    /// <param name="side">Its side in pixels.</param>
    /// <param name="margin">The border, as a part of the side.</param>
    public float[] Draw(Scene scene, int side, double margin)
    {
        var middle = side / 2.0;
        var place = Matrix.Translation(middle + X * side, middle + Y * side) * Matrix.Rotation(Angle)
            * Matrix.Scaling(Mirrored ? -Scale : Scale, Scale) * Matrix.Translation(-middle, -middle) * scene.ToSquare(side, margin);
        var picture = new SceneRasterizer(scene, side, side, place, threads: 1).Forward(scene.InitialValues(), keep: false);
        var count = side * side;
        var alpha = picture.Plane(3);
        var result = new float[3 * count];
        for (var c = 0; c < 3; c++)
        {
            var plane = picture.Plane(c);
            var behind = c == 0 ? Background.R : c == 1 ? Background.G : Background.B;
            for (var i = 0; i < count; i++) result[c * count + i] = Math.Clamp(plane[i] + (1 - alpha[i]) * behind, 0, 1);
        }
        return result;
    }
}
