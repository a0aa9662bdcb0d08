using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Models;

/// <summary>Compares a model's parts with the known inputs and outputs that its folder carries.</summary>
internal static class ModelSelfCheck
{
    private const string FileName = "selfcheck.safetensors";

    public static IReadOnlyList<(string Part, double RelativeError)> Run(DiffusionModel model)
    {
        if (Open(model) is not { } known) return [];
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using (known)
            return
            [
                ("text encoder", Compare(known, model.TextEncoder.Forward(Load(known, model, "ids")).LastHiddenState, "text.last_hidden_state")),
                ("UNet", Compare(known, Prediction(known, model), "noise_prediction")),
                ("encoder", Compare(known, model.EncodeImage(Load(known, model, "image")), "image_latents")),
                ("decoder", Compare(known, model.Decode(Load(known, model, "latents")) * 2 - 1, "decoded")),
            ];
    }

    /// <summary>The UNet's part alone.</summary>
    /// <exception cref="ModelException">It is off by more than the tolerance.</exception>
    public static void Require(DiffusionModel model, double tolerance)
    {
        if (Open(model) is not { } known) return;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using (known)
        {
            var error = Compare(known, Prediction(known, model), "noise_prediction");
            // Written so that NaN fails.
            if (!(error <= tolerance))
                throw new ModelException(known.Path, FormattableString.Invariant(
                    $"the UNet does not predict what the model's own file says (relative error {error:0.0e+0}, at most {tolerance:0e+0})"), "noise_prediction",
                    "Weights are damaged, or --prediction is wrong; take the model's files again, or see 'svgdistill model check'");
        }
    }

    private static SafetensorsFile? Open(DiffusionModel model) =>
        Path.Combine(model.Path, FileName) is var path && File.Exists(path) ? new SafetensorsFile(path) : null;

    private static Tensor Prediction(SafetensorsFile known, DiffusionModel model) => model.Denoiser.PredictNoise(
        Load(known, model, "latents"), Load(known, model, "timestep"), Load(known, model, "text.last_hidden_state"));

    private static Tensor Load(SafetensorsFile known, DiffusionModel model, string name) =>
        known.Load(name, name is "ids" or "timestep" ? ScalarType.Int64 : ScalarType.Float32, model.Unet.Device);

    private static double Compare(SafetensorsFile known, Tensor actual, string name)
    {
        var expected = known.Load(name, ScalarType.Float32, actual.device);
        if (!actual.shape.SequenceEqual(expected.shape))
            throw new ModelException(known.Path, $"the model gives {Shapes.Text(actual.shape)}, the file has {Shapes.Text(expected.shape)}", name);
        return RelativeError(actual, expected);
    }

    /// <summary>|a-b| / |b|, Euclidean.</summary>
    public static double RelativeError(Tensor actual, Tensor expected)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (actual.to(ScalarType.Float64), expected.to(ScalarType.Float64));
        return (a - b).norm().item<double>() / b.norm().item<double>();
    }
}
