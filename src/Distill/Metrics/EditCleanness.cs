using SvgDistill.Distill.Editing;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Metrics;

/// <summary>How cleanly an edited drawing is drawn, measured against its source.</summary>
/// <param name="CrossingsAdded"><see cref="AddedCrossings"/>.</param>
/// <param name="Slivers"><see cref="Metrics.Slivers"/>.</param>
/// <param name="Flecks"><see cref="Metrics.Flecks"/>.</param>
/// <param name="OutOfCanvas"><see cref="CanvasOverhang"/>.</param>
/// <param name="SymmetryError"><see cref="Metrics.SymmetryError"/>, % of the canvas diagonal.</param>
/// <param name="SmallestFeature"><see cref="FeatureWidth"/> in pixels at the model's size.</param>
/// <param name="Nodes"><see cref="DrawingComplexity.Nodes"/>.</param>
/// <param name="Colors">Different colours of paints and gradient stops that a number stands behind, as bytes.</param>
public sealed record EditCleanness(CrossingCount CrossingsAdded, int Slivers, int Flecks, int OutOfCanvas, double SymmetryError, double SmallestFeature, int Nodes, int Colors)
{
    /// <summary>A model's picture where none is at hand: the embedded model's.</summary>
    public static (int Side, double Margin) UsualFrame => (128, 1.0 / 16);

    /// <summary>Measures a scene at two parameter vectors.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="before">The source's parameters.</param>
    /// <param name="after">The edit's.</param>
    /// <param name="side">The side of the model's picture in pixels.</param>
    /// <param name="margin">The margin around the drawing in it, in fractions of the side.</param>
    public static EditCleanness Of(Scene scene, double[] before, double[] after, int side, double margin) =>
        Of(scene, before, scene, after, side, margin);

    /// <summary>Measures two scenes whose shapes correspond one to one (<see cref="DrawingComparison"/>).</summary>
    /// <param name="before">The source.</param>
    /// <param name="thetaBefore">Its parameters.</param>
    /// <param name="after">The edit.</param>
    /// <param name="thetaAfter">Its parameters.</param>
    /// <param name="side">The side of the model's picture in pixels.</param>
    /// <param name="margin">The margin around the drawing in it, in fractions of the side.</param>
    public static EditCleanness Of(Scene before, double[] thetaBefore, Scene after, double[] thetaAfter, int side, double margin)
    {
        var (a, b) = (ShapeOutline.Of(before, thetaBefore), ShapeOutline.Of(after, thetaAfter));
        var scale = after.ToSquare(side, margin).A;
        return new(
            AddedCrossings.Of(a, b, DrawingComplexity.Scale(after)), Metrics.Slivers.Of(a, b, scale),
            Metrics.Flecks.Of(new VisibleAreas(before, side, margin).At(thetaBefore), new VisibleAreas(after, side, margin).At(thetaAfter)),
            CanvasOverhang.Of(after, a, b, scale), Metrics.SymmetryError.Of(a, b, after.Width, after.Height), FeatureWidth.Smallest(b, 4 * scale) * scale,
            b.Where(o => !o.HasVanished).Sum(o => o.NodeCount), ColorCount(after, thetaAfter));
    }

    /// <summary>How many different colours paints and gradient stops have, as bytes.</summary>
    public static int ColorCount(Scene scene, double[] theta) => SceneShapes.Colors(scene)
        .Select(c => (Byte(c.R, theta), Byte(c.G, theta), Byte(c.B, theta))).Distinct().Count();

    private static int Byte(Scalar component, double[] theta) => (int)Math.Round(255 * Math.Clamp(component.Value(theta), 0, 1));
}
