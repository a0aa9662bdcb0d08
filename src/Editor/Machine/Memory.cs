using System.Diagnostics;
using System.Globalization;

namespace SvgDistill.Editor.Machine;

/// <summary>Memory figures of the machine and this process, in bytes.</summary>
internal static class Memory
{
    /// <summary>What can be had without swapping, within the container's limit.</summary>
    public static long Available()
    {
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return Field("/proc/meminfo", "MemAvailable:") is { } available ? Math.Min(available, limit) : limit;
    }

    /// <summary>The largest resident size that this process has had so far.</summary>
    public static long PeakResident()
    {
        if (Field("/proc/self/status", "VmHWM:") is { } peak) return peak;
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    /// <summary>"1.2 GB", "340 MB".</summary>
    public static string Words(long bytes) => bytes >= 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes / 1e6):0} MB");

    // Lines like "MemAvailable:  123456 kB".
    private static long? Field(string file, string name)
    {
        if (!File.Exists(file)) return null;
        foreach (var line in File.ReadLines(file))
            if (line.StartsWith(name, StringComparison.Ordinal))
                return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;
        return null;
    }
}
