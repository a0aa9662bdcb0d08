using SvgDistill.Distill.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>Inversion under the source prompt, then sampling under the target prompt: the plainest edit by inversion.</summary>
public sealed class DdimSwap : IPictureSampler
{
    /// <inheritdoc/>
    public Tensor Edit(PictureEditRequest request)
    {
        var timesteps = request.Timesteps;
        var path = DdimInversion.Trajectory(request.Denoiser, request.SourceLatents, request.Prompts.Source, timesteps,
            done => request.Called(done, 2 * timesteps.Length - 1));
        try
        {
            return DdimDescent.Run(request, path[0], timesteps, timesteps.Length - 1);
        }
        finally
        {
            foreach (var latents in path) latents.Dispose();
        }
    }
}

/// <summary>The deterministic DDIM sampler toward the target prompt from any level on.</summary>
internal static class DdimDescent
{
    /// <summary>From z at timesteps[0] down to the picture.</summary>
    /// <param name="request">The edit.</param>
    /// <param name="start">z at the first timestep.</param>
    /// <param name="timesteps">Descending.</param>
    /// <param name="callsBefore">Network calls spent already.</param>
    public static Tensor Run(PictureEditRequest request, Tensor start, ReadOnlySpan<long> timesteps, int callsBefore)
    {
        using var noGrad = no_grad();
        var z = start.clone();
        for (var i = 0; i < timesteps.Length; i++)
        {
            using var scope = NewDisposeScope();
            var t = timesteps[i];
            var previous = i + 1 < timesteps.Length ? timesteps[i + 1] : -1;
            var noise = request.Denoiser.PredictGuided(
                (int)t, request.Guidance, request.Prompts.Null, (z, request.Prompts.Target))[0];
            var next = request.Denoiser.Schedule.DdimStep(z, noise, t, previous).MoveToOuterDisposeScope();
            z.Dispose();
            z = next;
            request.Called(callsBefore + i + 1, callsBefore + timesteps.Length);
        }
        return z;
    }
}
