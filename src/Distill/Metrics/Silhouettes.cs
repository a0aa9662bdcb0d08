using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Metrics;

/// <summary>How much two drawings cover the same place.</summary>
public static class Silhouettes
{
    /// <summary>
    /// Intersection over union of alpha silhouettes: sum min(a, b) / sum max(a, b), which for opaque shapes is that of
    /// their areas, borders included. 1 where both are empty. Not the papers' IoU, which comes from a text-prompted segmenter.
    /// </summary>
    /// <param name="a">Alpha, 0..1.</param>
    /// <param name="b">Alpha of as many pixels.</param>
    public static double Overlap(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length) throw new ArgumentException($"Silhouettes of {a.Length} and {b.Length} pixels cannot be laid on one another.");
        var (intersection, union) = (0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            intersection += Math.Min(a[i], b[i]);
            union += Math.Max(a[i], b[i]);
        }
        return union == 0 ? 1 : intersection / union;
    }

    /// <inheritdoc cref="Overlap(ReadOnlySpan{float}, ReadOnlySpan{float})"/>
    /// <param name="a">Alpha, 0..1, any shape.</param>
    /// <param name="b">Alpha of the same shape.</param>
    public static double Overlap(Tensor a, Tensor b)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (x, y) = (a.to(ScalarType.Float64), b.to(ScalarType.Float64));
        var union = maximum(x, y).sum().item<double>();
        return union == 0 ? 1 : minimum(x, y).sum().item<double>() / union;
    }
}
