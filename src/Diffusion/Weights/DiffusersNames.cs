namespace SvgDistill.Diffusion.Weights;

/// <summary>The parts of a latent diffusion model.</summary>
public enum ModelPart
{
    /// <summary>The denoiser.</summary>
    Unet,

    /// <summary>The autoencoder.</summary>
    Autoencoder,

    /// <summary>The text encoder.</summary>
    TextEncoder,
}

/// <summary>
/// Parameter names in diffusers folders come in generations: text encoders with and without the <c>text_model.</c> prefix
/// and the <c>position_ids</c> buffer, autoencoders whose attention has older names. Here they become the current ones.
/// </summary>
internal static class DiffusersNames
{
    private static readonly (string Old, string New)[] _autoencoderAttention =
    [
        (".query.", ".to_q."), (".key.", ".to_k."), (".value.", ".to_v."), (".proj_attn.", ".to_out.0."),
    ];

    /// <summary>The current name, or null for what holds no parameter of the part.</summary>
    public static string? Current(ModelPart part, string name) => part switch
    {
        ModelPart.TextEncoder => Text(name),
        ModelPart.Autoencoder when name.Contains(".attentions.", StringComparison.Ordinal) =>
            _autoencoderAttention.Aggregate(name, (n, pair) => n.Replace(pair.Old, pair.New, StringComparison.Ordinal)),
        _ => name,
    };

    private static string? Text(string name)
    {
        // A whole CLIPModel, or one with a projection, serves as text encoder too; its other half is not used.
        if (name.EndsWith("position_ids", StringComparison.Ordinal) || name is "logit_scale" or "text_projection.weight"
            || name.StartsWith("vision_model.", StringComparison.Ordinal) || name.StartsWith("visual_projection.", StringComparison.Ordinal))
            return null;
        return name.StartsWith("text_model.", StringComparison.Ordinal) ? name : "text_model." + name;
    }
}
