using SvgDistill.Distill.Editing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Growing;

/// <summary>How the parameters of a drawing with new shapes go with those of the drawing without them: the same ones in the same order, the new shapes' among them.</summary>
internal static class GrownParameters
{
    /// <summary>Whether a scene has the parameters of another and besides them only those of new elements.</summary>
    public static bool Match(Scene before, Scene grown, IReadOnlySet<int> added)
    {
        var at = 0;
        foreach (var p in grown.Parameters)
        {
            if (added.Contains(p.Element.Order)) continue;
            if (at == before.Parameters.Length) return false;
            var q = before.Parameters[at++];
            if (p.Kind != q.Kind || p.Name != q.Name || p.Element.TagName != q.Element.TagName || p.IsLeaf != q.IsLeaf || p.Initial != q.Initial) return false;
        }
        return at == before.Parameters.Length;
    }

    /// <summary>The grown scene's parameters.</summary>
    public static double[] At(Scene grown, IReadOnlySet<int> added, ReadOnlySpan<double> before, double size)
    {
        var theta = grown.InitialValues();
        var at = 0;
        for (var i = 0; i < theta.Length; i++)
            if (!added.Contains(grown.Parameters[i].Element.Order)) theta[i] = before[at++];
        if (size == 1) return theta;
        foreach (var geometry in SceneShapes.Geometries(grown))
        {
            var numbers = Numbers(geometry).ToArray();
            if (numbers.Length > 0 && added.Contains(grown.Parameters[numbers[0]].Element.Order)) Shrink(geometry, size, theta);
        }
        return theta;
    }

    private static IEnumerable<int> Numbers(ShapeGeometry geometry) => (geometry switch
    {
        PathGeometry path => path.Points.SelectMany(p => new[] { p.X, p.Y }),
        EllipseGeometry e => [e.Rx, e.Ry],
        _ => Enumerable.Empty<Scalar>(),
    }).Where(s => !s.IsConstant).Select(s => s.Index).Distinct();

    private static void Shrink(ShapeGeometry geometry, double size, double[] theta)
    {
        if (geometry is EllipseGeometry)
        {
            foreach (var radius in Numbers(geometry)) theta[radius] *= size;
            return;
        }
        if (geometry is not PathGeometry path) return;
        var (x, y) = (Indices(path, p => p.X), Indices(path, p => p.Y));
        foreach (var axis in new[] { x, y })
        {
            if (axis.Length == 0) continue;
            var middle = (axis.Min(i => theta[i]) + axis.Max(i => theta[i])) / 2;
            foreach (var i in axis) theta[i] = middle + size * (theta[i] - middle);
        }

        static int[] Indices(PathGeometry path, Func<ScalarPoint, Scalar> part) =>
            [.. path.Points.Select(part).Where(s => !s.IsConstant).Select(s => s.Index).Distinct()];
    }
}
