using SvgDistill.Cli.Machine;
using SvgDistill.Diffusion.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Cli.Engine;

/// <summary>Foresees how much memory an edit with a model takes, before any weight is loaded.</summary>
internal static class MemoryCheck
{
    // The runtime, libtorch's code and what both keep for reuse, as measured with the embedded prior.
    private const long Base = 350_000_000;

    // Numbers kept for the backward pass, in units of one finest-level feature map: in the UNet about 38 for each of the five
    // blocks of the finest level, and as many again for all coarser levels together, for two samples (text and null);
    // in the autoencoder's encoder about 40 maps of the first level.
    private const long UnetMaps = 2 * 2 * 5 * 38;
    private const long EncoderMaps = 40;

    // Beyond 1 GiB (the networks' own bound) blocks are computed again on the way back; the block at work comes on top.
    private const long MostKept = 1_700_000_000;

    /// <summary>Bytes that an edit takes at the highest, weights included.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">What it computes in.</param>
    /// <param name="adapterParameters">Numbers in the adapters that join it.</param>
    public static long Estimate(ModelOutline model, ScalarType type, long adapterParameters = 0)
    {
        long size = type == ScalarType.Float32 ? 4 : 2;
        long latentSide = model.ImageSize / model.Autoencoder.Downscale;
        var unet = UnetMaps * model.Unet.Channels[0] * latentSide * latentSide;
        var encoder = EncoderMaps * model.Autoencoder.Channels[0] * model.ImageSize * model.ImageSize;
        return Base + size * (model.Parameters + adapterParameters) + Math.Min(size * unet, MostKept) + Math.Min(size * encoder, MostKept);
    }

    /// <summary>Refuses what this machine's memory will not hold, and says what would help.</summary>
    /// <exception cref="CliException">It needs more than is free.</exception>
    public static void Require(ModelOutline model, ScalarType type, Device device, long adapterParameters = 0)
    {
        if (device.type != DeviceType.CPU) return; // the GPU's allocator says so itself
        var (needed, available) = (Estimate(model, type, adapterParameters), Memory.Available());
        if (needed <= available) return;
        var half = type == ScalarType.Float32 ? Estimate(model, ScalarType.BFloat16, adapterParameters) : long.MaxValue;
        var advice = half <= available ? $"use --precision bf16 ({Memory.Words(half)})" : "close other programs, or use a smaller model";
        throw new CliException(ExitCode.Engine,
            $"{model.Path}: an edit takes about {Memory.Words(needed)} of memory and {Memory.Words(available)} are free: {advice}.");
    }
}
