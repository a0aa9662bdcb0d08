using SvgDistill.Diffusion.Models;
using SvgDistill.Editor.Machine;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Engine;

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

    // Beyond this, the networks' own bound, blocks are computed again on the way back. What a UNet at work then takes at the
    // highest is, in the same units, for two samples: a part in fp32, in which norms compute whatever the precision, and a
    // part in the network's type; likewise the encoder, whose second part is held while the UNet works. Fitted to
    // bench/run denoiser in fp32 and bf16.
    private const long Bound = 1L << 30;
    private const long UnetMapsInFp32 = 2 * 60, UnetMapsAtWork = 2 * 72;
    private const long EncoderMapsInFp32 = 4, EncoderMapsHeld = 5;

    /// <summary>Bytes that an edit takes at the highest, weights included.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">What it computes in.</param>
    /// <param name="adapterParameters">Numbers in the adapters that join it.</param>
    public static long Estimate(ModelOutline model, ScalarType type, long adapterParameters = 0)
    {
        long size = type == ScalarType.Float32 ? 4 : 2;
        long latentSide = model.ImageSize / model.Autoencoder.Downscale;
        var unetMap = model.Unet.Channels[0] * latentSide * latentSide;
        var encoderMap = (long)model.Autoencoder.Channels[0] * model.ImageSize * model.ImageSize;
        var unet = size * UnetMaps * unetMap;
        if (unet > Bound) unet = (sizeof(float) * UnetMapsInFp32 + size * UnetMapsAtWork) * unetMap;
        var (held, encoder) = (size * EncoderMaps * encoderMap, size * EncoderMaps * encoderMap);
        if (held > Bound)
        {
            held = size * EncoderMapsHeld * encoderMap;
            encoder = held + sizeof(float) * EncoderMapsInFp32 * encoderMap;
        }
        var most = Base + size * (model.Parameters + adapterParameters) + Math.Max(unet + held, encoder);
        // Measured peaks of full-size steps were up to 8 % above the fit: freed memory that the heap still holds.
        return most > 2 * Bound ? most + most / 10 : most;
    }

    /// <summary>Refuses what this machine's memory will not hold, and says what would help.</summary>
    /// <exception cref="EditorException">It needs more than is free.</exception>
    public static void Require(ModelOutline model, ScalarType type, Device device, long adapterParameters = 0)
    {
        if (device.type != DeviceType.CPU) return; // the GPU's allocator says so itself
        var (needed, available) = (Estimate(model, type, adapterParameters), Memory.Available());
        if (needed <= available) return;
        var half = type == ScalarType.Float32 ? Estimate(model, ScalarType.BFloat16, adapterParameters) : long.MaxValue;
        var advice = half <= available ? $"use --precision bf16 ({Memory.Words(half)})" : "close other programs, or use a smaller model";
        throw new EditorException(EditorErrorKind.Engine,
            $"{model.Path}: an edit takes about {Memory.Words(needed)} of memory and {Memory.Words(available)} are free: {advice}.");
    }
}
