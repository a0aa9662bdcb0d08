using System.Runtime;

namespace SvgDistill.Diffusion.Differentiation;

/// <summary>
/// Keeps the garbage collector out of a stretch of tensor arithmetic. TorchSharp turns every number that is handed to an operation into
/// an object of its own and lets go of it before the native call returns; a collection at that moment frees what the call is reading
/// (seen with 0.107: gradients that are not finite, "Expected false to be true"). Collections happen between such stretches instead.
/// </summary>
public static class Steady
{
    // What a step of an edit leaves for the collector is a few megabytes; of more, the collector takes its own time.
    private const long Bytes = 16 << 20;

    private static readonly Lock gate = new();
    private static int depth;

    /// <summary>No collection until the result is disposed, unless more than 16 MB are left for it. May be nested.</summary>
    public static IDisposable Begin()
    {
        lock (gate)
            if (depth++ == 0 && GCSettings.LatencyMode != GCLatencyMode.NoGCRegion) GC.TryStartNoGCRegion(Bytes);
        return new Release(End);
    }

    private static void End()
    {
        lock (gate)
            if (--depth == 0 && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
    }
}
