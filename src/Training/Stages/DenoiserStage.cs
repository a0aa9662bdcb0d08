using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Sampling;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Data;
using SvgDistill.Training.Optimizing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Stages;

/// <summary>Trains UNet and text encoder together: noise or velocity (Salimans and Ho 2022), weighed by min-SNR, some captions left empty (Ho and Salimans 2022).</summary>
internal sealed class DenoiserStage : IDisposable
{
    private const int Measured = 32, MeasuredTimesteps = 8, Shown = 8, SampleSteps = 25;
    private const double SampleGuidance = 4;

    private readonly StageContext context;
    private readonly StageFiles files, autoencoder;
    private readonly ClipTokenizer tokenizer;
    private readonly ClipTextConfig textConfig;
    private readonly Tensor latents; // [icons * views,C,h,w], fp16.
    private readonly double scalingFactor;
    private readonly NoiseSchedule schedule;

    public DenoiserStage(StageContext context, StageFiles autoencoder, StageFiles latentFiles, ClipTokenizer tokenizer)
    {
        (this.context, this.autoencoder, this.tokenizer) = (context, autoencoder, tokenizer);
        var config = context.Config;
        textConfig = config.Text with { VocabularySize = tokenizer.VocabularySize, EndToken = tokenizer.EndToken };
        files = context.Files("unet", latentFiles.Key, config.Unet, textConfig, config.UnetPlan, config.EmptyCaptions, config.Average, config.Schedule);
        (latents, scalingFactor) = LatentStage.Open(latentFiles);
        latents.DetachFromDisposeScope();
        schedule = new NoiseSchedule(config.Schedule);
    }

    /// <summary>Latents are the autoencoder's means times this.</summary>
    public double ScalingFactor => scalingFactor;

    /// <summary>The text encoder with its vocabulary.</summary>
    public ClipTextConfig TextConfig => textConfig;

    /// <summary>Trains to the end; does nothing where that was done.</summary>
    public StageFiles Run()
    {
        if (StageResult.Exists(files)) return files;
        var (config, plan) = (context.Config, context.Config.UnetPlan);
        using var begun = config.From?.Open();
        var unetSource = new TrainedParameters(new Draws(config.Seed, 2, Purpose.Start).Next(), ScalarType.Float32, context.Device, Beginning.Weights(begun, ModelPart.Unet));
        var textSource = new TrainedParameters(new Draws(config.Seed, 3, Purpose.Start).Next(), ScalarType.Float32, context.Device, Beginning.Weights(begun, ModelPart.TextEncoder));
        using var unet = new UNet2DConditionModel(config.Unet, unetSource);
        using var text = new ClipTextModel(textConfig, textSource);
        (string, Tensor)[] parameters = [.. unetSource.Taken.Select(p => ("unet." + p.Key, p.Value)), .. textSource.Taken.Select(p => ("text." + p.Key, p.Value))];
        using var loop = new TrainingLoop(files, parameters, new RateSchedule(plan.Rate, Math.Min(200, plan.Steps / 10), plan.Steps, Last: .02), config.Average);
        if (config.From is not null && loop.Done == 0) context.Log.Measure("unet", 0, "held_out", HeldOutLoss(unet, text));
        loop.Run(step => Learn(unet, text, loop.Values, step), () =>
        {
            context.Progress("unet", loop);
            if (loop.Done % StageContext.MeasureEvery(plan.Steps) != 0 && loop.Done != plan.Steps) return;
            loop.WithAverage(() => context.Log.Measure("unet", loop.Done, "held_out", HeldOutLoss(unet, text)));
            loop.WithAverage(() => Show(unet, text));
        }, context.Config.SaveEvery, context.Tell, context.Cancellation);
        loop.WithAverage(() => StageResult.Write(files, parameters));
        return files;
    }

    public void Dispose()
    {
        latents.Dispose();
        schedule.Dispose();
    }

