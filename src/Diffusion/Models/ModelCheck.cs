using SvgDistill.Diffusion.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Models;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">What.</param>
/// <param name="Passed">Whether it is as it should be.</param>
/// <param name="Detail">A sentence.</param>
public sealed record ModelFinding(string What, bool Passed, string Detail);

/// <summary>Everything that can be checked of a model without knowing what it should draw.</summary>
public static class ModelCheck
{
    /// <summary>Largest relative error of a self-check in fp32; the stored decoding alone is good for 5e-4.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>The same in bf16 and fp16: their unit roundoff, grown through some fifty layers.</summary>
    public const double ReducedTolerance = 5e-2;

    /// <summary>The largest relative error of a known prediction that a precision explains.</summary>
    public static double ToleranceOf(ScalarType precision) => precision == ScalarType.Float32 ? Tolerance : ReducedTolerance;

    /// <summary>Opens a model and looks at it; what cannot be opened is a finding, too.</summary>
    public static IReadOnlyList<ModelFinding> Run(string nameOrPath, ModelOptions? options = null)
    {
        options ??= new ModelOptions();
        var findings = new List<ModelFinding>();
        DiffusionModel model;
        try
        {
            model = DiffusionModel.Open(nameOrPath, options);
        }
        catch (ModelException error)
        {
            return [new("files", false, error.Message)];
        }
        using (model)
        {
            var info = model.Describe();
            findings.Add(new("files", true, FormattableString.Invariant(
                $"{info.Family}, {info.Layout}; every parameter has its name and shape ({info.Parameters / 1e6:f1} M)")));
            foreach (var (name, network) in new (string, Network)[] { ("text encoder", model.TextEncoder), ("autoencoder", model.Autoencoder), ("UNet", model.Unet) })
                findings.Add(Finite(name, network));
            findings.Add(Prediction(model));
            var tolerance = ToleranceOf(options.Precision);
            try
            {
                foreach (var (part, error) in model.SelfCheck())
                    findings.Add(new($"self-check, {part}", error <= tolerance, FormattableString.Invariant($"relative error {error:e1}, at most {tolerance:e0}")));
            }
            catch (ModelException error)
            {
                findings.Add(new("self-check", false, error.Message));
            }
        }
        return findings;
    }

    private static ModelFinding Finite(string name, Network network)
    {
        using var noGrad = no_grad();
        foreach (var (parameter, value) in network.Parameters)
        {
            using var scope = NewDisposeScope();
            if (!value.isfinite().all().item<bool>())
                return new($"{name}, numbers", false, $"{parameter} holds infinities or NaN; fp16 files overflow when they were made carelessly");
        }
        return new($"{name}, numbers", true, "all finite");
    }

    /// <summary>
    /// Noise predicted in pure noise at the last timestep must resemble that noise, which is nearly all there is; a wrong
    /// prediction type shows here (a velocity network read as a noise network gives minus the picture instead).
    /// </summary>
    private static ModelFinding Prediction(DiffusionModel model)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(0);
        var noise = randn(model.LatentShape(1, Math.Min(model.ImageSize, 32 * model.Downscale)), generator: generator).to(model.Unet.Device);
        var last = model.Schedule.TrainSteps - 1L;
        var predicted = model.Denoiser.PredictNoise(noise, GuidedPrediction.Repeated(last, noise), model.EncodePrompts(""));
        if (!predicted.isfinite().all().item<bool>()) return new("prediction", false, "the UNet's output is not finite");
        var likeness = (predicted * noise).sum().item<float>() / (predicted.norm().item<float>() * noise.norm().item<float>());
        var type = model.Schedule.Config.Prediction == PredictionType.Epsilon ? "noise" : "velocity";
        return new("prediction", true, FormattableString.Invariant(
            $"read as {type}: cosine {likeness:f2} between pure noise and the noise predicted in it (trained networks: above 0.9)"));
    }
}
