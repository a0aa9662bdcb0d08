using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SvgDistill.Editor.Machine;

/// <summary>
/// <c>--threads</c>: how many cores the process may use. The number of pieces that sums are split into stays what it is
/// (the engine's thread count is fixed, the rasterizer's reductions have a fixed order), so that a limit changes the time
/// and never a result; the operating system runs the same threads on fewer cores.
/// </summary>
internal static partial class Processors
{
    /// <summary>Cores that this process may run on now.</summary>
    public static int Available => Environment.ProcessorCount;

    /// <summary>Binds the process, with every thread that it has or will have, to the first <paramref name="count"/> of its cores.</summary>
    public static void Limit(int count)
    {
        if (count >= Available) return;
        if (OperatingSystem.IsLinux()) LimitLinux(count);
        else if (OperatingSystem.IsWindows())
        {
            using var process = Process.GetCurrentProcess();
            process.ProcessorAffinity = (nint)FirstBits((ulong)process.ProcessorAffinity, count);
        }
        // macOS has no affinity; the limit is then the scheduler's business.
    }

    private static void LimitLinux(int count)
    {
        const int Bytes = 128; // glibc's cpu_set_t: 1024 CPUs
        var mask = new byte[Bytes];
        if (SchedGetAffinity(0, Bytes, mask) < 0) return;
        for (int cpu = 0, kept = 0; cpu < 8 * Bytes; cpu++)
            if ((mask[cpu / 8] >> (cpu % 8) & 1) == 1 && ++kept > count)
                mask[cpu / 8] &= (byte)~(1 << (cpu % 8));
        // The call binds one thread; threads started later inherit their starter's cores.
        foreach (var task in Directory.EnumerateDirectories("/proc/self/task"))
            _ = SchedSetAffinity(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), Bytes, mask);
    }

    private static ulong FirstBits(ulong mask, int count)
    {
        ulong result = 0;
        for (var bit = 0; bit < 64 && count > 0; bit++)
            if ((mask >> bit & 1) == 1) { result |= 1UL << bit; count--; }
        return result;
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int SchedGetAffinity(int thread, nint size, [Out] byte[] mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SchedSetAffinity(int thread, nint size, byte[] mask);
}
