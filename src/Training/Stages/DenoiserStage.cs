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

    private readonly StageContext _context;
    private readonly StageFiles _files, _autoencoder;
    private readonly ClipTokenizer _tokenizer;
    private readonly ClipTextConfig _textConfig;
    private readonly Tensor _latents; // [icons * views,C,h,w], fp16.
    private readonly double _scalingFactor;
    private readonly NoiseSchedule _schedule;

    public DenoiserStage(StageContext context, StageFiles autoencoder, StageFiles latentFiles, ClipTokenizer tokenizer)
    {
        (_context, _autoencoder, _tokenizer) = (context, autoencoder, tokenizer);
        var config = context.Config;
        _textConfig = config.Text with { VocabularySize = tokenizer.VocabularySize, EndToken = tokenizer.EndToken };
        _files = context.Files("unet", latentFiles.Key, config.Unet, _textConfig, config.UnetPlan, config.EmptyCaptions, config.Average, config.Schedule);
        (_latents, _scalingFactor) = LatentStage.Open(latentFiles);
        _latents.DetachFromDisposeScope();
        _schedule = new NoiseSchedule(config.Schedule);
    }

    /// <summary>Latents are the autoencoder's means times this.</summary>
    public double ScalingFactor => _scalingFactor;

    /// <summary>The text encoder with its vocabulary.</summary>
    public ClipTextConfig TextConfig => _textConfig;

    /// <summary>Trains to the end; does nothing where that was done.</summary>
    public StageFiles Run()
    {
        if (StageResult.Exists(_files)) return _files;
        var (config, plan) = (_context.Config, _context.Config.UnetPlan);
        using var begun = config.From?.Open();
        var unetSource = _context.Parameters(2, Beginning.Weights(begun, ModelPart.Unet));
        var textSource = _context.Parameters(3, Beginning.Weights(begun, ModelPart.TextEncoder));
        using var unet = new UNet2DConditionModel(config.Unet, unetSource);
        using var text = new ClipTextModel(_textConfig, textSource);
        (string, Tensor)[] parameters = [.. unetSource.Taken.Select(p => ("unet." + p.Key, p.Value)), .. textSource.Taken.Select(p => ("text." + p.Key, p.Value))];
        using var loop = new TrainingLoop(_files, parameters, new RateSchedule(plan.Rate, Math.Min(200, plan.Steps / 10), plan.Steps, Last: .02), config.Average);
        if (config.From is not null && loop.Done == 0) _context.Log.Measure("unet", 0, "held_out", HeldOutLoss(unet, text));
        loop.Run(step => Learn(unet, text, loop.Values, step), () =>
        {
            _context.Progress("unet", loop);
            if (loop.Done % StageContext.MeasureEvery(plan.Steps) != 0 && loop.Done != plan.Steps) return;
            loop.WithAverage(() => _context.Log.Measure("unet", loop.Done, "held_out", HeldOutLoss(unet, text)));
            loop.WithAverage(() => Show(unet, text));
        }, _context.Config.SaveEvery, _context.Tell, _context.Cancellation);
        loop.WithAverage(() => StageResult.Write(_files, parameters));
        return _files;
    }

    public void Dispose()
    {
        _latents.Dispose();
        _schedule.Dispose();
    }

    private (double, Tensor[]) Learn(UNet2DConditionModel unet, ClipTextModel text, IReadOnlyList<Tensor> parameters, long step)
    {
        var plan = _context.Config.UnetPlan;
        return Accumulated.Of(plan.Accumulate, part =>
        {
            var at = step * plan.Accumulate + part;
            var (which, how, words) = (new Draws(_context.Config.Seed, at, Purpose.Batch), new Draws(_context.Config.Seed, at, Purpose.Noise), new Draws(_context.Config.Seed, at, Purpose.Caption));
            var rows = Enumerable.Range(0, plan.Batch).Select(_ => (Icon: _context.Split.Learnt[which.Below(_context.Split.Learnt.Length)], View: which.Below(_context.Pictures.Views))).ToArray();
            var ids = Ids([.. rows.Select(r => Captions.Draw(words, _context.Icons[r.Icon]) is var caption && words.Uniform() < _context.Config.EmptyCaptions ? "" : caption)]);
            var z = Latents(rows);
            var timesteps = tensor(Enumerable.Range(0, plan.Batch).Select(i => (long)((i + how.Uniform()) * _schedule.TrainSteps / plan.Batch)).ToArray(), device: _context.Device);
            // The halves of a batch are computed apart: each gets timesteps of the whole range.
            timesteps = timesteps.index_select(0, tensor(how.Order(plan.Batch).Select(i => (long)i).ToArray(), device: _context.Device));
            var noise = how.Normal(z.shape).to(_context.Device);
            return Gradients.Of(parameters, plan.Batch, unet.HasFewParameters, (first, count) => Loss(_schedule, unet, text, z.narrow(0, first, count), ids.narrow(0, first, count),
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
        var icons = (_context.Split.HeldOut.Length > 0 ? _context.Split.HeldOut : _context.Split.Learnt).Take(Measured).ToArray();
        var (draws, sum) = (new Draws(_context.Config.Seed, 0, Purpose.Measure), 0.0);
        foreach (var icon in icons)
        {
            using var scope = NewDisposeScope();
            var z = Latents([.. Enumerable.Repeat((icon, 0), MeasuredTimesteps)]);
            var timesteps = tensor(Enumerable.Range(0, MeasuredTimesteps).Select(t => (2L * t + 1) * _schedule.TrainSteps / (2 * MeasuredTimesteps)).ToArray(), device: _context.Device);
            sum += Loss(_schedule, unet, text, z, Ids([.. Enumerable.Repeat(_context.Icons[icon].Subject, MeasuredTimesteps)]), timesteps, draws.Normal(z.shape).to(_context.Device)).item<float>();
        }
        return sum / icons.Length;
    }

    private void Show(UNet2DConditionModel unet, ClipTextModel text)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var network = AutoencoderStage.Open(_context, _autoencoder);
        var icons = _context.Split.Learnt.Where(i => _context.Icons[i].Subject.Length > 0).Take(Shown).ToArray();
        if (icons.Length == 0) return;
        var (denoiser, empty, texts) = (new NoisePredictor(unet, _schedule), text.Forward(Ids([""])).LastHiddenState, text.Forward(Ids([.. icons.Select(i => _context.Icons[i].Subject)])).LastHiddenState);
        var start = new Draws(_context.Config.Seed, 0, Purpose.Sample).Normal([icons.Length, .. _latents.shape.Skip(1)]).to(_context.Device);
        using var guided = new GuidedContext(denoiser, empty, [.. texts.split(1)]);
        var sampled = DdimSampler.Sample(denoiser, _schedule, start, guided, SampleSteps, SampleGuidance);
        var sheet = new Sheet(_context.Config.ImageSize);
        sheet.Add(_context.Pictures.Load([.. icons.Select(i => (i, 0))]));
        sheet.Add(network.Decode(sampled / _scalingFactor) * .5 + .5);
        _context.Log.Show("unet", sheet.ToPng());
    }

    private Tensor Latents((int Icon, int View)[] rows) =>
        _latents.index_select(0, tensor(rows.Select(r => (long)r.Icon * _context.Pictures.Views + r.View).ToArray())).to(ScalarType.Float32, _context.Device);

    private Tensor Ids(string[] captions) => tensor(captions.SelectMany(_tokenizer.Encode).ToArray(), [captions.Length, _tokenizer.Length], device: _context.Device);
}
