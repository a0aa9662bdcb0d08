using SvgDistill.Diffusion.Unet;

namespace SvgDistill.Bench;

/// <summary>The arithmetic of one sample's way through a UNet.</summary>
internal static class UnetWork
{
    /// <summary>
    /// Floating-point operations, a multiplication and an addition counted as two: each weight at each position it is applied
    /// to, and the two products of each attention. Norms, activations and the softmax are left out. The positions of a layer
    /// follow from the resolution that its name gives.
    /// </summary>
    /// <param name="unet">The network.</param>
    /// <param name="side">Side of the latents.</param>
    /// <param name="tokens">Length of the text.</param>
    public static double Flops(UNet2DConditionModel unet, long side, long tokens)
    {
        var total = 0.0;
        foreach (var (name, parameter) in unet.Parameters)
        {
            if (parameter.ndim < 2) continue; // norms and biases
            var positions = Math.Pow(side >> Level(name, unet.Config.Levels), 2);
            total += 2.0 * parameter.NumberOfElements * AppliedTo(name, positions, tokens);
            // Scores and their product with the values: two products of positions x keys x channels.
            if (name.EndsWith("attn1.to_q.weight", StringComparison.Ordinal)) total += 4 * positions * positions * parameter.shape[0];
            if (name.EndsWith("attn2.to_q.weight", StringComparison.Ordinal)) total += 4 * positions * tokens * parameter.shape[0];
        }
        return total;
    }

    /// <summary>The level whose resolution a layer's output has, 0 the finest.</summary>
    private static int Level(string name, int levels)
    {
        var part = name.Split('.');
        return part[0] switch
        {
            "down_blocks" => Number(part[1]) + (part[2] == "downsamplers" ? 1 : 0),
            "up_blocks" => levels - 1 - Number(part[1]) - (part[2] == "upsamplers" ? 1 : 0),
            "mid_block" => levels - 1,
            _ => 0,
        };
    }

    private static double AppliedTo(string name, double positions, long tokens) =>
        name.Contains("time_emb", StringComparison.Ordinal) ? 1
        : name.Contains("attn2.to_k", StringComparison.Ordinal) || name.Contains("attn2.to_v", StringComparison.Ordinal) ? tokens
        : positions;

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
