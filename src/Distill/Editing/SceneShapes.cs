using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing;

/// <summary>The outlines and colours of a scene, each once however often it is drawn (<c>use</c>, shared paints).</summary>
internal static class SceneShapes
{
    /// <summary>All outlines, with those in clip paths, masks and patterns, in drawing order.</summary>
    internal static IReadOnlyList<ShapeGeometry> Geometries(Scene scene)
    {
        var found = new List<ShapeGeometry>();
        var seen = new HashSet<ShapeGeometry>(ReferenceEqualityComparer.Instance);
        foreach (var shape in Shapes(scene))
            if (seen.Add(shape.Geometry)) found.Add(shape.Geometry);
        return found;
    }

    /// <summary>All strokes, with those in clip paths, masks and patterns.</summary>
    internal static IEnumerable<Stroke> Strokes(Scene scene) => Shapes(scene).Select(shape => shape.Stroke).OfType<Stroke>();

    /// <summary>What all shapes are filled and stroked with.</summary>
    internal static IEnumerable<Paint> Paints(Scene scene) => Shapes(scene).SelectMany(shape => new[] { shape.Fill, shape.Stroke?.Paint }).OfType<Paint>();

    /// <summary>All colours of fills, strokes and gradient stops that a parameter stands behind.</summary>
    internal static IReadOnlyList<ScalarColor> Colors(Scene scene)
    {
        var found = new List<ScalarColor>();
        var seen = new HashSet<ScalarColor>();
        foreach (var shape in Shapes(scene))
            foreach (var color in Colors(shape.Fill).Concat(Colors(shape.Stroke?.Paint)))
                if (!(color.R.IsConstant && color.G.IsConstant && color.B.IsConstant) && seen.Add(color with { A = default }))
                    found.Add(color);
        return found;
    }

    /// <summary>The colours of a paint.</summary>
    internal static IEnumerable<ScalarColor> Colors(Paint? paint) => paint switch
    {
        SolidPaint solid => [solid.Color],
        GradientPaint gradient => gradient.Stops.Select(stop => stop.Color),
        _ => [],
    };

    private static IEnumerable<ShapeNode> Shapes(Scene scene)
    {
        // A stack of its own: files nest deeper than recursion should go. Shared subtrees are entered once.
        var entered = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<object?>([scene.Root]);
        while (pending.TryPop(out var item))
        {
            if (item is null || !entered.Add(item)) continue;
            switch (item)
            {
                case ShapeNode shape:
                    yield return shape;
                    pending.Push(shape.Fill as PatternPaint);
                    pending.Push(shape.Stroke?.Paint as PatternPaint);
                    break;
                case GroupNode group:
                    pending.Push(group.Clip);
                    pending.Push(group.Mask);
                    PushAll(group.Children);
                    break;
                case ClipNode clip:
                    pending.Push(clip.Clip);
                    PushAll(clip.Children);
                    break;
                case MaskNode mask:
                    pending.Push(mask.Mask);
                    pending.Push(mask.Clip);
                    PushAll(mask.Children);
                    break;
                case PatternPaint pattern:
                    pending.Push(pattern.Content);
                    break;
            }
        }

        void PushAll(IReadOnlyList<SceneNode> nodes)
        {
            for (var i = nodes.Count - 1; i >= 0; i--) pending.Push(nodes[i]);
        }
    }
}
