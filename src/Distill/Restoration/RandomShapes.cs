using System.Globalization;
using System.Text;
using SvgDistill.Distill.Randomness;
using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Distill.Restoration;

/// <summary>
/// The drawing that the paper's restorations start from: closed paths of four cubics about random places, of random colours
/// and an opacity of .7 to 1. An opaque picture also gets a ground, a rectangle in the colour of its border.
/// </summary>
/// <remarks>
/// The paper gives a radius of 20 and no canvas; 600 is taken for it, the canvas of VectorFusion (Jain et al. 2023), whose set-up it
/// follows. Radii vary by a third either way (choice).
/// </remarks>
public static class RandomShapes
{
    /// <summary>The id of the ground.</summary>
    public const string GroundId = "ground";

    private const double Radius = 20.0 / 600;
    private const int Nodes = 4;

    // The distance of the handles of a circle's quarters, 4/3 tan(pi/8), in radii.
    private const double Handle = .5523;

    /// <summary>The random numbers' stream; the method draws from stream 0.</summary>
    private const int Stream = 1;

    /// <summary>The text of an SVG of the given size.</summary>
    /// <param name="paths">How many paths.</param>
    /// <param name="width">The view box's width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="ground">The ground's colour, 0..1; null for none.</param>
    /// <param name="seed">The run's seed.</param>
    public static string Document(int paths, int width, int height, (float R, float G, float B)? ground, ulong seed)
    {
        var draws = new StepRandom(seed, 0, Stream);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n");
        if (ground is var (r, g, b))
            text.Append(CultureInfo.InvariantCulture, $"<rect id=\"{GroundId}\" width=\"{width}\" height=\"{height}\" fill=\"{Hex(r, g, b)}\"/>\n");
        for (var i = 0; i < paths; i++) AppendPath(text, draws, width, height);
        return text.Append("</svg>\n").ToString();
    }

    /// <summary>The colour of a picture's border where it is opaque all over; null where something is transparent.</summary>
    public static (float R, float G, float B)? Ground(Picture picture)
    {
        const float Opaque = .985f;
        foreach (var alpha in picture.Plane(3))
            if (alpha < Opaque) return null;
        var border = Enumerable.Range(0, picture.Width * picture.Height).Where(i => OnBorder(picture, i)).ToArray();
        return (Median(0), Median(1), Median(2));

        float Median(int plane)
        {
            var values = new float[border.Length];
            for (var i = 0; i < border.Length; i++) values[i] = picture.Plane(plane)[border[i]];
            Array.Sort(values);
            return values[values.Length / 2];
        }
    }

    private static bool OnBorder(Picture picture, int i) =>
        i % picture.Width is var x && (x == 0 || x == picture.Width - 1) || i < picture.Width || i >= picture.Width * (picture.Height - 1);

    private static void AppendPath(StringBuilder text, StepRandom draws, int width, int height)
    {
        var (x, y) = (width * draws.Uniform(), height * draws.Uniform());
        var radius = Radius * Math.Max(width, height) * (2 + 2 * draws.Uniform()) / 3;
        text.Append(CultureInfo.InvariantCulture, $"<path fill=\"{Hex(draws.Uniform(), draws.Uniform(), draws.Uniform())}\"");
        text.Append(CultureInfo.InvariantCulture, $" fill-opacity=\"{.7 + .3 * draws.Uniform():0.###}\" d=\"M");
        AppendPoint(0, 1, 0);
        for (var node = 0; node < Nodes; node++)
        {
            AppendPoint(node, 1, Handle, 'C');
            AppendPoint(node + 1, 1, -Handle, ' ');
            AppendPoint(node + 1, 1, 0, ' ');
        }
        text.Append("Z\"/>\n");

        // Outward along the radius of a node, and along its tangent.
        void AppendPoint(int node, double outward, double along, char? before = null)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * node / Nodes);
            if (before is { } mark) text.Append(mark);
            text.Append(CultureInfo.InvariantCulture,
                $"{x + radius * (outward * cos - along * sin):0.###} {y + radius * (outward * sin + along * cos):0.###}");
        }
    }

    private static string Hex(double r, double g, double b) => $"#{Byte(r):x2}{Byte(g):x2}{Byte(b):x2}";

    private static int Byte(double value) => Math.Clamp((int)Math.Round(value * 255), 0, 255);
}
