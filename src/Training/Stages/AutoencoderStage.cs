using System.Collections.Concurrent;
using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Optimizing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Stages;

/// <summary>
/// Trains the autoencoder (Rombach 2022, section 3.1): mean absolute difference of pixels, of neighbours' differences, and of 8 x 8 means, and the
/// divergence of the latents from a standard normal; from some step on an adversary's term, where one is asked for.
/// </summary>
internal static class AutoencoderStage
{
    private const int LowFrequencySide = 8, Measured = 64, MeasuredAtOnce = 16, Shown = 8;

    // Four pictures of 128 px. With 32 of them the widest tensors have 33 MB, leave every cache, and come from the system anew each time: five times as slow.
    private const int PixelsAtOnce = 4 * 128 * 128;

    // Diffusers' names of what follows the latents.
    private static readonly string[] _decoding = ["post_quant_conv.", "decoder."];

    /// <summary>Trains to the end; afterwards the result is in <see cref="StageFiles.Result"/>. Does nothing where it is there.</summary>
    public static StageFiles Run(StageContext context)
    {
        var (config, plan) = (context.Config, context.Config.AutoencoderPlan);
        var files = context.Files("vae", [config.Autoencoder, plan, config.Losses, .. config.Adversary is { } settings ? new object[] { settings } : [], .. config.KeepLatents ? ["keep latents"] : Array.Empty<object>()]);
        if (StageResult.Exists(files)) return files;
        using var begun = config.From?.Open();
        var source = context.Parameters(1, Beginning.Weights(begun, ModelPart.Autoencoder));
        using var network = new AutoencoderKl(config.Autoencoder, source);
        using var adversary = config.Adversary is { } plans ? new Adversary(plans.Weight, new Draws(config.Seed, 5, Purpose.Start).Next(), ScalarType.Float32, context.Device) : null;
        var rates = new RateSchedule(plan.Rate, Math.Min(100, plan.Steps / 10), plan.Steps, Last: .02);
        using var loop = new TrainingLoop(files, source.Taken.Where(p => !config.KeepLatents || _decoding.Any(d => p.Key.StartsWith(d, StringComparison.Ordinal))).Select(p => (p.Key, p.Value)), rates, .995, besides: adversary?.State);
        long LearntBefore(long step) => Math.Max(0, step - config.Adversary?.From ?? 0) * plan.Accumulate;
        if (adversary is not null) adversary.Steps = LearntBefore(loop.Done);
        if (config.From is not null && loop.Done == 0) context.Log.Measure("vae", 0, "psnr", Psnr(context, network));
        loop.Run(step => Learn(context, network, loop.Values, step, step >= config.Adversary?.From ? adversary : null, rates.At(step)), () =>
        {
            context.Progress("vae", loop, LearntBefore(loop.Done) > 0 ? [("adversary", adversary!.Loss)] : []);
            if (loop.Done % StageContext.MeasureEvery(plan.Steps) != 0 && loop.Done != plan.Steps) return;
            loop.WithAverage(() => context.Log.Measure("vae", loop.Done, "psnr", Psnr(context, network)));
            loop.WithAverage(() => Show(context, network));
        }, context.Config.SaveEvery, context.Tell, context.Cancellation);
        loop.WithAverage(() => StageResult.Write(files, source.Taken.Select(p => (p.Key, p.Value))));
        return files;
    }

    /// <summary>Pictures of this side that a thread takes at once.</summary>
    public static int RowsAtOnce(int side) => Math.Max(1, PixelsAtOnce / (side * side));

    /// <summary>The trained network.</summary>
    public static AutoencoderKl Open(StageContext context, StageFiles files)
    {
        using var file = new SafetensorsFile(files.Result);
        return new AutoencoderKl(context.Config.Autoencoder, new StoredParameters("autoencoder", FolderModel.Parameters(ModelPart.Autoencoder, [file]), files.Result, ScalarType.Float32, context.Device));
    }

    /// <summary>Mean peak signal-to-noise ratio of held-out icons (learnt ones where none are held out), in dB.</summary>
    public static double Psnr(StageContext context, AutoencoderKl network)
    {
        using var noGrad = no_grad();
        var icons = (context.Split.HeldOut.Length > 0 ? context.Split.HeldOut : context.Split.Learnt).Take(Measured).ToArray();
        var sum = 0.0;
        foreach (var chunk in icons.Chunk(MeasuredAtOnce))
        {
            using var scope = NewDisposeScope();
            var pictures = context.Pictures.Load([.. chunk.Select(i => (i, 0))]).to(context.Device);
            var error = (Reconstructed(network, pictures) - pictures).square().mean([1, 2, 3]).clamp_min(1e-10);
            sum += (-10 * error.log10()).sum().item<float>();
        }
        return sum / icons.Length;
    }

