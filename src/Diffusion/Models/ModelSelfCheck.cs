using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Models;

/// <summary>Compares a model's parts with the known inputs and outputs that its folder carries.</summary>
internal static class ModelSelfCheck
{
    public static IReadOnlyList<(string Part, double RelativeError)> Run(DiffusionModel model)
    {
        var path = Path.Combine(model.Path, "selfcheck.safetensors");
        if (!File.Exists(path)) return [];
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var known = new SafetensorsFile(path);
        Tensor Known(string name) => known.Load(name, name is "ids" or "timestep" ? ScalarType.Int64 : ScalarType.Float32, model.Unet.Device);
        (string, double) Compare(string part, Tensor actual, string name)
        {
            var expected = Known(name);
            if (!actual.shape.SequenceEqual(expected.shape))
                throw new ModelException(path, $"the model gives {Shapes.Text(actual.shape)}, the file has {Shapes.Text(expected.shape)}", name);
            return (part, RelativeError(actual, expected));
        }
        var latents = Known("latents");
        return
        [
            Compare("text encoder", model.TextEncoder.Forward(Known("ids")).LastHiddenState, "text.last_hidden_state"),
            Compare("UNet", model.Denoiser.PredictNoise(latents, Known("timestep"), Known("text.last_hidden_state")), "noise_prediction"),
            Compare("encoder", model.EncodeImage(Known("image")), "image_latents"),
            Compare("decoder", model.Decode(latents) * 2 - 1, "decoded"),
        ];
    }

    /// <summary>|a-b| / |b|, Euclidean.</summary>
    public static double RelativeError(Tensor actual, Tensor expected)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (actual.to(ScalarType.Float64), expected.to(ScalarType.Float64));
        return (a - b).norm().item<double>() / b.norm().item<double>();
    }
}
