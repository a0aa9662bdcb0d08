using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>What DreamSampler's inpainting takes.</summary>
public sealed record DreamSamplerInpaintOptions
{
    /// <summary>Steps down, and as many up before (NFE).</summary>
    public int Steps { get; init; } = 200;
    /// <summary>Standard deviation of the noise put on the measurement, pictures being -1..1.</summary>
    public double MeasurementNoise { get; init; } = .01;
    /// <summary>gamma of the proximal problem.</summary>
    public double Proximity { get; init; } = 1e-4;
    /// <summary>Conjugate gradient iterations at most.</summary>
    public int Iterations { get; init; } = 10;
    /// <summary>The residual at which conjugate gradients stop.</summary>
    public double Residual { get; init; } = 1e-4;
    /// <summary>Data consistency is solved for on every so many steps ...</summary>
    public int SolveEvery { get; init; } = 3;
    /// <summary>... below this fraction of the steps; all others are DPS steps.</summary>
    public double SolveUntil { get; init; } = .85;
    /// <summary>The seed of its noises.</summary>
    public ulong Seed { get; init; }
}

/// <summary>What is to be painted where: a text, and a mask [1,1,H,W] in picture resolution that is 1 on kept pixels.</summary>
public readonly record struct InpaintRegion(Tensor Context, Tensor Mask);

