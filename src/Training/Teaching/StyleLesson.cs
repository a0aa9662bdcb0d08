using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Sampling;
using SvgDistill.Training.Data;
using SvgDistill.Training.Optimizing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Teaching;

/// <summary>
/// Teaches a model the style of a few icons: a LoRA on the attention of its UNet, and on its convolutions where that is asked for (Hu 2021), trained to denoise the icons' latents under
/// their names (Ho 2020, eq. 14), weighed by min-SNR. The model's own weights stay as they are.
/// </summary>
public sealed class StyleLesson : IDisposable
{
    /// <summary>Fewer icons are no style.</summary>
    public const int LeastIcons = 5;

    // Every eighth part of the schedule, its ends left out, with four noises each.
    private const int MeasuredTimesteps = 8, MeasuredNoises = 4;
    private const double EmptyCaptions = .1;
    private const int SampleSteps = 25, MostHeldOut = 8, MostShown = 8;
    private const double SampleGuidance = 4;

    private readonly DiffusionModel _model;
    private readonly TeachOptions _options;
    private readonly StyleLatents _taught;
    private readonly StyleLatents? _heldOut;
    private readonly LoraAdapter _lora;
    private readonly AdamW _optimizer;
    private readonly RateSchedule _rates;
    private readonly Tensor _empty; // [1,L,D], of the empty prompt.
    private double _averageLoss;

    /// <summary>Draws and encodes the icons; nothing is learnt yet.</summary>
    /// <param name="model">The model; the caller's.</param>
    /// <param name="icons">What was read.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Checked between pictures.</param>
    /// <exception cref="TrainingException">There are too few icons.</exception>
    public StyleLesson(DiffusionModel model, IReadOnlyList<Icon> icons, TeachOptions options, CancellationToken cancellation = default)
    {
        (_model, _options) = (model, options);
        if (icons.Count < LeastIcons) throw new TrainingException($"{icons.Count} usable icons: a style takes {LeastIcons} or more. Give more SVG files of one style.");
        var held = options.HeldOut ?? Math.Min(MostHeldOut, icons.Count / 6);
        if (icons.Count - held < LeastIcons) throw new TrainingException($"{icons.Count} usable icons less {held} held out: {LeastIcons} or more must be left to learn from.");
        var order = new Draws(options.Seed, 0, Purpose.Split).Order(icons.Count);
        Key = KeyOf(model, icons, options);
        using var noGrad = no_grad();
        _heldOut = held == 0 ? null : new(model, [.. order.Take(held).Order().Select(i => icons[i])], options, plain: true, cancellation);
        _taught = new(model, [.. order.Skip(held).Order().Select(i => icons[i])], options, plain: false, cancellation);
        _empty = model.EncodePrompts("").DetachFromDisposeScope();
        using (var generator = new Generator(new Draws(options.Seed, 0, Purpose.Start).Next())) _lora = LoraAdapter.Create(model.Unet, options.Rank, generator, options.Convolutions);
        _optimizer = new AdamW(_lora.Parameters);
        _rates = new RateSchedule(options.Rate, Math.Min(20, options.Steps / 10), options.Steps);
    }

    /// <summary>Identifies the lesson: model, icons and options, hashed. Two lessons of one key end in the same bytes.</summary>
    public string Key { get; }

    /// <summary>Steps done.</summary>
    public int Done { get; private set; }

    /// <summary>Icons that are learnt.</summary>
    public int Taught => _taught.Icons.Count;

    /// <summary>Icons that are held out.</summary>
    public int HeldOut => _heldOut?.Icons.Count ?? 0;

    /// <summary>Layers that the LoRA adapts.</summary>
    public int Layers => _lora.Layers;

    /// <summary>Mean of the last steps' losses.</summary>
    public double Loss => _averageLoss;

