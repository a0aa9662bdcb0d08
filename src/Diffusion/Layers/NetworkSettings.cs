namespace SvgDistill.Diffusion.Layers;

/// <summary>What the layers of one network share: bounds on memory, and the hook, if one is set.</summary>
internal sealed class NetworkSettings
{
    /// <summary>Size of the slices in which attention's scores and probabilities are formed, in bytes.</summary>
    public long SliceBytes { get; set; } = SlicedAttention.DefaultBytes;

    /// <summary>Bound on what is kept of a forward pass for its gradient, in bytes; above it blocks are computed again.</summary>
    public long GraphBytes { get; set; } = 1L << 30;

    /// <summary>Reads and replaces what passes through.</summary>
    public IAttentionHook? Hook { get; private set; }

    /// <summary>Sets the hook, or none, until the result is disposed.</summary>
    public IDisposable Attach(IAttentionHook? hook)
    {
        var before = Hook;
        Hook = hook;
        return new Release(() => Hook = before);
    }
}
