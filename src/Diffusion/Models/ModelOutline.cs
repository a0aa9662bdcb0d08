using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Unet;

namespace SvgDistill.Diffusion.Models;

/// <summary>What a model's files say of it before any parameter is loaded: for choosing a precision and foreseeing memory.</summary>
public sealed record ModelOutline
{
    /// <summary>Folder or file.</summary>
    public required string Path { get; init; }

    /// <summary>The denoiser's architecture.</summary>
    public required UnetConfig Unet { get; init; }

    /// <summary>The autoencoder's architecture.</summary>
    public required AutoencoderConfig Autoencoder { get; init; }

    /// <summary>Number of numbers in all parts.</summary>
    public required long Parameters { get; init; }

    /// <summary>Side of the square pictures the model is made for, in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Reads the configuration and the weight files' headers.</summary>
    /// <exception cref="ModelException">There is no such model, or it cannot be used.</exception>
    public static ModelOutline Read(string nameOrPath, PredictionType? prediction = null)
    {
        using var files = ModelFiles.Read(ModelLocator.Find(nameOrPath), prediction);
        return new ModelOutline
        {
            Path = files.Path,
            Unet = files.Unet,
            Autoencoder = files.Autoencoder,
            Parameters = files.Parameters.Values.Sum(part => part.Values.Sum(p => p.Rows < 0 ? p.Entry.Elements : p.Rows * (p.Entry.Elements / p.Entry.Shape[0]))),
            ImageSize = files.Defaults.ImageSize ?? files.Unet.SampleSize * files.Autoencoder.Downscale,
        };
    }
}
