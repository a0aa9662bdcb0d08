using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SvgDistill.Tests;

/// <summary>
/// Threads of the tensor engine that wait for each other sleep after a short spin, as they do in the program (TensorEngine.Start): with
/// libgomp's default a test takes ten times as long where other programs run. libgomp reads its environment when libtorch brings it in.
/// </summary>
internal static partial class WaitingThreads
{
    [ModuleInitializer]
    internal static void KeepFromSpinning()
    {
        if (!OperatingSystem.IsLinux()) return;
        _ = setenv("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
        _ = setenv("GOMP_SPINCOUNT", "1000", overwrite: 0);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
