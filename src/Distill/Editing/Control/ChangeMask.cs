using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// Where on the canvas a drawing may change: 1 wholly, 0 not at all. The soft edge of a picture lies inside its white, so that what is black
/// stays; that of an element lies around it, so that the element itself may change wholly.
/// </summary>
public sealed class ChangeMask
{
    private const int LongerSide = 512;
    // Of 8 bits: what is darker is black.
    private const double Black = .5 / 255;

    private readonly float[] _weights;
    private readonly double _scale;

    private ChangeMask(Scene scene, int width, int height, double scale, float[] weights)
    {
        (Width, Height, _weights, _scale) = (width, height, weights, scale);
        (SceneWidth, SceneHeight) = (scene.Width, scene.Height);
    }

    /// <summary>Columns.</summary>
    internal int Width { get; }
    /// <summary>Rows.</summary>
    internal int Height { get; }
    private double SceneWidth { get; }
    private double SceneHeight { get; }

    /// <summary>Pixels of the mask a unit of the scene.</summary>
    internal double Scale => _scale;

    /// <summary>The weight of a pixel.</summary>
    internal double this[int pixel] => _weights[pixel];

    /// <summary>The weight at a place of the scene; outside the canvas that of the nearest place in it.</summary>
    public double At(double x, double y) =>
        _weights[Cell(y, SceneHeight, Height) * Width + Cell(x, SceneWidth, Width)];

    private static int Cell(double at, double length, int cells) => (int)Math.Clamp(Math.Floor(at / length * cells), 0, cells - 1);

    /// <summary>From a picture that lies over the whole drawing: white may change, black stays, grey and transparency in between.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="softness">The width of the soft edge, in canvas diagonals.</param>
    /// <exception cref="SvgDistillException">It has another form than the drawing, or no white.</exception>
    public static ChangeMask OfPicture(Scene scene, RgbaImage picture, string name, double softness)
    {
        var aspect = (double)picture.Width / picture.Height / (scene.Width / scene.Height);
        if (aspect is < .98 or > 1.02)
            throw new SvgDistillException(FormattableString.Invariant(
                $"{name}: a mask lies over the whole drawing, and its {picture.Width} x {picture.Height} pixels have another form than the drawing's {scene.Width:0.###} x {scene.Height:0.###}. Paint it over what 'svgdistill render' draws."));
        var (width, height, scale) = Size(scene);
        var weights = new float[width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var at = 4 * (Math.Min(picture.Height - 1, (2 * y + 1) * picture.Height / (2 * height)) * picture.Width
                    + Math.Min(picture.Width - 1, (2 * x + 1) * picture.Width / (2 * width)));
                var p = picture.Pixels;
                // Rec. 709's luma, as masks of SVG have it.
                var value = (.2126 * p[at] + .7152 * p[at + 1] + .0722 * p[at + 2]) / 255 * p[at + 3] / 255;
                weights[y * width + x] = value < Black ? 0 : (float)value;
            }
        if (!weights.Any(w => w > 0)) throw new SvgDistillException($"{name}: the mask is black all over: nothing could change. Paint white what may.");
        if (softness > 0)
        {
            var far = DistanceField.Of(width, height, i => weights[i] == 0);
            var reach = softness * Diagonal(scene) * scale;
            for (var i = 0; i < weights.Length; i++) weights[i] *= (float)Math.Min(1, far[i] / reach);
        }
        return new(scene, width, height, scale, weights);
    }

    /// <summary>The place of an element, and what is near it.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="id">The element's <c>id</c>.</param>
    /// <param name="softness">How far around it things may still change a little, in canvas diagonals.</param>
    /// <exception cref="DistillException">Nothing of the element is drawn.</exception>
    public static ChangeMask OfElement(Scene scene, string id, double softness)
    {
        var (width, height, scale) = Size(scene);
        var place = ScenePart.OfElement(scene, id) is not { } part ? null
            : new SceneRasterizer(part, width, height, scene.ToCanvas(width, height)).Forward(scene.InitialValues(), keep: false).Plane(3).ToArray();
        if (place is null || !place.Any(p => p > Black))
            throw new DistillException($"--mask: nothing is drawn of #{id}, so it has no place that could change. Name an element that is seen, or give a picture.");
        var far = DistanceField.Of(width, height, i => place[i] > Black);
        var reach = softness * Diagonal(scene) * scale;
        return new(scene, width, height, scale, [.. far.Select(d => d == 0 ? 1f : reach == 0 ? 0 : (float)Math.Max(0, 1 - d / reach))]);
    }

    private static (int Width, int Height, double Scale) Size(Scene scene)
    {
        var scale = LongerSide / Math.Max(scene.Width, scene.Height);
        return (Math.Max(1, (int)Math.Round(scene.Width * scale)), Math.Max(1, (int)Math.Round(scene.Height * scale)), scale);
    }

    private static double Diagonal(Scene scene) => Math.Sqrt(scene.Width * scene.Width + scene.Height * scene.Height);
}
