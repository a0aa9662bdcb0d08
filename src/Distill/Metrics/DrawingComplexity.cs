using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Metrics;

/// <summary>What one drawing consists of.</summary>
/// <param name="Nodes">Nodes of all drawn outlines; a rectangle has 4, an ellipse 4.</param>
/// <param name="SelfIntersections">
/// Where contours cross themselves (<see cref="Metrics.SelfIntersections"/>), curves flattened as for a canvas of 1024 pixels.
/// </param>
public sealed record DrawingComplexity(int Nodes, CrossingCount SelfIntersections)
{
    private const double Canvas = 1024;

    /// <summary>Pixels a unit of the scene, for flattening curves.</summary>
    internal static double Scale(Scene scene) => Canvas / Math.Max(scene.Width, scene.Height);

    /// <summary>Counts at given parameters.</summary>
    public static DrawingComplexity Of(Scene scene, double[] theta)
    {
        var nodes = 0;
        var crossings = new CrossingCount(0, true);
        var scale = Scale(scene);
        foreach (var outline in ShapeOutline.Of(scene, theta))
        {
            if (outline.HasVanished) continue;
            nodes += outline.NodeCount;
            foreach (var (vertices, closed) in outline.Flatten(scale))
                crossings += Metrics.SelfIntersections.Count(vertices, closed);
        }
        return new(nodes, crossings);
    }

    /// <summary>Counts at the file's values.</summary>
    public static DrawingComplexity Of(Scene scene) => Of(scene, scene.InitialValues());
}
