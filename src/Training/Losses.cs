using SvgDistill.Diffusion.Schedules;
using static TorchSharp.torch;

namespace SvgDistill.Training;

/// <summary>How errors of denoising are weighed.</summary>
internal static class Losses
{
    // The bound of the paper's experiments.
    private const double Gamma = 5;

    /// <summary>
    /// Min-SNR weights (Hang 2023, arXiv:2303.09556) of errors of the noise, [B,1,1,1]: min(SNR, 5) / SNR with SNR = abar / (1 - abar), which weighs
    /// the implied picture by min(SNR, 5) at every timestep.
    /// </summary>
    public static Tensor MinSnr(NoiseSchedule schedule, Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        var alphaBar = schedule.AlphaBar(timesteps);
        var ratio = alphaBar / (1 - alphaBar);
        return (ratio.clamp_max(Gamma) / ratio).MoveToOuterDisposeScope();
    }
}
