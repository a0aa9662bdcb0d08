using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Adapters;
using SvgDistill.Distill.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What Piva takes.</summary>
public sealed record PivaOptions
{
    /// <summary>w of e^w in the DDS part.</summary>
    public double Guidance { get; init; } = 7.5;
    /// <summary>Where t is drawn from, uniformly.</summary>
    public TimestepRange Timesteps { get; init; } = TimestepRange.Default;
    /// <summary>lambda.</summary>
    public double Preservation { get; init; } = .4;
    /// <summary>Rank of the adapters.</summary>
    public int Rank { get; init; } = 8;
    /// <summary>AdamW's rate for the adapters.</summary>
    public double LearningRate { get; init; } = 1e-4;
    /// <summary>Largest turn of a training view, in degrees.</summary>
    public double JitterDegrees { get; init; } = 10;
    /// <summary>Largest scaling of a training view, as a fraction; its shift is half of it.</summary>
    public double JitterScale { get; init; } = .1;

    internal static PivaOptions From(EditSettings s)
    {
        var own = new PivaOptions();
        return own with { Guidance = s.Guidance ?? own.Guidance, Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// Piva (2024): g = DDS + lambda (e_psi(z_t^trg, y_src) - e_phi(z_t^trg, y_trg)), no guidance in the second term. psi and
/// phi are the denoiser with a LoRA adapter each, trained along the way by the noise-prediction loss: psi on the source
/// under y_src, phi on the edited picture under y_trg.
/// </summary>
/// <remarks>
/// Choices: rank 8 on the attention projections, B zero at first, so that the term begins as the difference of prompts;
/// AdamW; a random turn, scale and shift of the picture stands for the paper's views. With a <paramref name="control"/> both
/// adapted denoisers, and only they, follow the ControlNet.
/// </remarks>
/// <param name="options">The numbers.</param>
/// <param name="control">What psi and phi are conditioned on besides text; the caller's. Null for nothing.</param>
public sealed class Piva(PivaOptions options, ControlCondition? control = null) : IDistillationMethod
{
    // Any two numbers: the adapters must differ from each other, and be the same in every run.
    private const ulong PsiSeed = 1, PhiSeed = 2;

    private (LoraDenoiser Network, Denoiser Denoiser)? _psi, _phi;
    private IReadOnlyDictionary<string, Tensor>? _pending;

    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        var (psi, phi) = Prepare(step);
        using var noGrad = no_grad();
        var t = step.DrawTimestep(options.Timesteps);
        var eps = step.DrawNoise(t);
        var delta = Dds.Delta(step, t, eps, options.Guidance);
        var z_t = step.Schedule.AddNoise(step.Latents, eps, t);
        var preserved = psi.Denoiser.Predict(t, (z_t, step.Prompts.Source))[0];
        var edited = phi.Denoiser.Predict(t, (z_t, step.Prompts.Target))[0];
        var g = delta + options.Preservation * (preserved - edited);

        Train(psi, step, step.Pictures is { } s ? s.Encode(Jittered(s.Source, step.Draws)) : step.SourceLatents, step.Prompts.Source);
        Train(phi, step, step.Pictures is { } p ? p.Encode(Jittered(p.Current, step.Draws)) : step.Latents, step.Prompts.Target);
        return g.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SaveState()
    {
        var state = new Dictionary<string, Tensor>();
        _psi?.Network.Save("psi", state);
        _phi?.Network.Save("phi", state);
        return state;
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        Dispose();
        // The adapters belong to a network, which the next step brings.
        _pending = state.Count == 0 ? null : state.ToDictionary(s => s.Key, s => s.Value.clone().DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in new[] { _psi, _phi })
        {
            part?.Denoiser.Dispose();
            part?.Network.Dispose();
        }
        (_psi, _phi) = (null, null);
        foreach (var tensor in _pending?.Values ?? []) tensor.Dispose();
        _pending = null;
    }

    private ((LoraDenoiser Network, Denoiser Denoiser) Psi, (LoraDenoiser Network, Denoiser Denoiser) Phi) Prepare(DistillationStep step)
    {
        if (_psi is { } ready && _phi is { } other) return (ready, other);
        if (step.Denoiser.Predictor is not NoisePredictor network)
            throw new DistillException("Piva trains adapters on the denoiser's attention, and this denoiser has none.");
        var (first, second) = (Adapted(PsiSeed), Adapted(PhiSeed));
        (_psi, _phi) = (first, second);
        if (_pending is not null)
        {
            first.Network.Load("psi", _pending);
            second.Network.Load("phi", _pending);
            foreach (var tensor in _pending.Values) tensor.Dispose();
            _pending = null;
        }
        return (first, second);

        (LoraDenoiser Network, Denoiser Denoiser) Adapted(ulong seed)
        {
            var lora = new LoraDenoiser(network, options.Rank, options.LearningRate, seed);
            return (lora, new Denoiser(control is null ? lora.Predictor : lora.Predictor.Controlled(control), step.Schedule));
        }
    }

    private void Train((LoraDenoiser Network, Denoiser Denoiser) part, DistillationStep step, Tensor z, Tensor context)
    {
        using var scope = NewDisposeScope();
        var t = options.Timesteps.Draw(step.Draws);
        part.Network.Train(part.Denoiser, z, context, t, step.Draws.Normal(z));
    }

    private Tensor Jittered(Tensor picture, IDraws draws) =>
        PictureView.Draw(new(options.JitterDegrees, options.JitterScale, options.JitterScale / 2), draws).Of(picture, picture.shape[2], picture.shape[3]);
}
