namespace SvgDistill.Rasterizer.Scenes;

/// <summary>A part of a scene drawn alone, where it lies in the whole.</summary>
public static class ScenePart
{
    /// <summary>
    /// The scene with nothing but one element and what it contains: what lies over it is gone, and of the groups around it only
    /// transforms and clip paths count. Null where nothing of it is drawn.
    /// </summary>
    /// <param name="scene">The whole; its parameters are the part's too.</param>
    /// <param name="id">The element's <c>id</c>.</param>
    public static Scene? OfElement(Scene scene, string id) => Kept(scene.Root, id) is not { } kept ? null : new Scene
    {
        Width = scene.Width, Height = scene.Height, Parameters = scene.Parameters, Notes = scene.Notes,
        Root = kept as GroupNode ?? new GroupNode { Children = [kept] },
    };

    private static SceneNode? Kept(SceneNode node, string id)
    {
        if (node.Element?.Id == id) return node;
        if (node is not GroupNode group) return null;
        var children = group.Children.Select(child => Kept(child, id)).OfType<SceneNode>().ToArray();
        return children.Length == 0 ? null
            : new GroupNode { Element = group.Element, Transform = group.Transform, Clip = group.Clip, Children = [.. children] };
    }
}