    private (double, Tensor[]) Learn(UNet2DConditionModel unet, ClipTextModel text, IReadOnlyList<Tensor> parameters, long step)
    {
        var plan = context.Config.UnetPlan;
        return Accumulated.Of(plan.Accumulate, part =>
        {
            var at = step * plan.Accumulate + part;
            var (which, how, words) = (new Draws(context.Config.Seed, at, Purpose.Batch), new Draws(context.Config.Seed, at, Purpose.Noise), new Draws(context.Config.Seed, at, Purpose.Caption));
            var rows = Enumerable.Range(0, plan.Batch).Select(_ => (Icon: context.Split.Learnt[which.Below(context.Split.Learnt.Length)], View: which.Below(context.Pictures.Views))).ToArray();
            var ids = Ids([.. rows.Select(r => Captions.Draw(words, context.Icons[r.Icon]) is var caption && words.Uniform() < context.Config.EmptyCaptions ? "" : caption)]);
            var z = Latents(rows);
            var timesteps = tensor(Enumerable.Range(0, plan.Batch).Select(i => (long)((i + how.Uniform()) * schedule.TrainSteps / plan.Batch)).ToArray(), device: context.Device);
            // The halves of a batch are computed apart: each gets timesteps of the whole range.
            timesteps = timesteps.index_select(0, tensor(how.Order(plan.Batch).Select(i => (long)i).ToArray(), device: context.Device));
            var noise = how.Normal(z.shape).to(context.Device);
            return Gradients.Of(parameters, plan.Batch, unet.HasFewParameters, (first, count) => Loss(schedule, unet, text, z.narrow(0, first, count), ids.narrow(0, first, count),
                timesteps.narrow(0, first, count), noise.narrow(0, first, count)) * ((double)count / plan.Batch));
        });
    }

    /// <summary>
    /// Mean weighted error. In terms of the noise the weight is min(SNR, 5) / SNR; an error of the velocity is that of the noise over
    /// sqrt(abar), so that its weight is abar times as much.
    /// </summary>
    internal static Tensor Loss(NoiseSchedule schedule, UNet2DConditionModel unet, ClipTextModel text, Tensor z, Tensor ids, Tensor timesteps, Tensor noise)
    {
        var (hidden, pooled) = text.Forward(ids);
        pooled.Dispose();
        var alphaBar = schedule.AlphaBar(timesteps);
        var noisy = alphaBar.sqrt() * z + (1 - alphaBar).sqrt() * noise;
        var predicted = unet.Forward(noisy, timesteps, new Conditioning(hidden, pinned: false));
        var weights = Losses.MinSnr(schedule, timesteps);
        var isNoise = schedule.Config.Prediction == PredictionType.Epsilon;
        var wanted = isNoise ? noise : alphaBar.sqrt() * noise - (1 - alphaBar).sqrt() * z;
        return ((isNoise ? weights : weights * alphaBar) * (predicted - wanted).square()).mean();
    }

    private double HeldOutLoss(UNet2DConditionModel unet, ClipTextModel text)
    {
        using var noGrad = no_grad();
        var icons = (context.Split.HeldOut.Length > 0 ? context.Split.HeldOut : context.Split.Learnt).Take(Measured).ToArray();
        var (draws, sum) = (new Draws(context.Config.Seed, 0, Purpose.Measure), 0.0);
        foreach (var icon in icons)
        {
            using var scope = NewDisposeScope();
            var z = Latents([.. Enumerable.Repeat((icon, 0), MeasuredTimesteps)]);
            var timesteps = tensor(Enumerable.Range(0, MeasuredTimesteps).Select(t => (2L * t + 1) * schedule.TrainSteps / (2 * MeasuredTimesteps)).ToArray(), device: context.Device);
            sum += Loss(schedule, unet, text, z, Ids([.. Enumerable.Repeat(context.Icons[icon].Subject, MeasuredTimesteps)]), timesteps, draws.Normal(z.shape).to(context.Device)).item<float>();
        }
        return sum / icons.Length;
    }

    private void Show(UNet2DConditionModel unet, ClipTextModel text)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var network = AutoencoderStage.Open(context, autoencoder);
        var icons = context.Split.Learnt.Where(i => context.Icons[i].Subject.Length > 0).Take(Shown).ToArray();
        if (icons.Length == 0) return;
        var (denoiser, empty, texts) = (new NoisePredictor(unet, schedule), text.Forward(Ids([""])).LastHiddenState, text.Forward(Ids([.. icons.Select(i => context.Icons[i].Subject)])).LastHiddenState);
        var start = new Draws(context.Config.Seed, 0, Purpose.Sample).Normal([icons.Length, .. latents.shape.Skip(1)]).to(context.Device);
        using var guided = new GuidedContext(denoiser, empty, [.. texts.split(1)]);
        var sampled = DdimSampler.Sample(denoiser, schedule, start, guided, SampleSteps, SampleGuidance);
        var sheet = new Sheet(context.Config.ImageSize);
        sheet.Add(context.Pictures.Load([.. icons.Select(i => (i, 0))]));
        sheet.Add(network.Decode(sampled / scalingFactor) * .5 + .5);
        context.Log.Show("unet", sheet.ToPng());
    }

    private Tensor Latents((int Icon, int View)[] rows) =>
        latents.index_select(0, tensor(rows.Select(r => (long)r.Icon * context.Pictures.Views + r.View).ToArray())).to(ScalarType.Float32, context.Device);

    private Tensor Ids(string[] captions) => tensor(captions.SelectMany(tokenizer.Encode).ToArray(), [captions.Length, tokenizer.Length], device: context.Device);
}
