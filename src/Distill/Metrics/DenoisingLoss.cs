using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Metrics;

/// <summary>
/// How well a denoiser explains latents under a text: the mean of (e(z_t, y) - eps)^2 without guidance, over fixed
/// timesteps and noises. Only differences under one model mean something: lower after an edit is nearer to the text.
/// </summary>
/// <remarks>Timesteps are the centres of equal parts of 0..999; every text and picture sees the same noises.</remarks>
public sealed class DenoisingLoss(Denoiser denoiser, int timesteps = 20, int noises = 4, ulong seed = 0)
{
    // Keeps these noises apart from those of runs with the same seed.
    private const int Stream = 1;

    /// <summary>The loss of latents [1,C,h,w] under a text [1,L,D].</summary>
    public double Of(Tensor latents, Tensor context) => Of((latents, context))[0];

    /// <summary>The losses of latents [1,C,h,w] under the target and the source text, from the same calls of the network.</summary>
    public DenoisingLosses Of(Tensor latents, Prompts prompts)
    {
        var losses = Of((latents, prompts.Target), (latents, prompts.Source));
        return new(losses[0], losses[1]);
    }

    /// <summary>
    /// The losses of several latents [1,C,h,w], each under its text [1,L,D]: one call of the network a timestep for all, of a small network one for as many timesteps as it
    /// computes well together.
    /// </summary>
    public double[] Of(params ReadOnlySpan<(Tensor Latents, Tensor Context)> pairs)
    {
        using var noGrad = no_grad();
        var sums = new double[pairs.Length];
        var (queries, like) = (new (Tensor, Tensor)[pairs.Length], pairs[0].Latents);
        foreach (var together in Enumerable.Range(0, timesteps).Chunk(Math.Max(1, denoiser.RowsAtOnce / (noises * pairs.Length))))
        {
            using var steady = Steady.Begin();
            using var scope = NewDisposeScope();
            var t = Array.ConvertAll(together, i => (2 * i + 1) * 1000 / (2 * timesteps));
            var eps = Array.ConvertAll(together, i => Noise(new StepRandom(seed, i, Stream), like));
            for (var k = 0; k < pairs.Length; k++)
            {
                var z = pairs[k].Latents.expand(eps[0].shape);
                queries[k] = (cat([.. eps.Select((noise, i) => denoiser.Schedule.AddNoise(z, noise, t[i]))], 0), pairs[k].Context);
            }
            var e = denoiser.Predict([.. t.SelectMany(one => Enumerable.Repeat(one, noises))], queries);
            var wanted = cat(eps, 0);
            for (var k = 0; k < pairs.Length; k++) sums[k] += (e[k] - wanted).to(ScalarType.Float64).pow(2).mean().item<double>() * together.Length;
        }
        return Array.ConvertAll(sums, sum => sum / timesteps);
    }

    private Tensor Noise(StepRandom draws, Tensor like) => cat([.. Enumerable.Range(0, noises).Select(_ => draws.Normal(like))], 0);
}
