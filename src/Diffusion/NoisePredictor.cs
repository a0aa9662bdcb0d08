using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Unet;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion;

/// <summary>
/// The UNet as a noise predictor: fp32 at the border whatever it computes in, velocity turned into noise, contexts pinned,
/// work counted. Weights take no gradients.
/// </summary>
public sealed class NoisePredictor : INoisePredictor
{
    private readonly UNet2DConditionModel _unet;
    private readonly NoiseSchedule _schedule;
    private readonly List<(Tensor Context, Conditioning Whole, Conditioning[] Halves)> _pinned;
    private readonly ControlCondition? _control;
    private readonly (LoraAdapter Adapter, double Scale)[] _adapters;
    private readonly bool _isBase;

    /// <summary>Makes a predictor of a network and its schedule, neither of which it owns.</summary>
    public NoisePredictor(UNet2DConditionModel unet, NoiseSchedule schedule)
    {
        (_unet, _schedule) = (unet, schedule);
        (Cost, _pinned, _adapters) = (new DenoiserCost(), [], []);
    }

    private NoisePredictor(NoisePredictor other, ControlCondition? control, (LoraAdapter, double)[] adapters, bool isBase)
    {
        (_unet, _schedule, _pinned, Cost) = (other._unet, other._schedule, other._pinned, other.Cost);
        (_control, _adapters, _isBase) = (control, adapters, isBase);
    }

    /// <summary>The network.</summary>
    public UNet2DConditionModel Unet => _unet;

    /// <inheritdoc/>
    public DenoiserCost Cost { get; }

    /// <summary>Size of the slices in which attention's score matrices are formed, in bytes.</summary>
    public long AttentionBytes
    {
        get => _unet.Settings.SliceBytes;
        set => _unet.Settings.SliceBytes = value;
    }

    /// <summary>
    /// Bound on what a call keeps for its way back, in bytes: beyond it the network's blocks are computed again there.
    /// </summary>
    public long GraphBytes
    {
        get => _unet.Settings.GraphBytes;
        set => _unet.Settings.GraphBytes = value;
    }

    /// <summary>
    /// The same network with an adapter on top of those it has: another predictor, which shares network, counts and pins
    /// with this one. The adapter takes gradients when its parameters ask for them.
    /// </summary>
    public NoisePredictor Adapted(LoraAdapter adapter, double scale = 1) => new(this, _control, [.. _adapters, (adapter, scale)], _isBase);

    /// <summary>The same network under a ControlNet's guidance: another predictor, which shares the rest with this one.</summary>
    public NoisePredictor Controlled(ControlCondition condition) => new(this, condition, _adapters, _isBase);

    /// <summary>
    /// The base model's: the same network without the LoRAs that were added (<see cref="Models.DiffusionModel.AddLora"/>). Another predictor, which
    /// shares the rest with this one. Contexts that were pinned belong to one of the two: what a LoRA changes is kept with them.
    /// </summary>
    public NoisePredictor Base() => new(this, _control, _adapters, isBase: true);

    /// <inheritdoc/>
    public Tensor PredictNoise(Tensor latents, Tensor timesteps, Tensor context)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var lifted = _isBase ? ActiveAdapters.Lift(_unet.AdaptedLayers) : null;
        var predicted = Predict(latents, timesteps, context);
        if (_schedule.Config.Prediction == PredictionType.Velocity)
            predicted = _schedule.NoiseFromVelocity(predicted, latents, timesteps);
        Cost.Count(latents.shape[0], differentiated: false);
        return predicted.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>Gradients go to the latents, to the parameters of adapters in training, and come in by what a hook has read as well.</remarks>
    public NoisePrediction PredictForGradient(Tensor latents, Tensor timesteps, Tensor context)
    {
        if (_unet.Settings.Hook is { OnlyReadsOutputs: false })
            throw new InvalidOperationException("A hook that replaces what passes through the network has no adjoint.");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var lifted = _isBase ? ActiveAdapters.Lift(_unet.AdaptedLayers) : null;
        IDenoiserPass pass = SplitsRows(latents) ? SplitPassOf(latents, timesteps, context)
            : PassOf(latents, timesteps, Find(context) ?? Unpinned(context, latents.shape[0]));
        Cost.Count(latents.shape[0], differentiated: true);
        if (_schedule.Config.Prediction != PredictionType.Velocity)
            return new NoisePrediction(pass.Output.alias(), pass.Backward, pass.ParameterGradient, pass.Dispose);

        // e = sqrt(abar) v(z_t) + sqrt(1-abar) z_t.
        var alphaBar = _schedule.AlphaBar(timesteps).DetachFromDisposeScope();
        return new NoisePrediction(_schedule.NoiseFromVelocity(pass.Output, latents, timesteps), (g, hooked) =>
        {
            using var inner = NewDisposeScope();
            var gradient = pass.Backward(g is null ? null : alphaBar.sqrt() * g, hooked);
            return (g is null ? gradient : gradient + (1 - alphaBar).sqrt() * g).MoveToOuterDisposeScope();
        }, pass.ParameterGradient, () =>
        {
            pass.Dispose();
            alphaBar.Dispose();
        });
    }

