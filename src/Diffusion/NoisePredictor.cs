using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Unet;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion;

/// <summary>
/// The UNet as a noise predictor: fp32 at the border whatever it computes in, velocity turned into noise, contexts pinned,
/// work counted. Weights take no gradients; the latents do when they ask for them.
/// </summary>
public sealed class NoisePredictor : INoisePredictor
{
    private readonly UNet2DConditionModel unet;
    private readonly NoiseSchedule schedule;
    private readonly List<(Tensor Context, Conditioning Conditioning)> pinned;
    private readonly ControlCondition? control;
    private readonly (LoraAdapter Adapter, double Scale)[] adapters;

    /// <summary>Makes a predictor of a network and its schedule, neither of which it owns.</summary>
    public NoisePredictor(UNet2DConditionModel unet, NoiseSchedule schedule)
    {
        (this.unet, this.schedule) = (unet, schedule);
        (Cost, pinned, adapters) = (new DenoiserCost(), [], []);
    }

    private NoisePredictor(NoisePredictor other, ControlCondition? control, (LoraAdapter, double)[] adapters)
    {
        (unet, schedule, pinned, Cost) = (other.unet, other.schedule, other.pinned, other.Cost);
        (this.control, this.adapters) = (control, adapters);
    }

    /// <summary>The network.</summary>
    public UNet2DConditionModel Unet => unet;

    /// <inheritdoc/>
    public DenoiserCost Cost { get; }

    /// <summary>Size of the slices in which attention's score matrices are formed, in bytes.</summary>
    public long AttentionBytes
    {
        get => unet.Settings.SliceBytes;
        set => unet.Settings.SliceBytes = value;
    }

    /// <summary>
    /// Bound on what a call keeps for its gradient, in bytes: beyond it the network's blocks are computed again on the way
    /// back. Does not hold where an optimised context, or a hook that does more than read outputs, needs the whole graph.
    /// </summary>
    public long GraphBytes
    {
        get => unet.Settings.GraphBytes;
        set => unet.Settings.GraphBytes = value;
    }

    /// <summary>
    /// The same network with an adapter on top of those it has: another predictor, which shares network, counts and pins
    /// with this one. The adapter takes gradients when its parameters ask for them.
    /// </summary>
    public NoisePredictor Adapted(LoraAdapter adapter, double scale = 1) => new(this, control, [.. adapters, (adapter, scale)]);

    /// <summary>The same network under a ControlNet's guidance: another predictor, which shares the rest with this one.</summary>
    public NoisePredictor Controlled(ControlCondition condition) => new(this, condition, adapters);

    /// <inheritdoc/>
    public Tensor PredictNoise(Tensor latents, Tensor timesteps, Tensor context)
    {
        using var scope = NewDisposeScope();
        using var active = LoraAdapter.Activate(adapters);
        var conditioning = Find(context) ?? new Conditioning(Cast(Rows(context, latents.shape[0])), pinned: false);
        var x = Cast(latents);
        var recompute = unet.NeedsRecomputing(x, conditioning);
        var residuals = control?.Residuals(x, timesteps, conditioning, recompute);
        var predicted = unet.Forward(x, timesteps, conditioning, residuals, recompute).to(ScalarType.Float32);
        if (schedule.Config.Prediction == PredictionType.Velocity)
            predicted = schedule.NoiseFromVelocity(predicted, latents, timesteps);
        Cost.Count(latents.shape[0], predicted.requires_grad);
        return predicted.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IDisposable Pin(Tensor context)
    {
        if (context.requires_grad) throw new ArgumentException("A context that is being optimised cannot be pinned.", nameof(context));
        var conditioning = new Conditioning(context.to(unet.Type, unet.Device, copy: true).DetachFromDisposeScope(), pinned: true);
        pinned.Add((context, conditioning));
        return new Release(() =>
        {
            pinned.RemoveAll(p => p.Conditioning == conditioning);
            conditioning.Dispose();
        });
    }

    /// <summary>Lets the hook read and replace what passes through the network until the result is disposed.</summary>
    public IDisposable Attach(IAttentionHook hook) => unet.Settings.Attach(hook);

    private Conditioning? Find(Tensor context)
    {
        foreach (var (tensor, conditioning) in pinned)
            if (ReferenceEquals(tensor, context)) return conditioning;
        return null;
    }

    private static Tensor Rows(Tensor context, long batch) =>
        context.shape[0] == batch ? context : context.expand(batch, -1, -1);

    private Tensor Cast(Tensor x) => x.dtype == unet.Type ? x : x.to(unet.Type);
}

/// <summary>Runs an action when disposed, once.</summary>
internal sealed class Release(Action action) : IDisposable
{
    private Action? action = action;

    public void Dispose() => Interlocked.Exchange(ref action, null)?.Invoke();
}
