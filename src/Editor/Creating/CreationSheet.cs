using System.Globalization;
using System.Text;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Editor.Creating;

/// <summary>The drawings of one prompt on one picture, the best first.</summary>
internal static class CreationSheet
{
    // For screens of twice the density.
    private const int Scale = 2;

    /// <summary>What its name may end in.</summary>
    public static readonly string[] Extensions = [".svg", ".png"];

    /// <summary>The file's bytes: PNG where it is named so, else SVG.</summary>
    public static byte[] Write(string path, string prompt, IReadOnlyList<Creation> made)
    {
        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase)) return Encoding.UTF8.GetBytes(Of(prompt, made, c => c.Svg).ToSvg());
        // Of pictures: many large drawings together could pass the limits of one.
        var sheet = Of(prompt, made, c => Draw(c.Svg, Scale * DrawingSheet.Side, Backgrounds.None));
        return Draw(Encoding.UTF8.GetBytes(sheet.ToSvg()), Scale * Math.Max(sheet.Width, sheet.Height), "#ffffff");
    }

    private static DrawingSheet Of(string prompt, IReadOnlyList<Creation> made, Func<Creation, byte[]> picture) => new(prompt,
        [.. made.Select((c, i) => ((ReadOnlyMemory<byte>)picture(c), string.Create(CultureInfo.InvariantCulture, $"{i + 1}: score {c.Rank:0.000}, seed {c.Seed}")))]);

    private static byte[] Draw(byte[] svg, int side, string background)
    {
        var scene = MeasuredDrawing.Read(svg, "sheet", FontDatabase.System).Scene;
        return PngWriter.Encode(Pictures.Draw(scene, scene.InitialValues(), side, background));
    }
}
