using SvgDistill.Diffusion.Layers;
using SvgDistill.Distill.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>
/// What Prompt-to-Prompt and Plug-and-Play share: the source is inverted; on the way down the network sees source and edit in one
/// batch, and a hook carries features of the source's row over to the edit's rows. The source's row is read off the
/// inversion path at every level, so that it is reproduced exactly.
/// </summary>
public abstract class InjectionSampler : IPictureSampler
{
    /// <summary>The source's row in the batch.</summary>
    protected const int SourceRow = 0;
    /// <summary>The unconditional row.</summary>
    protected const int NullRow = 1;
    /// <summary>The target prompt's row.</summary>
    protected const int TargetRow = 2;

    /// <summary>The hook for a step that lies at the given fraction of the way, 0 at the noisiest.</summary>
    internal abstract IAttentionHook HookAt(double progress);

    /// <summary>The text under which the source is inverted and its features are read.</summary>
    protected abstract Tensor SourceContext(Prompts prompts);

    /// <inheritdoc/>
    public Tensor Edit(PictureEditRequest request)
    {
        var timesteps = request.Timesteps;
        var source = SourceContext(request.Prompts);
        var calls = 2 * timesteps.Length - 1;
        var path = DdimInversion.Trajectory(
            request.Denoiser, request.SourceLatents, source, timesteps, done => request.Called(done, calls));
        try
        {
            using var noGrad = no_grad();
            var z = path[0].clone();
            for (var i = 0; i < timesteps.Length; i++)
            {
                using var scope = NewDisposeScope();
                using var attached = request.Denoiser.Attach(HookAt((double)i / timesteps.Length));
                var t = timesteps[i];
                var e = request.Denoiser.Predict(
                    (int)t, (path[i], source), (z, request.Prompts.Null), (z, request.Prompts.Target));
                var noise = Diffusion.Guidance.Apply(e[NullRow], e[TargetRow], request.Guidance);
                var next = request.Denoiser.Schedule.DdimStep(z, noise, t, i + 1 < timesteps.Length ? timesteps[i + 1] : -1)
                    .MoveToOuterDisposeScope();
                z.Dispose();
                z = next;
                request.Called(timesteps.Length + i, calls);
            }
            return z;
        }
        finally
        {
            foreach (var latents in path) latents.Dispose();
        }
    }

    /// <summary>The batch with the source's row in place of the named rows.</summary>
    protected static Tensor WithSource(Tensor batch, params ReadOnlySpan<int> rows)
    {
        var parts = batch.chunk(batch.shape[0]);
        foreach (var row in rows) parts[row] = parts[SourceRow];
        return cat(parts);
    }
}
