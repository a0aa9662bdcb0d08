using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// The parameters that may not move if aspects of the drawing are to stay. For <see cref="Aspects.Position"/> these are the transforms; centres of
/// what moves by its points are kept by <see cref="CenterRows"/>.
/// </summary>
public static class AspectLocks
{
    /// <summary>Their indices.</summary>
    public static IReadOnlySet<int> Held(Scene scene, Aspects aspects)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var held = new HashSet<int>();
        for (var i = 0; i < scene.Parameters.Length; i++)
            if ((AspectOf(scene.Parameters[i].Kind) & aspects) != 0) held.Add(i);
        if (aspects.HasFlag(Aspects.Stroke))
            foreach (var stroke in SceneShapes.Strokes(scene)) held.UnionWith(Numbers(stroke));
        return held;
    }

    private static Aspects AspectOf(ParameterKind kind) => kind switch
    {
        ParameterKind.PointX or ParameterKind.PointY or ParameterKind.Size => Aspects.Shape,
        ParameterKind.Color => Aspects.Color,
        ParameterKind.StrokeWidth or ParameterKind.Dash => Aspects.Stroke,
        ParameterKind.Opacity => Aspects.Opacity,
        ParameterKind.Transform => Aspects.Position,
        _ => Aspects.None,
    };

    private static IEnumerable<int> Numbers(Stroke stroke) => SceneShapes.Colors(stroke.Paint)
        .SelectMany(c => new[] { c.R, c.G, c.B, c.A }).Append(stroke.Opacity).Where(s => !s.IsConstant).Select(s => s.Index);
}
