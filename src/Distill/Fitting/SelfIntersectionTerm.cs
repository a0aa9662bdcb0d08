using SvgDistill.Distill.Editing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Fitting;

/// <summary>weight * the sum of <see cref="IntersectionLoss"/> over a scene's paths.</summary>
public sealed class SelfIntersectionTerm(Scene scene, double weight) : IDrawingTerm
{
    private readonly PathGeometry[] _paths = [.. SceneShapes.Geometries(scene).OfType<PathGeometry>()];

    /// <inheritdoc/>
    public double Add(ReadOnlySpan<double> theta, Span<double> thetaGradient) =>
        weight * IntersectionLoss.Add(_paths, theta, weight, thetaGradient);
}
