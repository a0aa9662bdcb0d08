using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>What a drawing that is led takes besides the sampler's numbers.</summary>
/// <param name="Lead">L: 0 edits what is drawn, 1 the picture alone.</param>
public sealed record LedFlowOptions(double Lead);

/// <summary>
/// <see cref="FlowEdit"/> with a drawing that is moved after every step and is part of the next one's state: with x its picture,
/// z^ = E_x + L (z - E_x), E_x its latents; z' = FlowEdit's step from z^; the picture wanted next is x + D(z') - D(E_x) where little changes, else D(z')
/// (<see cref="PictureDetail"/>). What the drawing cannot show fades from the state instead of tearing the drawing; the model sees what came of its last wish.
/// </summary>
public sealed class LedFlow : IDisposable
{
    /// <summary>L. With less, forms stay; with 1 what cannot be drawn pulls the drawing apart (looked at: .5, .7, .75, .85, 1).</summary>
    public const double DefaultLead = .75;

    private readonly PictureModel _model;
    private readonly PictureEditRequest _request;
    private readonly SamplerOptions _options;
    private readonly double _lead;
    private readonly long[] _timesteps;
    private Tensor? _z;
    private int _done;

    /// <summary>Prepares the way.</summary>
    /// <param name="model">With what; the caller's.</param>
    /// <param name="source">The drawing's picture before the edit, [1,3,H,W], sRGB, 0..1.</param>
    /// <param name="settings">The sampler's numbers (<see cref="PictureMethod.FlowEdit"/>).</param>
    /// <param name="seed">The seed.</param>
    /// <param name="lead">L, 0..1.</param>
    public LedFlow(PictureModel model, Tensor source, Methods.EditSettings settings, ulong seed, double lead = DefaultLead)
    {
        using var noGrad = no_grad();
        (_model, _lead, _options) = (model, lead, SamplerOptions.From(SamplerKind.FlowEdit, settings));
        _request = new PictureEditRequest
        {
            SourceLatents = model.Encode(source).DetachFromDisposeScope(), Prompts = model.Prompts, Denoiser = model.Denoiser,
            Steps = _options.Steps, Guidance = _options.Guidance, Seed = seed,
        };
        _timesteps = FlowEdit.Timesteps(_request, _options.Strength);
    }

    /// <summary>What it runs with, for records.</summary>
    public IReadOnlyList<object> Options => [_options, new LedFlowOptions(_lead)];

    /// <summary>How many pictures there are on the way.</summary>
    public int Count => _timesteps.Length;

    /// <summary>How many of them were made.</summary>
    public int Done => _done;

    /// <summary>The picture that the drawing is to be moved to next, [1,3,H,W], sRGB, 0..1, fresh.</summary>
    /// <param name="drawn">The drawing's picture as it is, x, likewise.</param>
    /// <exception cref="InvalidOperationException">All were made.</exception>
    public Tensor Next(Tensor drawn)
    {
        if (_done == Count) throw new InvalidOperationException("The way is at its end.");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var of = _model.Encode(drawn);
        var z = FlowEdit.Step(_request, _z is null ? of : of + _lead * (_z - of), _timesteps, _done++);
        var wanted = PictureDetail.Restore(drawn, _model.Decode(z), _model.Decode(of)).clamp(0, 1);
        _z?.Dispose();
        _z = z.DetachFromDisposeScope();
        return wanted.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _z?.Dispose();
        _request.SourceLatents.Dispose();
    }
}
