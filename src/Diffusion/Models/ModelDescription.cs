using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Models;

/// <summary>Puts what is known of a model into words.</summary>
internal static class ModelDescription
{
    public static ModelInfo Describe(DiffusionModel model, ModelFiles files, ModelOptions options)
    {
        var (u, v, t) = (files.Unet, files.Autoencoder, files.Text);
        var side = model.ImageSize / model.Downscale;
        return new ModelInfo
        {
            Path = files.Path,
            Layout = files.Layout,
            Family = (t.Tower.Channels, v.LatentChannels) switch
            {
                (768, 4) => "Stable Diffusion 1.x",
                (1024, 4) => "Stable Diffusion 2.x",
                _ => "latent diffusion",
            },
            Parts =
            [
                new("UNet", model.Unet.ParameterCount, $"channels {Join(u.Channels)}, layers {Same(u.LayersPerBlock)}, heads {Same(u.Heads)}, "
                    + $"text width {u.ContextChannels}, {(u.LinearProjection ? "linear" : "convolutional")} projections", Stored(ModelPart.Unet)),
                new("autoencoder", model.Autoencoder.ParameterCount, $"channels {Join(v.Channels)}, {v.Downscale} px a latent, "
                    + $"{v.LatentChannels} channels, scale {FormattableString.Invariant($"{v.ScalingFactor}")}", Stored(ModelPart.Autoencoder)),
                new("text encoder", model.TextEncoder.ParameterCount, $"CLIP, {t.Tower.Layers} layers of {t.Tower.Channels}, {t.Tower.Heads} heads, "
                    + (t.Tower.QuickGelu ? "quick GELU" : "GELU"), Stored(ModelPart.TextEncoder)),
            ],
            Prediction = files.Schedule.Prediction,
            ImageSize = model.ImageSize,
            Latents = (v.LatentChannels, side),
            Tokens = (files.Tokenizer.Length, files.Tokenizer.VocabularySize),
            Precision = options.Precision,
            Defaults = files.Defaults,
            Subjects = model.Subjects().Count,
            Card = ModelCard.Lines(files.Path),
        };

        string Stored(ModelPart part) => string.Join(", ", files.Parameters[part].Values.Select(p => p.Entry.Format).Distinct().Order(StringComparer.Ordinal));
    }

    private static string Join(IEnumerable<int> values) => string.Join("-", values);

    private static string Same(IReadOnlyList<int> values) => values.Distinct().Count() == 1 ? $"{values[0]}" : Join(values);
}
