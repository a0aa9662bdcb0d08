using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Fitting;

/// <summary>Finds the paths that a scene draws.</summary>
internal static class ScenePaths
{
    /// <summary>Every path's geometry once, in drawing order, whatever the number of places that draw it.</summary>
    public static IEnumerable<PathGeometry> Of(Scene scene)
    {
        var seen = new HashSet<PathGeometry>(ReferenceEqualityComparer.Instance);
        var nodes = new Stack<SceneNode>();
        nodes.Push(scene.Root);
        while (nodes.TryPop(out var node))
        {
            if (node is GroupNode group)
                for (var i = group.Children.Length - 1; i >= 0; i--) nodes.Push(group.Children[i]);
            if (node is ShapeNode { Geometry: PathGeometry path } && seen.Add(path)) yield return path;
        }
    }
}
