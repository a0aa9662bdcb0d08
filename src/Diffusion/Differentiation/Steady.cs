using System.Runtime;

namespace SvgDistill.Diffusion.Differentiation;

/// <summary>
/// Keeps the garbage collector out of a stretch of tensor arithmetic. TorchSharp turns every number that is handed to an operation into
/// an object of its own and lets go of it before the native call returns; a collection at that moment frees what the call is reading
/// (seen with 0.107: gradients that are not finite, "Expected false to be true"). Collections happen between such stretches instead.
/// </summary>
public static class Steady
{
    // What collections happen at: a stretch begins anew where less than the reserve is left of what may be allocated without one. A step
    // of an edit leaves a few megabytes; a collection at every step would take longer than the step's own arithmetic.
    private const long Bytes = 24 << 20, Reserve = 12 << 20;

    private static readonly Lock _gate = new();
    private static int _depth;
    private static long _begun;

    /// <summary>No collection until the result is disposed, unless more than 12 MB are left for it. May be nested.</summary>
    public static IDisposable Begin()
    {
        lock (_gate)
            if (_depth++ == 0 && !HasReserve)
            {
                if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) TryEnd();
                // The collection that the runtime makes to begin a stretch leaves what earlier ones allocated (.NET 10: 12 MB a stretch).
                GC.Collect();
                if (!TryStart())
                {
                    TryEnd();
                    TryStart();
                }
                _begun = GC.GetTotalAllocatedBytes();
            }
        return new Release(End);
    }

    private static bool HasReserve =>
        GCSettings.LatencyMode == GCLatencyMode.NoGCRegion && GC.GetTotalAllocatedBytes() - _begun < Bytes - Reserve;

    // A collection that other threads' memory forces ends the stretch, and until the runtime has taken note of that it says either that there
    // is none to end or that there is one already. Both are what is wanted here.
    private static bool TryStart()
    {
        try
        {
            GC.TryStartNoGCRegion(Bytes);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void TryEnd()
    {
        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
        }
    }

    private static void End()
    {
        lock (_gate) _depth--;
    }
}
