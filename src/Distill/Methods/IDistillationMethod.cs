using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>A way to turn a denoiser's predictions into a direction for the target latents.</summary>
public interface IDistillationMethod : IDisposable
{
    /// <summary>
    /// g = dL/dz at the step's latents, fresh and without a graph. The method draws its own timestep and noise from
    /// <see cref="DistillationStep.Draws"/>.
    /// </summary>
    Tensor Gradient(DistillationStep step);

    /// <summary>
    /// The timestep and the noise (fresh) that the step will ask its refiner for, from its draws alone; null where they depend on
    /// more. Reads nothing else of the step.
    /// </summary>
    (int Timestep, Tensor Noise)? Announce(DistillationStep step) => null;

    /// <summary>How many steps in a row <see cref="Prepare"/> takes at most; 1 where it does nothing. Follows from shapes alone.</summary>
    int PreparesSteps(Tensor sourceLatents) => 1;

    /// <summary>Does now, for several steps to come, what does not depend on how far the edit has got. Their latents are not yet known.</summary>
    void Prepare(IReadOnlyList<DistillationStep> steps) { }

    /// <summary>The r of a plain step in latent space, z &lt;- z - r * 2000/(h w) * g.</summary>
    double LatentRate => .1;

    /// <summary>What the method carries from step to step, for a run to be resumed: fresh tensors by name.</summary>
    IReadOnlyDictionary<string, Tensor> SaveState() => new Dictionary<string, Tensor>();

    /// <summary>Takes back what <see cref="SaveState"/> gave; the tensors stay the caller's.</summary>
    void LoadState(IReadOnlyDictionary<string, Tensor> state) { }

    /// <inheritdoc/>
    void IDisposable.Dispose() => GC.SuppressFinalize(this);
}

/// <summary>A layer between the noise that a method draws and the noise that it uses.</summary>
public interface INoiseRefiner
{
    /// <summary>A fresh noise in place of <paramref name="noise"/>, for the source latents at timestep t.</summary>
    Tensor Refine(DistillationStep step, int t, Tensor noise);
}
