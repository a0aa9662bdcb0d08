using System.Runtime.InteropServices;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>How the tensor engine's threads wait for each other.</summary>
public static partial class WaitingThreads
{
    /// <summary>
    /// Has them sleep after a short spin: with libgomp's default a step takes ten times as long where other programs run. libgomp reads its
    /// environment when libtorch brings it in, so this goes before the first tensor; what the user has set stays. Nothing happens but on Linux.
    /// </summary>
    public static void KeepFromSpinning()
    {
        if (!OperatingSystem.IsLinux()) return;
        // .NET's own SetEnvironmentVariable does not reach C's.
        _ = setenv("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
        _ = setenv("GOMP_SPINCOUNT", "1000", overwrite: 0);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