    private static Tensor Reconstructed(AutoencoderKl network, Tensor pictures)
    {
        var mean = network.Encode(pictures * 2 - 1).Mean;
        return (network.Decode(mean) * .5 + .5).clamp(0, 1);
    }

    private static void Show(StageContext context, AutoencoderKl network)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var icons = context.Split.HeldOut.Concat(context.Split.Learnt).Take(Shown);
        var pictures = context.Pictures.Load([.. icons.Select(i => (i, 0))]);
        var sheet = new Sheet(context.Config.ImageSize);
        sheet.Add(pictures);
        sheet.Add(Reconstructed(network, pictures.to(context.Device)));
        context.Log.Show("vae", sheet.ToPng());
    }

    private static (double, Tensor[]) Learn(StageContext context, AutoencoderKl network, IReadOnlyList<Tensor> parameters, long step, Adversary? adversary, double rate)
    {
        var plan = context.Config.AutoencoderPlan;
        return Accumulated.Of(plan.Accumulate, part =>
        {
            var draws = new Draws(context.Config.Seed, step * plan.Accumulate + part, Purpose.Batch);
            var rows = Enumerable.Range(0, plan.Batch).Select(_ => (context.Split.Learnt[draws.Below(context.Split.Learnt.Length)], draws.Below(context.Pictures.Views))).ToArray();
            var pictures = (context.Pictures.Load(rows) * 2 - 1).to(context.Device);
            var shape = pictures.shape;
            var noise = new Draws(context.Config.Seed, step * plan.Accumulate + part, Purpose.Noise)
                .Normal(plan.Batch, context.Config.Autoencoder.LatentChannels, shape[2] / context.Config.Autoencoder.Downscale, shape[3] / context.Config.Autoencoder.Downscale).to(context.Device);
            var decoded = new ConcurrentDictionary<int, Tensor>(); // By the first of their rows: parts are computed side by side.
            var result = Gradients.Of(parameters, plan.Batch, network.HasFewParameters, (first, count) =>
                Loss(context.Config.Losses, network, pictures.narrow(0, first, count), noise.narrow(0, first, count), context.Config.KeepLatents, adversary is null ? null : (loss, made) =>
                {
                    decoded[first] = made.detach().DetachFromDisposeScope();
                    return adversary.Added(loss, made);
                }) * ((double)count / plan.Batch), RowsAtOnce(context.Config.ImageSize));
            if (adversary is null) return result;
            adversary.Learn(pictures, cat([.. decoded.OrderBy(d => d.Key).Select(d => d.Value)], 0), rate);
            foreach (var made in decoded.Values) made.Dispose();
            return result;
        });
    }

    /// <summary>The weighted sum of the losses.</summary>
    /// <param name="losses">Their weights.</param>
    /// <param name="network">The network.</param>
    /// <param name="pictures">In -1..1.</param>
    /// <param name="noise">Standard normal, like the latents.</param>
    /// <param name="keepLatents">Whether nothing goes back beyond the latents; their divergence is no term then.</param>
    /// <param name="with">Adds to the loss what comes of the decoded pictures besides; null for nothing.</param>
    internal static Tensor Loss(AutoencoderLosses losses, AutoencoderKl network, Tensor pictures, Tensor noise, bool keepLatents = false, Func<Tensor, Tensor, Tensor>? with = null)
    {
        var (mean, logVariance) = Moments(network, pictures, keepLatents);
        var decoded = network.Picture(mean + (logVariance * .5).exp() * noise, null);
        var difference = decoded - pictures;
        var loss = difference.abs().mean();
        if (losses.Gradient > 0) loss = loss + (Neighbours(difference, 2) + Neighbours(difference, 3)) * losses.Gradient;
        if (losses.LowFrequency > 0) loss = loss + nn.functional.avg_pool2d(difference, [LowFrequencySide, LowFrequencySide]).abs().mean() * losses.LowFrequency;
        if (losses.Kl > 0 && !keepLatents) loss = loss + (mean.square() + logVariance.exp() - 1 - logVariance).mean() * (.5 * losses.Kl);
        return with is null ? loss : with(loss, decoded);
    }

    private static (Tensor Mean, Tensor LogVariance) Moments(AutoencoderKl network, Tensor pictures, bool fixedLatents)
    {
        using var noGrad = fixedLatents ? no_grad() : null;
        var moments = network.Moments(pictures, null).chunk(2, 1);
        return (moments[0], moments[1].clamp(-30, 20));
    }

    private static Tensor Neighbours(Tensor x, int dimension)
    {
        var length = x.shape[dimension] - 1;
        return (x.narrow(dimension, 1, length) - x.narrow(dimension, 0, length)).abs().mean();
    }
}
