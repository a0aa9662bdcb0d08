using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Distill.Metrics;

/// <summary>A drawing as it is measured: its scene at the file's values, and the file's size.</summary>
/// <param name="Scene">The scene.</param>
/// <param name="Bytes">The file's size.</param>
public sealed record MeasuredDrawing(Scene Scene, long Bytes)
{
    /// <summary>
    /// The margin on each edge of the squares that drawings are measured in, as a fraction of the side: strokes at the border
    /// stay whole.
    /// </summary>
    public const double Margin = 1.0 / 16;

    /// <summary>Reads a drawing from a file's bytes.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="name">What messages call it; addresses of images start at its folder.</param>
    /// <param name="fonts">What its text is drawn with; the system's fonts where null.</param>
    /// <param name="resources">The folder whose files its images may be; only images inside the file where null.</param>
    /// <exception cref="SvgException">They are no SVG that can be read.</exception>
    public static MeasuredDrawing Read(ReadOnlyMemory<byte> file, string name, FontDatabase? fonts = null, string? resources = null) =>
        new(SvgSceneReader.Read(SvgDocument.Parse(file, name), new SceneOptions { Fonts = fonts ?? FontDatabase.System, Resources = resources }).Scene, file.Length);

    /// <summary>The drawing, fitted and centred in a square picture.</summary>
    public Picture Draw(int side) =>
        new SceneRasterizer(Scene, side, side, Scene.ToSquare(side, Margin)).Forward(Scene.InitialValues(), keep: false);

    /// <summary>The same over an opaque background, components 0..1.</summary>
    public RgbPicture Draw(int side, (double R, double G, double B) background) => RgbPicture.Over(Draw(side), background);
}
