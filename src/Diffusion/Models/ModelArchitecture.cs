using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;

namespace SvgDistill.Diffusion.Models;

/// <summary>The architecture of a whole model, without its weights.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Unet">The denoiser.</param>
/// <param name="Autoencoder">The autoencoder.</param>
/// <param name="Text">The text encoder.</param>
/// <param name="Schedule">The noise schedule.</param>
public sealed record ModelArchitecture(
    string Name, UnetConfig Unet, AutoencoderConfig Autoencoder, ClipTextConfig Text, ScheduleConfig Schedule)
{
    /// <summary>Stable Diffusion 1.5 (and 1.4): 512 px, 860 million parameters in the UNet.</summary>
    public static ModelArchitecture StableDiffusion15 { get; } = new(
        "Stable Diffusion 1.5",
        new UnetConfig
        {
            InChannels = 4, OutChannels = 4, Channels = [320, 640, 1280, 1280], DownAttention = [true, true, true, false],
            UpAttention = [true, true, true, false], LayersPerBlock = [2, 2, 2, 2], Heads = [8, 8, 8, 8],
            TransformerLayers = [1, 1, 1, 1], ContextChannels = 768,
        },
        new AutoencoderConfig { LatentChannels = 4, Channels = [128, 256, 512, 512] },
        new ClipTextConfig
        {
            VocabularySize = 49408, MaxTokens = 77,
            Tower = new ClipTowerConfig { Channels = 768, Layers = 12, Heads = 12, InnerChannels = 3072 },
        },
        new ScheduleConfig { StepsOffset = 1 });

    /// <summary>Stable Diffusion 2.1: 768 px, velocity prediction, OpenCLIP's text encoder without its last layer.</summary>
    public static ModelArchitecture StableDiffusion21 { get; } = StableDiffusion15 with
    {
        Name = "Stable Diffusion 2.1",
        Unet = StableDiffusion15.Unet with { Heads = [5, 10, 20, 20], ContextChannels = 1024, LinearProjection = true, SampleSize = 96 },
        Text = StableDiffusion15.Text with
        {
            Tower = new ClipTowerConfig { Channels = 1024, Layers = 23, Heads = 16, InnerChannels = 4096, QuickGelu = false },
        },
        Schedule = StableDiffusion15.Schedule with { Prediction = PredictionType.Velocity },
    };
}
