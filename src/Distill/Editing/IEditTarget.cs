using SvgDistill.Distill.Methods;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Editing;

/// <summary>What an edit moves: a drawing's parameters, or latents themselves. One loop serves them all.</summary>
/// <remarks>A step calls <see cref="Latents"/>, <see cref="Backward"/> and <see cref="Step"/> in this order.</remarks>
public interface IEditTarget : IStepPictures, IDisposable
{
    /// <summary>z_src, [1,C,h,w]; the target's.</summary>
    Tensor SourceLatents { get; }

    /// <summary>Says how far the run has come, 0 at its first step, 1 when it is over; before the step's <see cref="Latents"/>.</summary>
    void At(double progress) { }

    /// <summary>z at the present parameters, without a graph; the target's, until the next call. What <see cref="Backward"/> needs is kept.</summary>
    Tensor Latents();

    /// <summary>Carries g = dL/dz back to the parameters; frees the graph.</summary>
    void Backward(Tensor gradient);

    /// <summary>Moves the parameters along the gradient carried back.</summary>
    /// <param name="rateFactor">The factor on the learning rates (<see cref="RateSchedule"/>).</param>
    /// <returns>
    /// The root mean square of the moves in normalised units: fractions of the diagonal and of 0..1; for latents, in theirs.
    /// </returns>
    double Step(double rateFactor);

    /// <summary>Parameters and what the optimiser carries: fresh tensors by name.</summary>
    IReadOnlyDictionary<string, Tensor> SaveState();

    /// <summary>Takes back what <see cref="SaveState"/> gave; the tensors stay the caller's.</summary>
    void LoadState(IReadOnlyDictionary<string, Tensor> state);
}
