using SvgDistill.Distill.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>What DreamSampler's edit takes.</summary>
public sealed record DreamSamplerEditOptions
{
    /// <summary>Steps down, and as many up before (NFE); timesteps are multiples of 1000/NFE.</summary>
    public int Steps { get; init; } = 200;
    /// <summary>c of lambda_t = c abar_t.</summary>
    public double Strength { get; init; } = .2;

    internal static DreamSamplerEditOptions From(EditSettings s)
    {
        var own = new DreamSamplerEditOptions();
        return own with { Steps = s.SamplerSteps ?? own.Steps, Strength = s.Strength ?? own.Strength };
    }
}

/// <summary>A text, and where in the picture it holds: [1,1,h,w] in latent resolution, 0..1; null for everywhere.</summary>
public readonly record struct MaskedPrompt(Tensor Context, Tensor? Mask = null);

/// <summary>
/// DreamSampler's image editing (Kim et al. 2024): DDIM inversion under the null text, then for descending t
/// z0 = (1-lambda_t) x0(z_t; e(null)) + lambda_t x0(z_t; e(y)), lambda_t = c abar_t, and
/// z_t' = sqrt(abar_t') z0 + sqrt(1-abar_t') e(null). The result is the last z0. With masks, z0 is blended toward each text
/// inside its mask and is the null text's elsewhere.
/// </summary>
public sealed class DreamSamplerEdit(Denoiser denoiser, Tensor none, DreamSamplerEditOptions options)
{
    /// <summary>Descending timesteps: (NFE-1) 1000/NFE .. 0.</summary>
    internal int[] Timesteps { get; } =
        [.. Enumerable.Range(0, options.Steps).Reverse().Select(i => i * (denoiser.Schedule.TrainSteps / options.Steps))];

    /// <summary>Latents taken up to the first timestep under the null text (<see cref="DdimInversion"/>).</summary>
    /// <param name="latents">z of the picture.</param>
    /// <param name="onStep">Told the network calls done, of one less than the steps.</param>
    /// <param name="cancellation">Stops between two calls.</param>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public Tensor Invert(Tensor latents, Action<int>? onStep = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var path = DdimInversion.Trajectory(denoiser, latents, none, [.. Timesteps.Select(t => (long)t)], done =>
        {
            onStep?.Invoke(done);
            cancellation.ThrowIfCancellationRequested();
        });
        return path[0].MoveToOuterDisposeScope();
    }

    /// <summary>The edit of inverted latents toward the texts.</summary>
    /// <param name="inverted">What <see cref="Invert"/> gave.</param>
    /// <param name="prompts">The texts; their masks should not overlap.</param>
    /// <param name="onStep">Told the steps done.</param>
    /// <param name="cancellation">Stops between two steps, at the z0 of that time.</param>
    public Tensor Edit(Tensor inverted, IReadOnlyList<MaskedPrompt> prompts, Action<int>? onStep = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (z, z0) = (inverted, inverted);
        for (var i = 0; i < Timesteps.Length && !cancellation.IsCancellationRequested; i++)
        {
            using var iteration = NewDisposeScope();
            var t = Timesteps[i];
            var e = denoiser.Predict(t, [(z, none), .. prompts.Select(p => (z, p.Context))]);
            var z0None = Original(z, e[0], i);
            var lambda = options.Strength * AlphaBar(i);
            z0 = z0None;
            for (var p = 0; p < prompts.Count; p++)
            {
                var change = lambda * (Original(z, e[p + 1], i) - z0None);
                z0 = z0 + (prompts[p].Mask is { } mask ? mask * change : change);
            }
            var next = AlphaBar(i + 1);
            z = (Math.Sqrt(next) * z0 + Math.Sqrt(1 - next) * e[0]).MoveToOuterDisposeScope();
            z0 = z0.MoveToOuterDisposeScope();
            onStep?.Invoke(i + 1);
        }
        return z0.clone().MoveToOuterDisposeScope();
    }

    private Tensor Original(Tensor z, Tensor e, int i) => denoiser.Schedule.PredictOriginal(z, e, Timesteps[i]);

    /// <summary>abar of the i-th timestep; the last step leads to that of t = 0.</summary>
    internal double AlphaBar(int i) => denoiser.Schedule.AlphaBar(i < Timesteps.Length ? Timesteps[i] : 0);
}
