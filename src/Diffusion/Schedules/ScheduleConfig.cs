using SvgDistill.Diffusion.Models;

namespace SvgDistill.Diffusion.Schedules;

/// <summary>What the network predicts.</summary>
public enum PredictionType
{
    /// <summary>The noise.</summary>
    Epsilon,

    /// <summary>The velocity sqrt(abar) eps - sqrt(1-abar) z0 (Salimans and Ho 2022, section 4).</summary>
    Velocity,
}

/// <summary>How a few sampling steps are spread over the training steps (Lin 2023, arXiv:2305.08891, table 2).</summary>
public enum TimestepSpacing
{
    /// <summary>Multiples of T/n, plus the offset.</summary>
    Leading,

    /// <summary>From T-1 downward by T/n.</summary>
    Trailing,

    /// <summary>Evenly from T-1 to 0, both included.</summary>
    Linspace,
}

/// <summary>The noise schedule: what diffusers writes to <c>scheduler/scheduler_config.json</c>, whatever the scheduler's class.</summary>
public sealed record ScheduleConfig
{
    /// <summary>Number of training steps T.</summary>
    public int TrainSteps { get; init; } = 1000;

    /// <summary>beta at t = 0.</summary>
    public double BetaStart { get; init; } = 0.00085;

    /// <summary>beta at t = T-1.</summary>
    public double BetaEnd { get; init; } = 0.012;

    /// <summary><c>scaled_linear</c> (sqrt(beta) is linear), <c>linear</c> or <c>squaredcos_cap_v2</c>.</summary>
    public string BetaSchedule { get; init; } = "scaled_linear";

    /// <summary>The betas themselves, where the file gives them; they replace the three values above.</summary>
    public IReadOnlyList<double>? TrainedBetas { get; init; }

    /// <summary>What the network predicts.</summary>
    public PredictionType Prediction { get; init; } = PredictionType.Epsilon;

    /// <summary>Spread of the sampling steps.</summary>
    public TimestepSpacing Spacing { get; init; } = TimestepSpacing.Leading;

    /// <summary>Added to leading timesteps.</summary>
    public int StepsOffset { get; init; }

    /// <summary>alpha-bar after the last sampling step is 1, not that of t = 0.</summary>
    public bool SetAlphaToOne { get; init; }

    internal static ScheduleConfig Read(JsonConfig json)
    {
        if (json.Text("_class_name", "").Contains("FlowMatch", StringComparison.Ordinal))
            throw new ModelException(json.Path, "flow-matching models (SD3, Flux) are not supported", "_class_name",
                "Use a Stable Diffusion 1.x or 2.x model");
        if (json.Flag("rescale_betas_zero_snr", false))
            throw new ModelException(json.Path, "schedules that end in pure noise are not supported", "rescale_betas_zero_snr");
        json.Require("beta_schedule", "scaled_linear", "linear", "squaredcos_cap_v2");
        json.Require("prediction_type", "epsilon", "v_prediction");
        json.Require("timestep_spacing", "leading", "trailing", "linspace");
        var steps = json.Whole("num_train_timesteps", 1000, min: 2, max: 100_000);
        var config = new ScheduleConfig
        {
            TrainSteps = steps,
            BetaStart = json.Number("beta_start", 0.0001),
            BetaEnd = json.Number("beta_end", 0.02),
            BetaSchedule = json.Text("beta_schedule", "linear"),
            TrainedBetas = json.Has("trained_betas") ? json.Numbers("trained_betas") : null,
            Prediction = json.Text("prediction_type", "epsilon") == "epsilon" ? PredictionType.Epsilon : PredictionType.Velocity,
            Spacing = Enum.Parse<TimestepSpacing>(json.Text("timestep_spacing", "leading"), ignoreCase: true),
            StepsOffset = json.Whole("steps_offset", 0, min: 0, max: steps - 1),
            // As the schedulers themselves default when the key is absent.
            SetAlphaToOne = json.Flag("set_alpha_to_one", json.Text("_class_name") is not "PNDMScheduler"),
        };
        if (config.Betas().Any(b => !(b > 0 && b < 1)) || config.TrainedBetas is { } t && t.Count != steps)
            throw new ModelException(json.Path, "betas must lie between 0 and 1, one for each training step", "beta_start");
        return config;
    }

    /// <summary>The T betas.</summary>
    internal double[] Betas()
    {
        if (TrainedBetas is not null) return [.. TrainedBetas];
        var t = Enumerable.Range(0, TrainSteps).Select(i => (double)i / (TrainSteps - 1));
        var (first, last) = (Math.Sqrt(BetaStart), Math.Sqrt(BetaEnd));
        double CosineAlphaBar(double u) => Math.Pow(Math.Cos((u + 0.008) / 1.008 * Math.PI / 2), 2);
        return BetaSchedule switch
        {
            "linear" => [.. t.Select(u => BetaStart + u * (BetaEnd - BetaStart))],
            "scaled_linear" => [.. t.Select(u => Math.Pow(first + u * (last - first), 2))],
            _ => [.. Enumerable.Range(0, TrainSteps).Select(i =>
                Math.Min(1 - CosineAlphaBar((i + 1.0) / TrainSteps) / CosineAlphaBar((double)i / TrainSteps), 0.999))],
        };
    }
}
