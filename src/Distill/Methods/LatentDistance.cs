using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>FPR's distances between latents [B,C,h,w], one number a sample.</summary>
internal static class LatentDistance
{
    // The window that SSIM implementations take by default where it is not Gaussian.
    private const int Window = 7;

    internal static Tensor PerSample(FprDistance distance, Tensor reference, Tensor z) => distance switch
    {
        FprDistance.L1 => (z - reference).abs().flatten(1).sum(1),
        FprDistance.Ssim => 1 - Ssim(reference, z),
        _ => (z - reference).flatten(1).norm(1),
    };

    /// <summary>
    /// Mean SSIM over uniform 7 x 7 windows that lie wholly inside (smaller maps: one window), with C1 and C2 from the range
    /// of the reference sample; means over windows and channels.
    /// </summary>
    private static Tensor Ssim(Tensor a, Tensor b)
    {
        var (height, width) = (Math.Min(Window, a.shape[2]), Math.Min(Window, a.shape[3]));
        Tensor Mean(Tensor x) => nn.functional.avg_pool2d(x, [height, width], [1L, 1L]);

        var range = (a.flatten(1).amax(1) - a.flatten(1).amin(1)).reshape(-1, 1, 1, 1);
        var (c1, c2) = ((.01 * range).pow(2), (.03 * range).pow(2));
        var (meanA, meanB) = (Mean(a), Mean(b));
        var varianceA = Mean(a * a) - meanA * meanA;
        var varianceB = Mean(b * b) - meanB * meanB;
        var covariance = Mean(a * b) - meanA * meanB;
        var ssim = (2 * meanA * meanB + c1) * (2 * covariance + c2)
                 / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2));
        return ssim.flatten(1).mean([1L]);
    }
}
