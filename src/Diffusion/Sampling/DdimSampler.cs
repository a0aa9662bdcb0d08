using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Sampling;

/// <summary>Deterministic sampling (Song 2021, DDIM), with guidance.</summary>
public static class DdimSampler
{
    /// <summary>Takes noise to latents along the schedule's own spread of timesteps.</summary>
    /// <param name="predictor">The denoiser.</param>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="start">z at the first timestep, [B,C,h,w] standard normal.</param>
    /// <param name="context">Null prompt and prompts, one branch a row of <paramref name="start"/>.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="guidance">w.</param>
    /// <param name="progress">Told after each step: how many are done, and the current x0 (valid during the call only).</param>
    /// <param name="cancellation">Checked before each step.</param>
    /// <returns>The final latents, a fresh tensor.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Tensor Sample(INoisePredictor predictor, NoiseSchedule schedule, Tensor start, GuidedContext context, int steps,
        double guidance, Action<int, Tensor>? progress = null, CancellationToken cancellation = default)
    {
        using var noGrad = no_grad();
        using var outer = NewDisposeScope();
        var timesteps = schedule.Timesteps(steps);
        var latents = start.clone();
        for (var i = 0; i < timesteps.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var steady = Steady.Begin();
            using var scope = NewDisposeScope();
            var predictedNoise = predictor.PredictGuided(latents, timesteps[i], context, guidance);
            progress?.Invoke(i + 1, schedule.PredictOriginal(latents, predictedNoise, timesteps[i]));
            var next = schedule.DdimStep(latents, predictedNoise, timesteps[i], i + 1 < timesteps.Length ? timesteps[i + 1] : -1);
            latents.Dispose();
            latents = next.MoveToOuterDisposeScope();
        }
        return latents.MoveToOuterDisposeScope();
    }

    /// <summary>Draws pictures of a prompt.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">What to draw.</param>
    /// <param name="negative">What to keep away from; "" for the plain null prompt.</param>
    /// <param name="seed">Of the initial noise.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="guidance">w.</param>
    /// <param name="imageSize">Side in pixels, a multiple of the model's <see cref="DiffusionModel.Downscale"/>; null for its own.</param>
    /// <param name="progress">Told after each step: how many are done, and the latents of the picture so far.</param>
    /// <param name="denoiser">The model's denoiser under a ControlNet; null for the model's own.</param>
    /// <param name="baseNull">The null prompt is the base model's (without LoRAs), so that guidance strengthens what they change, too.</param>
    /// <param name="cancellation">Checked before each step.</param>
    /// <returns>[1,3,H,W] in 0..1.</returns>
    public static Tensor TextToImage(DiffusionModel model, string prompt, string negative = "", long seed = 0, int steps = 30,
        double guidance = 7.5, int? imageSize = null, Action<int, Tensor>? progress = null, NoisePredictor? denoiser = null,
        bool baseNull = false, CancellationToken cancellation = default)
    {
        denoiser ??= model.Denoiser;
        if (imageSize is { } side && (side < model.Downscale || side % model.Downscale != 0))
            throw new ArgumentException($"The size must be a multiple of {model.Downscale}.", nameof(imageSize));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed); // On the CPU, so that a seed means one picture on every device.
        var start = randn(model.LatentShape(1, imageSize), generator: generator).to(model.Unet.Device);
        var prompts = model.EncodePrompts(negative, prompt);
        using var context = new GuidedContext(denoiser, baseNull ? denoiser.Base() : null,
            baseNull ? model.EncodePromptsByBase(negative) : prompts.narrow(0, 0, 1), prompts.narrow(0, 1, 1));
        var latents = Sample(denoiser, model.Schedule, start, context, steps, guidance, progress, cancellation);
        return model.Decode(latents).clamp(0, 1).MoveToOuterDisposeScope();
    }
}
