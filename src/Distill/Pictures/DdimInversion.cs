using SvgDistill.Distill.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>
/// DDIM inversion (Song 2021, eq. 12 run backwards; Dhariwal and Nichol 2021, section F): the deterministic sampler's path from
/// a picture up to noise, taking the prediction at the level being left for that at the level being reached.
/// </summary>
public static class DdimInversion
{
    /// <summary>
    /// The latents at each timestep, in the order given. The network is called at the t being reached, as DreamSampler does; the
    /// picture itself counts as lying at the last (lowest) timestep, so no call is spent on that one.
    /// </summary>
    /// <param name="denoiser">The network.</param>
    /// <param name="latents">z, [B,C,h,w].</param>
    /// <param name="context">y, [1,L,D], unguided.</param>
    /// <param name="descending">Timesteps of the sampler that is to be inverted.</param>
    /// <param name="called">Told after every call how many there have been.</param>
    /// <returns>z_t for each timestep, fresh; the caller disposes them.</returns>
    public static Tensor[] Trajectory(
        Denoiser denoiser, Tensor latents, Tensor context, ReadOnlySpan<long> descending, Action<int>? called = null)
    {
        using var noGrad = no_grad();
        var schedule = denoiser.Schedule;
        var path = new Tensor[descending.Length];
        path[^1] = latents.clone();
        for (var i = descending.Length - 2; i >= 0; i--)
        {
            using var scope = NewDisposeScope();
            var (from, to) = (descending[i + 1], descending[i]);
            var noise = denoiser.Predict((int)to, (path[i + 1], context))[0];
            var original = schedule.PredictOriginal(path[i + 1], noise, from);
            path[i] = schedule.AddNoise(original, noise, to).MoveToOuterDisposeScope();
            called?.Invoke(descending.Length - 1 - i);
        }
        return path;
    }
}