    /// <inheritdoc/>
    public IDisposable Pin(Tensor context)
    {
        Conditioning Kept(Tensor rows) => new(rows.to(_unet.Type, _unet.Device, copy: true).DetachFromDisposeScope(), pinned: true);
        using var scope = NewDisposeScope();
        var (whole, halves) = (Kept(context), context.shape[0] > 1 ? Rows(context).Select(Kept).ToArray() : []);
        _pinned.Add((context, whole, halves));
        return new Release(() =>
        {
            _pinned.RemoveAll(p => p.Whole == whole);
            foreach (var conditioning in halves.Append(whole)) conditioning.Dispose();
        });
    }

    /// <summary>Lets the hook read and replace what passes through the network until the result is disposed.</summary>
    public IDisposable Attach(IAttentionHook hook) => _unet.Settings.Attach(hook);

    /// <summary>
    /// Whether the two halves of a batch are computed at the same time, each on one thread: small networks are, where nothing but the
    /// latents tells the rows apart. Decided by the network's size, never by the machine. Adapters that were attached to the layers stay
    /// there for both halves; those that come and go with a call cannot.
    /// </summary>
    private bool SplitsRows(Tensor latents) =>
        _unet.IsSmall && latents.shape[0] > 1 && _unet.Settings.Hook is null && _adapters.Length == 0;

    private Tensor Predict(Tensor latents, Tensor timesteps, Tensor context)
    {
        var batch = latents.shape[0];
        if (!SplitsRows(latents)) return Predict(latents, timesteps, Find(context) ?? Unpinned(context, batch), null);
        var (z, t, y) = (Rows(latents), Rows(timesteps), Conditionings(context, batch));
        return TwoHands.Join(() => Predict(z[0], t[0], y[0], null), () => Predict(z[1], t[1], y[1], null));
    }

    private NetworkPass PassOf(Tensor latents, Tensor timesteps, Conditioning conditioning) =>
        new(latents, _unet.NeedsRecomputing(latents), (x, tape) => Predict(x, timesteps, conditioning, tape));

    private SplitPass SplitPassOf(Tensor latents, Tensor timesteps, Tensor context)
    {
        var (z, t, y) = (Rows(latents), Rows(timesteps), Conditionings(context, latents.shape[0]));
        return new SplitPass(() => PassOf(z[0], t[0], y[0]), () => PassOf(z[1], t[1], y[1]));
    }

    private Tensor Predict(Tensor latents, Tensor timesteps, Conditioning conditioning, Tape? tape)
    {
        using var scope = NewDisposeScope();
        using var active = LoraAdapter.Activate(_adapters);
        var x = tape.Cast(latents, _unet.Type);
        var residuals = _control?.Residuals(x, timesteps, conditioning, tape);
        var predicted = _unet.Forward(x, timesteps, conditioning, residuals, tape);
        return tape.Own(predicted, ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private Conditioning? Find(Tensor context) => _pinned.Find(p => ReferenceEquals(p.Context, context)).Whole;

    private Conditioning[] Conditionings(Tensor context, long batch)
    {
        var kept = _pinned.Find(p => ReferenceEquals(p.Context, context)).Halves;
        return kept is { Length: > 0 } ? kept : [.. Rows(context.expand(batch, -1, -1)).Select(rows => Unpinned(rows, rows.shape[0]))];
    }

    private Conditioning Unpinned(Tensor context, long batch) =>
        new((context.shape[0] == batch ? context : context.expand(batch, -1, -1)).to(_unet.Type), pinned: false);

    /// <summary>The first and the second half of a batch.</summary>
    private static Tensor[] Rows(Tensor batch) => batch.chunk(2, 0);
}

/// <summary>Runs an action when disposed, once.</summary>
internal sealed class Release(Action action) : IDisposable
{
    private Action? _action = action;

    public void Dispose() => Interlocked.Exchange(ref _action, null)?.Invoke();
}
