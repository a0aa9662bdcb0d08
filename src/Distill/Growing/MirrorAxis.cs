using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Growing;

/// <summary>The mirror axis of a drawing, in pixels of its picture.</summary>
/// <param name="IsUpright">True where left is right.</param>
/// <param name="At">Its x, or its y.</param>
internal readonly record struct MirrorAxis(bool IsUpright, double At)
{
    // The part of the drawing's contours that an axis must mirror for new shapes to follow it.
    private const double Most = .5;

    /// <summary>The axis that mirrors most of a drawing and stays in place; null where none mirrors half of it.</summary>
    public static MirrorAxis? Of(DrawingRelations relations, in Matrix sceneToPixels)
    {
        var total = relations.ContourSizes;
        (MirrorAxis Axis, double Weight)? best = null;
        foreach (var relation in relations.Symmetries)
        {
            var isUpright = relation.Linear is { A: < 0, D: > 0 };
            if (relation.Free != (false, false) || !(isUpright || relation.Linear is { A: > 0, D: < 0 })) continue;
            var weight = relation.Pairs.Sum(p => p.From == p.To ? p.From.Size : p.From.Size + p.To.Size);
            if (weight < Most * total || weight <= best?.Weight) continue;
            var pair = relation.Pairs.MaxBy(p => p.From.Size)!;
            var middle = sceneToPixels.Apply(.5 * (pair.From.Middle + pair.To.Middle));
            best = (new(isUpright, isUpright ? middle.X : middle.Y), weight);
        }
        return best?.Axis;
    }

    /// <summary>A point's image.</summary>
    public Point Image(Point p) => IsUpright ? new(2 * At - p.X, p.Y) : new(p.X, 2 * At - p.Y);

    /// <summary>How far a point lies beyond the axis, to the right or below.</summary>
    public double Beyond(Point p) => (IsUpright ? p.X : p.Y) - At;

    /// <summary>The point of the axis nearest to a point.</summary>
    public Point OnAxis(Point p) => IsUpright ? p with { X = At } : p with { Y = At };

    /// <summary>A pixel's image; -1 where it lies outside.</summary>
    public int Image(int pixel, int side)
    {
        var image = Image(new(pixel % side + .5, pixel / side + .5));
        var (x, y) = ((int)Math.Floor(image.X), (int)Math.Floor(image.Y));
        return x >= 0 && y >= 0 && x < side && y < side ? y * side + x : -1;
    }

    /// <summary>The mean of values and their image's.</summary>
    public double[] Mean(double[] values, int side)
    {
        var mean = new double[values.Length];
        for (var i = 0; i < mean.Length; i++) mean[i] = .5 * (values[i] + (Image(i, side) is >= 0 and var j ? values[j] : 0));
        return mean;
    }
}
