using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>A method that draws one t and one eps a step, in this order, and asks nothing else of chance: a layer may know both beforehand.</summary>
/// <param name="timesteps">Where t is drawn from.</param>
public abstract class OneTimestepMethod(TimestepRange timesteps) : IDistillationMethod
{
    /// <inheritdoc/>
    public (int Timestep, Tensor Noise)? Announce(DistillationStep step) =>
        (step.DrawTimestep(timesteps), step.Draws.Normal(step.SourceLatents));

    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var t = step.DrawTimestep(timesteps);
        return Gradient(step, t, step.DrawNoise(t)).MoveToOuterDisposeScope();
    }

    /// <summary>g at t and eps, like z, without a graph; within a dispose scope that takes what is left.</summary>
    protected abstract Tensor Gradient(DistillationStep step, int t, Tensor eps);
}
