using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Growing;

/// <summary>Where a drawing shows what may not change: no new shape covers it.</summary>
internal static class LockedPixels
{
    /// <summary>The pixels in which shapes and pictures lie that no leaf moves, whatever lies over them.</summary>
    public static bool[] Of(Scene scene, double[] theta, int side, in Matrix frame)
    {
        bool IsFree(Scalar s) => !s.IsConstant && scene.Parameters[s.Index].IsLeaf;
        var locked = Kept(scene.Root);
        var drawn = new Scene
        {
            Width = scene.Width, Height = scene.Height, Parameters = scene.Parameters, Notes = scene.Notes, Root = locked as GroupNode ?? new GroupNode { Children = [] },
        };
        var alpha = new SceneRasterizer(drawn, side, side, frame).Forward(theta, keep: false).Plane(3);
        var pixels = new bool[alpha.Length];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = alpha[i] > .02f;
        return pixels;

        // The reader's limits bound the nesting.
        SceneNode? Kept(SceneNode node) => node switch
        {
            GroupNode group => new GroupNode
            {
                Transform = group.Transform, Clip = group.Clip, Mask = group.Mask, Children = [.. group.Children.Select(Kept).OfType<SceneNode>()],
            },
            ShapeNode shape => Numbers(shape).Any(IsFree) ? null : node,
            _ => node,
        };
    }

    private static IEnumerable<Scalar> Numbers(ShapeNode shape) =>
    [
        .. shape.Geometry switch
        {
            PathGeometry path => path.Points.SelectMany(p => new[] { p.X, p.Y }),
            EllipseGeometry e => [e.Center.X, e.Center.Y, e.Rx, e.Ry],
            RectGeometry r => [r.X, r.Y, r.Width, r.Height],
            _ => Enumerable.Empty<Scalar>(),
        },
        .. new[] { shape.Fill, shape.Stroke?.Paint }.OfType<SolidPaint>().SelectMany(p => new[] { p.Color.R, p.Color.G, p.Color.B }),
    ];
}
