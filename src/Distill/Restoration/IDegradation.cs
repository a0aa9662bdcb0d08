using static TorchSharp.torch;

namespace SvgDistill.Distill.Restoration;

/// <summary>A: what was done to the picture that is to be restored. Linear and differentiable.</summary>
public interface IDegradation
{
    /// <summary>A(x): [B,3,H,W] to the degraded picture, with a graph where the picture has one.</summary>
    Tensor Apply(Tensor image);

    /// <summary>In words, for records.</summary>
    string Description { get; }
}

/// <summary>Nothing was done.</summary>
public sealed class NoDegradation : IDegradation
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image) => image.alias();

    /// <inheritdoc/>
    public string Description => "none";
}
