using SvgDistill.Diffusion.Differentiation;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion;

/// <summary>
/// e(z_t, t, y): anything that predicts the noise in noisy latents. The distillation methods know the denoiser by this
/// alone; a closed-form denoiser serves their tests.
/// </summary>
public interface INoisePredictor
{
    /// <summary>Predicts the noise; a network that predicts velocity is converted at this border.</summary>
    /// <param name="latents">z_t, [B,C,h,w] fp32.</param>
    /// <param name="timesteps">t, [B] int64, 0..T-1.</param>
    /// <param name="context">y, hidden states of the prompts, [B,L,D] fp32, or one row for all.</param>
    /// <returns>e, shaped like the latents, fp32, a fresh tensor.</returns>
    Tensor PredictNoise(Tensor latents, Tensor timesteps, Tensor context);

    /// <summary>The same with its way back to the latents; for predictors written in tensor operations the engine differentiates them.</summary>
    NoisePrediction PredictForGradient(Tensor latents, Tensor timesteps, Tensor context)
    {
        var prediction = Differentiated.ByEngine(latents, z => PredictNoise(z, timesteps, context));
        return new NoisePrediction(prediction.Value, (g, _) => prediction.Backward(g ?? zeros_like(prediction.Value)), _ => null, prediction.Dispose);
    }

    /// <summary>
    /// Says that this very tensor will be given as context again and again and that its values stay: what depends on it
    /// alone may be kept until the result is disposed.
    /// </summary>
    IDisposable Pin(Tensor context) => NoPin.Instance;

    /// <summary>What has been computed so far, where the predictor counts it.</summary>
    DenoiserCost? Cost => null;

    private sealed class NoPin : IDisposable
    {
        public static readonly NoPin Instance = new();

        public void Dispose() { }
    }
}

/// <summary>The denoiser's work, in samples: rows of its batches.</summary>
public sealed class DenoiserCost
{
    /// <summary>Calls of the network.</summary>
    public long Calls { get; private set; }

    /// <summary>Samples that went through the network.</summary>
    public long Forwarded { get; private set; }

    /// <summary>Samples among them for which a gradient graph was built.</summary>
    public long Differentiated { get; private set; }

    /// <summary>Counts one call.</summary>
    /// <param name="samples">Rows of its batch.</param>
    /// <param name="differentiated">Whether its result can be differentiated.</param>
    public void Count(long samples, bool differentiated)
    {
        Calls++;
        Forwarded += samples;
        if (differentiated) Differentiated += samples;
    }

    /// <summary>The counts so far; subtract two of them for the work in between.</summary>
    public (long Calls, long Forwarded, long Differentiated) Snapshot() => (Calls, Forwarded, Differentiated);
}
