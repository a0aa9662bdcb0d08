using SvgDistill.Distill.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>SDEdit (Meng 2022): the source is noised part of the way up and sampled down again under the target prompt.</summary>
/// <param name="strength">How far up, of all timesteps: 0 keeps the source, 1 forgets it.</param>
public sealed class SdEdit(double strength = .7) : IPictureSampler
{
    /// <summary>How many of the sampler's steps lead down from there.</summary>
    internal static int StepsAt(double strength, int steps) => Math.Clamp((int)Math.Round(strength * steps), 0, steps);

    /// <inheritdoc/>
    public Tensor Edit(PictureEditRequest request)
    {
        var all = request.Timesteps;
        var kept = StepsAt(strength, all.Length);
        if (kept == 0) return request.SourceLatents.clone();
        var timesteps = all.AsSpan(all.Length - kept);
        using var noise = new StepRandom(request.Seed, 0).Normal(request.SourceLatents);
        using var start = request.Denoiser.Schedule.AddNoise(request.SourceLatents, noise, timesteps[0]);
        return DdimDescent.Run(request, start, timesteps, 0);
    }
}
