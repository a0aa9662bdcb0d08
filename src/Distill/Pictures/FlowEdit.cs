using SvgDistill.Diffusion;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>
/// FlowEdit (Kulikov et al. 2024, arXiv:2412.08629, algorithm 1) for models that predict noise: a way that leads from the picture itself to the edited
/// one, without inversion. In sigma = sqrt(1 / abar - 1) and x = z / sqrt(abar) the sampler's flow is dx/dsigma = e. At each timestep, with noise n
/// drawn anew, x_src = z_src + sigma n and x_trg = z + sigma n; then z moves by (sigma' - sigma)(e^w(x_trg, y_trg) - e(x_src, y_src)): where the two
/// predictions agree nothing moves.
/// </summary>
/// <remarks>Choice: the source's prediction is unguided. With as much guidance as the target's, or a third of it, far less changes.</remarks>
/// <param name="strength">The first timestep, of all, 0..1: 0 keeps the source.</param>
public sealed class FlowEdit(double strength = FlowEdit.DefaultStrength) : IPictureSampler
{
    /// <summary>How far up it begins: further down a subject stays what it is, further up colours go harsh (looked at).</summary>
    public const double DefaultStrength = .8;

    /// <inheritdoc/>
    public Tensor Edit(PictureEditRequest request)
    {
        var timesteps = Timesteps(request, strength);
        var z = request.SourceLatents.clone();
        for (var i = 0; i < timesteps.Length; i++)
        {
            var moved = Step(request, z, timesteps, i);
            z.Dispose();
            z = moved;
            request.Called(i + 1, timesteps.Length);
        }
        return z;
    }

    /// <summary>The timesteps of an edit, descending.</summary>
    internal static long[] Timesteps(PictureEditRequest request, double strength)
    {
        var all = request.Timesteps;
        return all[^SdEdit.StepsAt(strength, all.Length)..];
    }

    /// <summary>z after the timestep numbered i.</summary>
    internal static Tensor Step(PictureEditRequest request, Tensor z, long[] timesteps, int i)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (denoiser, prompts, source) = (request.Denoiser, request.Prompts, request.SourceLatents);
        var schedule = denoiser.Schedule;
        var t = timesteps[i];
        var n = new StepRandom(request.Seed, i).Normal(source);
        var trg = schedule.AddNoise(z, n, t);
        var e = denoiser.Predict((int)t, (schedule.AddNoise(source, n, t), prompts.Source), (trg, prompts.Target), (trg, prompts.Null));
        var e_trg = request.Guidance == 1 ? e[1] : Guidance.Apply(e[2], e[1], request.Guidance);
        return (z + (Sigma(i + 1 < timesteps.Length ? timesteps[i + 1] : -1) - Sigma(t)) * (e_trg - e[0])).MoveToOuterDisposeScope();

        double Sigma(long at) => Math.Sqrt(1 / schedule.AlphaBar(at) - 1);
    }
}
