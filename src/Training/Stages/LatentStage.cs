using System.Globalization;
using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Training.Optimizing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Stages;

/// <summary>Encodes every picture once; their spread gives the scaling factor, with which latents have a deviation of one (Rombach 2022, appendix G).</summary>
internal static class LatentStage
{
    public static StageFiles Run(StageContext context, StageFiles autoencoder)
    {
        var files = context.Files("latents", autoencoder.Key);
        if (StageResult.Exists(files)) return files;
        using var noGrad = no_grad();
        using var network = AutoencoderStage.Open(context, autoencoder);
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        var rows = Enumerable.Range(0, context.Icons.Count).SelectMany(i => Enumerable.Range(0, context.Pictures.Views).Select(view => (i, view)));
        var atOnce = 2 * AutoencoderStage.RowsAtOnce(context.Config.ImageSize);
        foreach (var chunk in rows.Chunk(atOnce))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var half = chunk.Length / 2;
            parts.Add(half > 0 && network.HasFewParameters ? TwoHands.Join(() => Encode(chunk[..half]), () => Encode(chunk[half..])) : Encode(chunk));
            context.Items("latents", Math.Min(parts.Count * atOnce, context.Icons.Count * context.Pictures.Views), context.Icons.Count * context.Pictures.Views);
        }
        Tensor Encode((int, int)[] part)
        {
            using var inner = NewDisposeScope();
            return network.Encode((context.Pictures.Load(part) * 2 - 1).to(context.Device)).Mean.cpu().MoveToOuterDisposeScope();
        }
        var latents = cat(parts, 0);
        var factor = context.Config.From is { } from ? (float)from.Autoencoder.ScalingFactor : 1 / latents.std().item<float>();
        StageResult.Write(files, [("latents", (latents * factor).to(ScalarType.Float16))],
            new Dictionary<string, string> { ["scaling_factor"] = factor.ToString("r", CultureInfo.InvariantCulture) });
        return files;
    }

    /// <summary>The latents of all icons' views, scaled, [icons * views,C,h,w] in fp16, and the factor.</summary>
    public static (Tensor Latents, double ScalingFactor) Open(StageFiles files)
    {
        using var file = new SafetensorsFile(files.Result);
        return (file.Load("latents"), double.Parse(file.Metadata["scaling_factor"], CultureInfo.InvariantCulture));
    }
}
