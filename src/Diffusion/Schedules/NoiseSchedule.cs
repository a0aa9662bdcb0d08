using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Schedules;

/// <summary>
/// The forward process z_t = sqrt(abar_t) z + sqrt(1-abar_t) eps (Ho 2020, eq. 4) and what follows from it. Every method
/// takes t either as one number for the whole batch, or as a tensor [B] of int64.
/// </summary>
public sealed class NoiseSchedule : IDisposable
{
    private readonly double[] _betas;
    private readonly double[] _alphaBars;
    private readonly Dictionary<string, Tensor> _tables = []; // By device: [T] fp32.

    /// <summary>A schedule from its configuration.</summary>
    public NoiseSchedule(ScheduleConfig config)
    {
        Config = config;
        _betas = config.Betas();
        _alphaBars = new double[_betas.Length];
        var product = 1.0;
        for (var t = 0; t < _betas.Length; t++) _alphaBars[t] = product *= 1 - _betas[t];
    }

    /// <summary>The configuration.</summary>
    public ScheduleConfig Config { get; }

    /// <summary>Number of training steps T, 1000 in all published models.</summary>
    public int TrainSteps => _betas.Length;

    /// <summary>beta_t.</summary>
    public double Beta(long t) => _betas[t];

    /// <summary>alpha_t = 1 - beta_t.</summary>
    public double Alpha(long t) => 1 - _betas[t];

    /// <summary>abar_t = prod (1 - beta_s) over s up to t; for t below 0 what the sampler's last step leads to.</summary>
    public double AlphaBar(long t) => t >= 0 ? _alphaBars[t] : Config.SetAlphaToOne ? 1 : _alphaBars[0];

    /// <summary>abar of each row, [B,1,1,1] fp32, for timesteps [B].</summary>
    public Tensor AlphaBar(Tensor timesteps)
    {
        var device = timesteps.device;
        lock (_tables)
        {
            if (!_tables.TryGetValue(device.ToString(), out var table))
                _tables[device.ToString()] = table = tensor(_alphaBars, dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
            return table.index_select(0, timesteps).reshape(-1, 1, 1, 1);
        }
    }

    /// <summary>z_t = sqrt(abar) z + sqrt(1-abar) eps.</summary>
    public Tensor AddNoise(Tensor latents, Tensor noise, long timestep)
    {
        var alphaBar = AlphaBar(timestep);
        return Combine(latents, Math.Sqrt(alphaBar), noise, Math.Sqrt(1 - alphaBar));
    }

    /// <summary>z_t = sqrt(abar) z + sqrt(1-abar) eps, t a row.</summary>
    public Tensor AddNoise(Tensor latents, Tensor noise, Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        var alphaBar = AlphaBar(timesteps);
        return (alphaBar.sqrt() * latents + (1 - alphaBar).sqrt() * noise).MoveToOuterDisposeScope();
    }

    /// <summary>x0(z_t; e) = (z_t - sqrt(1-abar) e) / sqrt(abar), Tweedie's posterior mean (Song 2021, DDIM eq. 9).</summary>
    public Tensor PredictOriginal(Tensor noisy, Tensor predictedNoise, long timestep)
    {
        var alphaBar = AlphaBar(timestep);
        return Combine(noisy, 1 / Math.Sqrt(alphaBar), predictedNoise, -Math.Sqrt(1 - alphaBar) / Math.Sqrt(alphaBar));
    }

    /// <summary>x0(z_t; e), t a row.</summary>
    public Tensor PredictOriginal(Tensor noisy, Tensor predictedNoise, Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        var alphaBar = AlphaBar(timesteps);
        return ((noisy - (1 - alphaBar).sqrt() * predictedNoise) / alphaBar.sqrt()).MoveToOuterDisposeScope();
    }

    /// <summary>The noise that leads from z to z_t: (z_t - sqrt(abar) z) / sqrt(1-abar); the inverse of AddNoise in eps.</summary>
    public Tensor NoiseBetween(Tensor latents, Tensor noisy, long timestep)
    {
        var alphaBar = AlphaBar(timestep);
        return Combine(noisy, 1 / Math.Sqrt(1 - alphaBar), latents, -Math.Sqrt(alphaBar) / Math.Sqrt(1 - alphaBar));
    }

    /// <summary>e = sqrt(abar) v + sqrt(1-abar) z_t (Salimans and Ho 2022, appendix D).</summary>
    public Tensor NoiseFromVelocity(Tensor velocity, Tensor noisy, Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        var alphaBar = AlphaBar(timesteps);
        return (alphaBar.sqrt() * velocity + (1 - alphaBar).sqrt() * noisy).MoveToOuterDisposeScope();
    }

    /// <summary>v = (e - sqrt(1-abar) z_t) / sqrt(abar), the inverse.</summary>
    public Tensor VelocityFromNoise(Tensor predictedNoise, Tensor noisy, Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        var alphaBar = AlphaBar(timesteps);
        return ((predictedNoise - (1 - alphaBar).sqrt() * noisy) / alphaBar.sqrt()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// One DDIM step (Song 2021, eq. 12) from t to an earlier t', which is negative for the last:
    /// z_t' = sqrt(abar') x0 + sqrt(1 - abar' - sigma^2) e + sigma n,
    /// sigma = eta sqrt((1-abar')/(1-abar)) sqrt(1 - abar/abar').
    /// </summary>
    /// <param name="noisy">z_t.</param>
    /// <param name="predictedNoise">e.</param>
    /// <param name="timestep">t.</param>
    /// <param name="previous">t'.</param>
    /// <param name="eta">0 for the deterministic step, 1 for DDPM's variance.</param>
    /// <param name="noise">n, needed when eta is not 0.</param>
    public Tensor DdimStep(Tensor noisy, Tensor predictedNoise, long timestep, long previous, double eta = 0, Tensor? noise = null)
    {
        var (alphaBar, alphaBarPrevious) = (AlphaBar(timestep), AlphaBar(previous));
        var sigma = eta * Math.Sqrt((1 - alphaBarPrevious) / (1 - alphaBar)) * Math.Sqrt(1 - alphaBar / alphaBarPrevious);
        using var scope = NewDisposeScope();
        var original = PredictOriginal(noisy, predictedNoise, timestep);
        var result = Combine(original, Math.Sqrt(alphaBarPrevious), predictedNoise, Math.Sqrt(1 - alphaBarPrevious - sigma * sigma));
        if (sigma > 0) result = result + (noise ?? throw new ArgumentNullException(nameof(noise))) * sigma;
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>The descending timesteps of a sampler of <paramref name="count"/> steps, spread as the configuration says.</summary>
    public long[] Timesteps(int count) => Timesteps(count, Config.Spacing, Config.StepsOffset);

    /// <summary>The descending timesteps of a sampler.</summary>
    public long[] Timesteps(int count, TimestepSpacing spacing, int offset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, TrainSteps);
        var descending = Enumerable.Range(0, count).Reverse();
        return spacing switch
        {
            TimestepSpacing.Leading => [.. descending.Select(i => Math.Min((long)i * (TrainSteps / count) + offset, TrainSteps - 1))],
            TimestepSpacing.Trailing => [.. descending.Select(i => (long)Math.Round((i + 1.0) * TrainSteps / count) - 1)],
            _ => [.. descending.Select(i => count == 1 ? 0 : (long)Math.Round(i * (TrainSteps - 1.0) / (count - 1)))],
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var table in _tables.Values) table.Dispose();
        _tables.Clear();
    }

    private static Tensor Combine(Tensor a, double wa, Tensor b, double wb)
    {
        using var scaled = a * wa;
        return scaled.add(b, wb);
    }
}
