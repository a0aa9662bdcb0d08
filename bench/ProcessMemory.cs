using System.Diagnostics;
using System.Globalization;

namespace SvgDistill.Bench;

/// <summary>This process's resident memory, in bytes.</summary>
internal static class ProcessMemory
{
    private const string Status = "/proc/self/status", ClearRefs = "/proc/self/clear_refs";

    /// <summary>As it is now.</summary>
    public static long Resident => Field("VmRSS:") ?? Process.GetCurrentProcess().WorkingSet64;

    /// <summary>The highest since the start or the last <see cref="ResetPeak"/>.</summary>
    public static long Peak => Field("VmHWM:") ?? Process.GetCurrentProcess().PeakWorkingSet64;

    /// <summary>From here on the kernel's high-water mark counts anew (Linux; elsewhere the peaks are of the whole run).</summary>
    public static void ResetPeak()
    {
        if (File.Exists(ClearRefs)) File.WriteAllText(ClearRefs, "5");
    }

    // Lines like "VmHWM:    123456 kB".
    private static long? Field(string name)
    {
        if (!File.Exists(Status)) return null;
        var line = File.ReadLines(Status).First(l => l.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