/// <summary>
/// DreamSampler's inpainting (Kim et al. 2024): y = m * x + .01 n with m the product of the regions' masks; the latents of
/// m * y are inverted under the null text; on some steps down the measurement is kept by a proximal solve and each region's
/// text is blended in, on the others by a gradient through decoder and denoiser (DPS).
/// </summary>
/// <param name="denoiser">The denoiser.</param>
/// <param name="none">The null text; the paper's is "out of focus, depth of field".</param>
/// <param name="encode">A picture, 0..1, to latents.</param>
/// <param name="decode">Latents to a picture, 0..1.</param>
/// <param name="decodeForGradient">The same with its way back.</param>
/// <param name="options">The numbers.</param>
public sealed class DreamSamplerInpaint(
    Denoiser denoiser, Tensor none, Func<Tensor, Tensor> encode, Func<Tensor, Tensor> decode,
    Func<Tensor, Differentiated> decodeForGradient, DreamSamplerInpaintOptions options)
{
    /// <summary>Fills the regions of a picture [1,3,H,W], 0..1; returns the picture.</summary>
    /// <param name="image">The picture; what its regions hold is not looked at.</param>
    /// <param name="regions">What to paint where, at least one region.</param>
    /// <param name="onStep">Told the steps done, those of the inversion (one less than the others) among them.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public Tensor Run(Tensor image, IReadOnlyList<InpaintRegion> regions, Action<int>? onStep = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mask = regions.Select(r => r.Mask).Aggregate((a, b) => a * b);
        var x = 2 * image - 1;
        var y = mask * (x + options.MeasurementNoise * new StepRandom(options.Seed, -1).Normal(x));

        var sampler = new DreamSamplerEdit(denoiser, none, new DreamSamplerEditOptions { Steps = options.Steps });
        var z = sampler.Invert(Encode(mask * y), onStep, cancellation);
        var latentMasks = regions.Select(r => Shrunk(r.Mask, z)).ToArray();
        var kept = Shrunk(mask, z);
        for (var k = 0; k < options.Steps && !cancellation.IsCancellationRequested; k++)
        {
            using var iteration = NewDisposeScope();
            var (t, abar, next) = (sampler.Timesteps[k], sampler.AlphaBar(k), sampler.AlphaBar(k + 1));
            z = (k % options.SolveEvery == 0 && k < options.SolveUntil * options.Steps
                ? SolvedStep(z, t, abar, next, y, mask, kept, regions, latentMasks, new StepRandom(options.Seed, k))
                : DpsStep(z, t, next, y, mask)).MoveToOuterDisposeScope();
            onStep?.Invoke(options.Steps + k);
        }
        return decode(z).clamp(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// x solves (A^T A + gamma I) x = A^T y + gamma D(z0_null); zbar = a E(x) + (1-a) z0_null;
    /// z0 = m zbar + (1-m)(1-a) zbar + sum_i (1-m_i) a z0_{y_i}; z_t' = sqrt(a') z0 + sqrt(1-a') (sqrt(1-a) e(null) + sqrt(a) n).
    /// </summary>
    private Tensor SolvedStep(Tensor z, int t, double a, double next, Tensor y, Tensor mask, Tensor kept,
        IReadOnlyList<InpaintRegion> regions, Tensor[] latentMasks, StepRandom draws)
    {
        var e = denoiser.Predict(t, [(z, none), .. regions.Select(r => (z, r.Context))]);
        var z0None = denoiser.Schedule.PredictOriginal(z, e[0], t);
        var drawn = Decode(z0None);
        var gamma = options.Proximity;
        // A = m* is its own transpose.
        var x = ConjugateGradient(v => mask * mask * v + gamma * v, mask * y + gamma * drawn, drawn);
        var blended = a * Encode(x) + (1 - a) * z0None;
        var z0 = kept * blended + (1 - kept) * (1 - a) * blended;
        for (var i = 0; i < regions.Count; i++)
            z0 = z0 + (1 - latentMasks[i]) * a * denoiser.Schedule.PredictOriginal(z, e[i + 1], t);
        return Math.Sqrt(next) * z0 + Math.Sqrt(1 - next) * (Math.Sqrt(1 - a) * e[0] + Math.Sqrt(a) * draws.Normal(z));
    }

    /// <summary>z_t' = DDIM(e(null)) - sqrt(a') d/dz_t |y - A D(z0_null)|, the norm not squared.</summary>
    private Tensor DpsStep(Tensor z, int t, double next, Tensor y, Tensor mask)
    {
        using var prediction = denoiser.PredictForGradient(t, (z, none));
        var e = prediction.Noise[0];
        var z0 = denoiser.Schedule.PredictOriginal(z, e, t);
        using var drawn = decodeForGradient(z0);
        var residual = y - mask * (2 * drawn.Value - 1);
        // d|r|/dr = r/|r|; the norm's subgradient at 0 is 0.
        var length = residual.norm().item<float>();
        var g = drawn.Backward(residual * mask * (length > 0 ? -2 / length : 0));
        // z0 = (z_t - sqrt(1-abar) e(z_t)) / sqrt(abar).
        var abar = denoiser.Schedule.AlphaBar(t);
        var gradient = (g - Math.Sqrt(1 - abar) * prediction.Backward([g])[0]) / Math.Sqrt(abar);
        return Math.Sqrt(next) * z0 + Math.Sqrt(1 - next) * e - Math.Sqrt(next) * gradient;
    }

    /// <summary>Solves M x = b for a positive definite M (Hestenes and Stiefel 1952).</summary>
    internal Tensor ConjugateGradient(Func<Tensor, Tensor> apply, Tensor b, Tensor start)
    {
        static double Dot(Tensor p, Tensor q) => (p * q).sum().item<float>();
        var x = start;
        var r = b - apply(x);
        var p = r;
        var rr = Dot(r, r);
        for (var i = 0; i < options.Iterations && Math.Sqrt(rr) > options.Residual; i++)
        {
            var mp = apply(p);
            var alpha = rr / Dot(p, mp);
            (x, r) = (x + alpha * p, r - alpha * mp);
            var next = Dot(r, r);
            p = r + next / rr * p;
            rr = next;
        }
        return x;
    }

    private static Tensor Shrunk(Tensor mask, Tensor latents) =>
        nn.functional.interpolate(mask, [latents.shape[2], latents.shape[3]], mode: InterpolationMode.Nearest);

    // The method works on -1..1.
    private Tensor Encode(Tensor x) => encode(.5 * x + .5);
    private Tensor Decode(Tensor z) => 2 * decode(z) - 1;
}
