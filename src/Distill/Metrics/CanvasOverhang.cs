using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Metrics;

/// <summary>
/// Shapes that an edit moved over an edge of the canvas: on one side at least their outline reaches more than a pixel (at the
/// model's size) farther out than in the source, where it was inside. Strokes' widths and clips do not count.
/// </summary>
public static class CanvasOverhang
{
    private const double Tolerance = 1;

    /// <summary>How many. The outlines correspond one to one.</summary>
    /// <param name="scene">The edited drawing's scene.</param>
    /// <param name="before">The source's outlines, on a canvas of the same size.</param>
    /// <param name="after">The edit's.</param>
    /// <param name="scale">Pixels a unit of the scene at the model's size.</param>
    public static int Of(Scene scene, IReadOnlyList<ShapeOutline> before, IReadOnlyList<ShapeOutline> after, double scale)
    {
        var count = 0;
        for (var i = 0; i < before.Count; i++)
        {
            if (after[i].HasVanished || before[i].Points.AsSpan().SequenceEqual(after[i].Points.AsSpan())) continue;
            var (then, now) = (Beyond(scene, before[i], scale), Beyond(scene, after[i], scale));
            if (then.Zip(now).Any(e => e.First <= Tolerance && e.Second > Tolerance + Math.Max(0, e.First))) count++;
        }
        return count;
    }

    // How far the outline reaches over the left, the top, the right and the bottom edge, negative inside.
    private static double[] Beyond(Scene scene, ShapeOutline outline, double scale)
    {
        var points = outline.Flatten(4 * scale).SelectMany(c => c.Vertices).ToArray();
        if (points.Length == 0) return [0, 0, 0, 0];
        return
        [
            scale * -points.Min(p => p.X), scale * -points.Min(p => p.Y),
            scale * (points.Max(p => p.X) - scene.Width), scale * (points.Max(p => p.Y) - scene.Height),
        ];
    }
}