    /// <summary>Goes on where a lesson of the same key was saved; false where there is no such file.</summary>
    /// <exception cref="TrainingException">The file belongs to another lesson.</exception>
    public bool Resume(string path)
    {
        if (TrainingState.Load(path, Key, Tensors()) is not { } state) return false;
        (Done, _optimizer.Steps) = ((int)state.Step, state.Step);
        _averageLoss = BitConverter.Int64BitsToDouble(long.Parse(state.Notes["loss"], CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>Writes down where the lesson stands.</summary>
    /// <exception cref="TrainingException">The file cannot be written.</exception>
    public void Save(string path) => TrainingState.Save(path, Key, Done, Tensors(), new Dictionary<string, string>
    {
        ["loss"] = BitConverter.DoubleToInt64Bits(_averageLoss).ToString(CultureInfo.InvariantCulture),
    });

    /// <summary>Learns to the end, or until it is cancelled.</summary>
    /// <param name="afterStep">Called after each step; may save, show, and ask for <see cref="Preview"/>.</param>
    /// <param name="cancellation">Checked after each step.</param>
    public void Run(Action afterStep, CancellationToken cancellation)
    {
        while (Done < _options.Steps && !cancellation.IsCancellationRequested)
        {
            Learn();
            afterStep();
        }
    }

    /// <summary>Mean error of the noise predicted in held-out icons, at fixed timesteps and noises; NaN where none is held out.</summary>
    /// <param name="withStyle">With what was learnt, or the model as it was.</param>
    public double HeldOutLoss(bool withStyle) => _heldOut is null ? double.NaN : Measure(_heldOut, withStyle);

    /// <summary>The same over the icons that are learnt.</summary>
    public double TaughtLoss(bool withStyle) => Measure(_taught, withStyle);

    /// <summary>A PNG: icons of the style, then what the model draws of their names and of other prompts, before and after.</summary>
    public byte[] Preview()
    {
        using var noGrad = no_grad();
        using var steady = Steady.Begin();
        using var scope = NewDisposeScope();
        var shown = _heldOut ?? _taught;
        var named = Enumerable.Range(0, shown.Icons.Count).Where(i => shown.Icons[i].Subject.Length > 0).Take(MostShown - Math.Min(_options.PreviewPrompts.Count, MostShown / 2)).ToArray();
        string[] prompts = [.. named.Select(i => shown.Icons[i].Subject), .. _options.PreviewPrompts.Take(MostShown - named.Length)];
        var sheet = new Sheet(_model.ImageSize);
        sheet.Add(_taught.Pictures.narrow(0, 0, Math.Min(MostShown, _taught.Icons.Count)));
        if (named.Length > 0) sheet.Add(shown.Pictures.index_select(0, tensor(named.Select(i => (long)i).ToArray())));
        if (prompts.Length == 0) return sheet.ToPng();
        var start = new Draws(_options.Seed, 0, Purpose.Sample).Normal(_model.LatentShape(prompts.Length)).to(_model.Unet.Device);
        var texts = _model.EncodePrompts([.. prompts.Select(p => p + StyleLatents.Suffix(_model, p))]);
        foreach (var withStyle in new[] { false, true })
        {
            using var attached = withStyle ? _lora.Attach() : null;
            using var context = new GuidedContext(_model.Denoiser, _empty, [.. texts.split(1)]);
            sheet.Add(_model.Decode(DdimSampler.Sample(_model.Denoiser, _model.Schedule, start, context, SampleSteps, SampleGuidance)));
        }
        return sheet.ToPng();
    }

    /// <summary>Writes what was learnt as a LoRA file in the names of peft and diffusers.</summary>
    /// <exception cref="TrainingException">The file cannot be written.</exception>
    public void Write(string path, string name)
    {
        try
        {
            _lora.Save(path, new Dictionary<string, string>
            {
                ["format"] = "pt", ["name"] = name, ["model"] = _model.Hash, ["icons"] = _taught.Icons.Count.ToString(CultureInfo.InvariantCulture),
                ["rank"] = _options.Rank.ToString(CultureInfo.InvariantCulture), ["steps"] = Done.ToString(CultureInfo.InvariantCulture),
                ["made_by"] = "svgdistill teach",
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: cannot be written: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _taught.Dispose();
        _heldOut?.Dispose();
        _empty.Dispose();
        _optimizer.Dispose();
        _lora.Dispose();
    }

    private void Learn()
    {
        using var noGrad = no_grad();
        using var steady = Steady.Begin();
        using var scope = NewDisposeScope();
        var (which, how) = (new Draws(_options.Seed, Done, Purpose.Batch), new Draws(_options.Seed, Done, Purpose.Noise));
        var rows = Enumerable.Range(0, _options.Batch).Select(_ => (Icon: which.Below(_taught.Icons.Count), View: which.Below(_taught.Views), Form: which.Below(_taught.Forms),
            IsEmpty: which.Uniform() < EmptyCaptions)).ToArray();
        var latents = _taught.Latents([.. rows.Select(r => (r.Icon, r.View))]);
        var context = _taught.Contexts([.. rows.Select(r => (r.Icon, r.Form))]);
        for (var i = 0; i < rows.Length; i++)
            if (rows[i].IsEmpty) context.narrow(0, i, 1).copy_(_empty);
        // One timestep from each of as many equal parts of the schedule as the batch has rows: less noise in the loss than free draws.
        var timesteps = tensor(Enumerable.Range(0, rows.Length).Select(i => (long)((i + how.Uniform()) * _model.Schedule.TrainSteps / rows.Length)).ToArray(), device: latents.device);
        var noise = how.Normal(latents.shape).to(latents.device);
        using var prediction = Predict(_model.Schedule.AddNoise(latents, noise, timesteps), timesteps, context);
        var (error, weights) = (prediction.Noise - noise, Losses.MinSnr(_model.Schedule, timesteps));
        var loss = (weights * error.square()).mean().item<float>();
        prediction.Backward(weights * error * (2.0 / error.NumberOfElements)).Dispose();
        _optimizer.Step(_rates.At(Done), [.. _lora.Parameters.Select(p => prediction.ParameterGradient(p))]);
        Done++;
        _averageLoss = Done == 1 ? loss : _averageLoss + (loss - _averageLoss) / Math.Min(Done, 50);
    }

    private NoisePrediction Predict(Tensor noisy, Tensor timesteps, Tensor context)
    {
        using var attached = _lora.Attach();
        return _model.Denoiser.PredictForGradient(noisy, timesteps, context);
    }

    private double Measure(StyleLatents icons, bool withStyle)
    {
        using var noGrad = no_grad();
        using var steady = Steady.Begin();
        using var attached = withStyle ? _lora.Attach() : null;
        var draws = new Draws(_options.Seed, 0, Purpose.Measure);
        var sum = 0.0;
        for (var i = 0; i < icons.Icons.Count; i++)
        {
            for (var k = 0; k < MeasuredNoises; k++)
            {
                using var scope = NewDisposeScope();
                var latents = icons.Latents([.. Enumerable.Repeat((i, 0), MeasuredTimesteps)]);
                var context = icons.Contexts([.. Enumerable.Repeat((i, 0), MeasuredTimesteps)]);
                var timesteps = tensor(Enumerable.Range(0, MeasuredTimesteps).Select(t => (2L * t + 1) * _model.Schedule.TrainSteps / (2 * MeasuredTimesteps)).ToArray(), device: latents.device);
                var noise = draws.Normal(latents.shape).to(latents.device);
                var predicted = _model.Denoiser.PredictNoise(_model.Schedule.AddNoise(latents, noise, timesteps), timesteps, context);
                sum += (Losses.MinSnr(_model.Schedule, timesteps) * (predicted - noise).square()).mean().item<float>();
            }
        }
        return sum / (icons.Icons.Count * MeasuredNoises);
    }

    private IEnumerable<(string, Tensor)> Tensors() => _lora.Named.Select((p, i) => ($"lora.{i}", p.Value)).Concat(_optimizer.State);

    private static string KeyOf(DiffusionModel model, IReadOnlyList<Icon> icons, TeachOptions options)
    {
        var text = new StringBuilder("teach 1\n");
        text.Append(model.Hash).Append('\n');
        foreach (var adapter in model.Adapters) text.Append(adapter.Sha256).Append(' ').Append(adapter.Scale?.ToString("r", CultureInfo.InvariantCulture)).Append('\n');
        foreach (var icon in icons) text.Append(Convert.ToHexStringLower(SHA256.HashData(icon.Svg.Span))).Append(' ').Append(icon.Subject).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"{options.Rank} {options.Steps} {options.Batch} {options.Rate:r} {options.HeldOut} {options.Mirror} {options.Seed} {options.Convolutions}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
