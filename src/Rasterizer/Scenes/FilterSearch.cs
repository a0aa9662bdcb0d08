using System.Collections.Immutable;

namespace SvgDistill.Rasterizer.Scenes;

/// <summary>Whether a drawing has filters, wherever they are.</summary>
internal static class FilterSearch
{
    /// <summary>True where anything of the scene is filtered.</summary>
    public static bool HasFilters(Scene scene) => Any([scene.Root]);

    private static bool Any(ImmutableArray<SceneNode> nodes) => nodes.Any(node => node switch
    {
        GroupNode group => !group.Filters.IsEmpty || Any(group.Children) || Any(group.Mask) || Any(group.Clip),
        ShapeNode shape => Any(shape.Fill) || Any(shape.Stroke?.Paint),
        _ => false,
    });

    private static bool Any(MaskNode? mask) => mask is not null && (Any(mask.Children) || Any(mask.Mask) || Any(mask.Clip));

    private static bool Any(ClipNode? clip) => clip is not null && (Any(clip.Children) || Any(clip.Clip));

    private static bool Any(Paint? paint) => paint is not null && ((paint is PatternPaint pattern && Any([pattern.Content])) || Any(paint.Fallback));
}
