namespace SvgDistill.Rasterizer.Scenes;

/// <summary>A part of a scene drawn alone, where it lies in the whole.</summary>
public static class ScenePart
{
    private static readonly SolidPaint _opaque = new() { Color = ScalarColor.Constant(0, 0, 0, 1) };

    /// <summary>
    /// The place of one element and what it contains: drawn without anything else, in opaque black wherever it has a paint. Of the
    /// groups around and in it only transforms and clip paths count. Null where nothing of it is drawn.
    /// </summary>
    /// <param name="scene">The whole; its parameters are the part's too.</param>
    /// <param name="id">The element's <c>id</c>.</param>
    public static Scene? OfElement(Scene scene, string id) => Of(scene, element => element.Id == id);

    /// <summary>The same of the element with a number in document order.</summary>
    public static Scene? OfElement(Scene scene, int order) => Of(scene, element => element.Order == order);

    private static Scene? Of(Scene scene, Predicate<SourceElement> isMeant) => Kept(scene.Root, isMeant, inside: false) is not { } kept ? null : new Scene
    {
        Width = scene.Width, Height = scene.Height, Parameters = scene.Parameters, Notes = scene.Notes,
        Root = kept as GroupNode ?? new GroupNode { Children = [kept] },
    };

    private static SceneNode? Kept(SceneNode node, Predicate<SourceElement> isMeant, bool inside)
    {
        // A group that changes nothing has no node of its own.
        for (var element = node.Element; !inside && element is not null; element = element.Parent) inside = isMeant(element);
        if (node is not GroupNode group)
            return !inside ? null : node is ShapeNode shape ? Covering(shape) : node;
        var children = group.Children.Select(child => Kept(child, isMeant, inside)).OfType<SceneNode>().ToArray();
        return children.Length == 0 ? null
            : new GroupNode { Element = group.Element, Transform = group.Transform, Clip = group.Clip, Children = [.. children] };
    }

    /// <summary>A shape in opaque black wherever it has a paint.</summary>
    public static ShapeNode Covering(ShapeNode shape) => new()
    {
        Element = shape.Element, Transform = shape.Transform, Geometry = shape.Geometry, FillRule = shape.FillRule, AntiAlias = shape.AntiAlias,
        Fill = shape.Fill is null ? null : _opaque,
        Stroke = shape.Stroke is not { } stroke ? null : stroke with
        {
            Paint = _opaque, Opacity = Scalar.Constant(1),
        },
    };
}
