using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Measuring;

/// <summary>
/// The Fréchet distance of two sets of feature vectors, each taken as a normal distribution (Heusel 2017, eq. 6): how far what is drawn lies
/// from what is wanted, in look and in variety. Of few vectors it is too large, by as much for one model as for another.
/// </summary>
internal static class FeatureDistance
{
    /// <summary>|m1 - m2|² + tr(C1 + C2 - 2 (C1 C2)^½).</summary>
    public static double Between(IReadOnlyList<double[]> one, IReadOnlyList<double[]> other)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var ((mean1, spread1), (mean2, spread2)) = (Moments(one), Moments(other));
        // tr (C1 C2)^½ = tr (R C2 R)^½ with R = C1^½, which is symmetric.
        var (values, vectors) = linalg.eigh(spread1);
        var root = vectors.matmul(values.clamp_min(0).sqrt().diag()).matmul(vectors.t());
        var cross = linalg.eigvalsh(root.matmul(spread2).matmul(root)).clamp_min(0).sqrt().sum();
        return ((mean1 - mean2).square().sum() + spread1.trace() + spread2.trace() - 2 * cross).item<double>();
    }

    private static (Tensor Mean, Tensor Covariance) Moments(IReadOnlyList<double[]> vectors)
    {
        var rows = tensor(vectors.SelectMany(v => v).ToArray(), [vectors.Count, vectors[0].Length]);
        var mean = rows.mean([0L]);
        var centred = rows - mean;
        return (mean, centred.t().matmul(centred) / Math.Max(1, vectors.Count - 1));
    }
}
