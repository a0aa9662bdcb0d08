using SvgDistill.Diffusion.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What localized update distillation takes.</summary>
public sealed record LusdOptions
{
    /// <summary>Where t is drawn from, uniformly.</summary>
    public TimestepRange Timesteps { get; init; } = TimestepRange.Default;
    /// <summary>Draws whose difference has a smaller standard deviation are rejected; eased by a hundredth at each redraw.</summary>
    public double Threshold { get; init; } = .01;
    /// <summary>Weight of the pull toward the source; the rest is the difference's.</summary>
    public double Identity { get; init; } = .02;
    /// <summary>The step's standard deviation at the end of the run.</summary>
    public double LeastStep { get; init; } = .01;
    /// <summary>What is added to it at the start.</summary>
    public double StepRange { get; init; } = .14;

    internal static LusdOptions From(EditSettings s)
    {
        var own = new LusdOptions();
        return own with { Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// Localized update score distillation (ICCV 2025, arXiv:2503.11054): d = e(z_t^trg, y_trg) - e(z_t^trg, y_src) without
/// guidance, redrawn while std(d) is small; dir = .98 M d + .02 (z - z_src), brought to the standard deviation
/// s_i = .01 + .14 (1 - sigmoid(linspace(-5, 5, steps)))_i. M comes from the attention to the words that are new in the target.
/// </summary>
/// <remarks>
/// Returns dir, a finished step in latent space: <see cref="LatentRate"/> is 1. Choices: attention maps are read at a half
/// and a quarter of the latents' side (32 and 16 of Stable Diffusion's 64); new words are tokens that the source lacks.
/// </remarks>
public sealed class Lusd(LusdOptions options) : IDistillationMethod
{
    private const int MaximumRedraws = 100;
    private const double KeptShare = .9;
    private Tensor? _map;

    /// <inheritdoc/>
    public double LatentRate => 1;

    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var newWords = step.Prompts.NewTokens();
        var mask = Mask(step);
        var threshold = options.Threshold;
        for (var redraw = 0; ; redraw++)
        {
            using var attempt = NewDisposeScope();
            var t = step.DrawTimestep(options.Timesteps);
            using var reader = newWords.Count == 0 ? null : new MapReader(step.Latents, newWords);
            Tensor d;
            var eps = step.DrawNoise(t); // Refined noise is not what the map is read from.
            using (reader is null ? null : step.Denoiser.Attach(reader))
                d = Difference(step, t, eps);
            if (d.std().item<float>() < threshold && redraw < MaximumRedraws)
            {
                threshold *= .99;
                continue;
            }
            if (reader is not null) Keep(reader.Map());
            var direction = (1 - options.Identity) * (mask is null ? d : mask * d) + options.Identity * (step.Latents - step.SourceLatents);
            return (StepSize(step) / direction.std() * direction).DetachFromDisposeScope();
        }
    }

    /// <summary>d.</summary>
    internal static Tensor Difference(DistillationStep step, int t, Tensor eps)
    {
        var z_t = step.Schedule.AddNoise(step.Latents, eps, t);
        var e = step.Denoiser.Predict(t, (z_t, step.Prompts.Target), (z_t, step.Prompts.Source));
        return e[0] - e[1];
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SaveState() => _map is null ? new Dictionary<string, Tensor>()
        : new Dictionary<string, Tensor> { ["map"] = _map.clone().DetachFromDisposeScope() };

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        _map?.Dispose();
        _map = state.TryGetValue("map", out var saved) ? saved.clone().DetachFromDisposeScope() : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _map?.Dispose();

    /// <summary>s_i.</summary>
    private double StepSize(DistillationStep step) =>
        options.LeastStep + options.StepRange * (1 - 1 / (1 + Math.Exp(-(-5 + 10 * step.Progress))));

    /// <summary>M_i: 1 at first, the map at the end; null for 1 everywhere.</summary>
    private Tensor? Mask(DistillationStep step) => _map is null ? null : step.Progress * _map + (1 - step.Progress);

    private void Keep(Tensor fresh)
    {
        var next = (_map is null ? fresh : KeptShare * _map + (1 - KeptShare) * fresh).DetachFromDisposeScope();
        _map?.Dispose();
        _map = next;
    }

    /// <summary>Reads where the target's row (the first) looks at the new words, and spreads it along what belongs together.</summary>
    private sealed class MapReader(Tensor latents, IReadOnlyList<int> words) : IAttentionHook, IDisposable
    {
        private readonly (long H, long W) _half = Halved(latents, 1), _quarter = Halved(latents, 2);
        private readonly List<Tensor> _cross = [], _self = [];

        private long _tokens;

        public (Tensor Query, Tensor Key, Tensor Value) Projected(AttentionSite site, Tensor query, Tensor key, Tensor value)
        {
            _tokens = query.shape[1];
            return (query, key, value);
        }

        // Only the small maps are formed whole; the site was projected just before.
        public bool WantsProbabilities(AttentionSite site) => _tokens == (site.IsCross ? _quarter.H * _quarter.W : _half.H * _half.W);

        public Tensor Probabilities(AttentionSite site, Tensor probabilities)
        {
            if (site.IsCross)
            {
                var at = tensor(words.Select(w => (long)w).ToArray(), device: probabilities.device);
                Add(_cross, probabilities[0].index_select(2, at).mean([0L, 2L]));
            }
            else
            {
                Add(_self, probabilities[0].mean([0L]));
            }
            return probabilities;
        }

        /// <summary>[1,1,h,w], 0..1.</summary>
        internal Tensor Map()
        {
            if (_cross.Count == 0) return ones([1, 1, latents.shape[2], latents.shape[3]], device: latents.device);
            var words = stack(_cross).mean([0L]).reshape(1, 1, _quarter.H, _quarter.W);
            var spread = Resize(words, _half.H, _half.W);
            if (_self.Count > 0)
                spread = stack(_self).mean([0L]).matmul(spread.reshape(-1, 1)).reshape(1, 1, _half.H, _half.W);
            var full = Resize(spread, latents.shape[2], latents.shape[3]);
            var (low, high) = (full.min(), full.max());
            return (full - low) / (high - low).clamp(min: 1e-12);
        }

        public void Dispose()
        {
            foreach (var kept in _cross.Concat(_self)) kept.Dispose();
        }

        private static void Add(List<Tensor> maps, Tensor map) =>
            maps.Add(map.to(ScalarType.Float32).DetachFromDisposeScope());

        private static Tensor Resize(Tensor x, long height, long width) =>
            nn.functional.interpolate(x, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);

        private static (long, long) Halved(Tensor latents, int times)
        {
            var (height, width) = (latents.shape[2], latents.shape[3]);
            for (; times > 0; times--) (height, width) = ((height + 1) / 2, (width + 1) / 2);
            return (height, width);
        }
    }
}
