using System.Globalization;
using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;

namespace SvgDistill.Bench;

/// <summary>
/// Floating-point operations of one sample's way through a network, counted from its architecture, a multiplication and an addition as
/// two: each weight at each position it is applied to, and the products of each attention. Norms, activations and the softmax are left
/// out, as is what a method computes again. The positions of a layer follow from the resolution that its name gives.
/// </summary>
/// <param name="Forward">Of the way forward.</param>
/// <param name="Adjoint">Of the way back to the input alone.</param>
internal readonly record struct NetworkWork(double Forward, double Adjoint)
{
    /// <summary>A UNet's.</summary>
    /// <param name="unet">The network.</param>
    /// <param name="side">Side of the latents.</param>
    /// <param name="tokens">Length of the text.</param>
    /// <param name="keepsKeys">Whether the text's keys and values are at hand (a pinned text).</param>
    public static NetworkWork Of(UNet2DConditionModel unet, long side, long tokens, bool keepsKeys)
    {
        var (forward, adjoint) = (0.0, 0.0);
        foreach (var (name, parameter) in unet.Parameters)
        {
            if (parameter.ndim < 2) continue; // Norms and biases.
            var positions = Math.Pow(side >> UnetLevel(name.Split('.'), unet.Config.Levels), 2);
            var weights = 2.0 * parameter.NumberOfElements;
            if (name.Contains("time_emb", StringComparison.Ordinal)) forward += weights;
            else if (name.Contains("attn2.to_k", StringComparison.Ordinal) || name.Contains("attn2.to_v", StringComparison.Ordinal))
                forward += keepsKeys ? 0 : weights * tokens;
            else (forward, adjoint) = (forward + weights * positions, adjoint + weights * positions);
            // Forward: scores, and weights by values. Back: to the weights and the queries; where a picture attends to itself to keys and values, too.
            var product = 2 * positions * parameter.shape[0];
            if (name.EndsWith("attn1.to_q.weight", StringComparison.Ordinal))
                (forward, adjoint) = (forward + 2 * product * positions, adjoint + 4 * product * positions);
            if (name.EndsWith("attn2.to_q.weight", StringComparison.Ordinal))
                (forward, adjoint) = (forward + 2 * product * tokens, adjoint + 2 * product * tokens);
        }
        return new NetworkWork(forward, adjoint);
    }

    /// <summary>An encoder's.</summary>
    /// <param name="autoencoder">The network.</param>
    /// <param name="side">Side of the picture.</param>
    public static NetworkWork OfEncoder(AutoencoderKl autoencoder, long side)
    {
        var (weights, products) = (0.0, 0.0);
        var last = autoencoder.Config.Channels.Count - 1;
        foreach (var (name, parameter) in autoencoder.Parameters)
        {
            var part = name.Split('.');
            if (parameter.ndim < 2 || !(part[0] == "encoder" || part[0] == "quant_conv")) continue;
            var level = part[0] == "quant_conv" ? last : part[1] switch
            {
                "down_blocks" => Number(part[2]) + (part[3] == "downsamplers" ? 1 : 0),
                "conv_in" => 0,
                _ => last,
            };
            var positions = Math.Pow(side >> level, 2);
            weights += 2.0 * parameter.NumberOfElements * positions;
            if (name.EndsWith("to_q.weight", StringComparison.Ordinal)) products += 4 * positions * positions * parameter.shape[0];
        }
        return new NetworkWork(weights + products, weights + 2 * products);
    }

    /// <summary>An encoder's and a decoder's way forward, without attention.</summary>
    /// <param name="autoencoder">The network.</param>
    /// <param name="side">Side of the picture.</param>
    public static double OfAutoencoder(AutoencoderKl autoencoder, long side)
    {
        var last = autoencoder.Config.Channels.Count - 1;
        return OfEncoder(autoencoder, side).Forward + autoencoder.Parameters.Where(p => p.Value.ndim > 1).Sum(p =>
        {
            var part = p.Key.Split('.');
            if (part[0] is not ("decoder" or "post_quant_conv")) return 0;
            var level = part[0] == "post_quant_conv" ? last : part[1] switch
            {
                "up_blocks" => last - Number(part[2]) - (part[3] == "upsamplers" ? 1 : 0),
                "conv_out" => 0,
                _ => last,
            };
            return 2.0 * p.Value.NumberOfElements * Math.Pow(side >> level, 2);
        });
    }

    /// <summary>A text encoder's way forward, without the products of attention.</summary>
    public static double OfText(ClipTextModel text) =>
        text.Parameters.Where(p => p.Value.ndim > 1 && !p.Key.Contains("embedding", StringComparison.Ordinal)).Sum(p => 2.0 * p.Value.NumberOfElements * text.Config.MaxTokens);

    /// <summary>The level whose resolution a layer's output has, 0 the finest.</summary>
    private static int UnetLevel(string[] part, int levels) => part[0] switch
    {
        "down_blocks" => Number(part[1]) + (part[2] == "downsamplers" ? 1 : 0),
        "up_blocks" => levels - 1 - Number(part[1]) - (part[2] == "upsamplers" ? 1 : 0),
        "mid_block" => levels - 1,
        _ => 0,
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
