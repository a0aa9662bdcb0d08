using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>Makes strokes as wide as a tool makes them: those whose width may move, each as far as the thinnest place that it is drawn in asks for.</summary>
public static class StrokeWidener
{
    /// <summary>The parameters with wider strokes; the same array where nothing is too thin.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="theta">Its parameters.</param>
    /// <param name="width">The least width, in the scene's space.</param>
    public static double[] Widen(Scene scene, double[] theta, double width)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(theta);
        var widened = theta;
        foreach (var outline in ShapeOutline.Of(scene, theta))
        {
            if (!outline.StrokeIsSeen || !ThinFeatures.IsLess(outline.StrokeWidth, width)) continue;
            var number = outline.Shape.Stroke!.Width;
            if (number.IsConstant || number.Scale == 0 || !scene.Parameters[number.Index].IsLeaf) continue;
            // Rounded up, so that the file's digits do not fall short.
            var grid = Math.Pow(10, SvgWriter.Decimals(scene.Parameters[number.Index]));
            var value = Math.Ceiling((number.Value(theta) * width / outline.StrokeWidth - number.Offset) / number.Scale * grid - 1e-9) / grid;
            if (value <= widened[number.Index]) continue;
            if (ReferenceEquals(widened, theta)) widened = (double[])theta.Clone();
            widened[number.Index] = value;
        }
        return widened;
    }
}
