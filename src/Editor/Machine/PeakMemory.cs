namespace SvgDistill.Editor.Machine;

/// <summary>The peak resident memory of a part of a process's life.</summary>
internal static class PeakMemory
{
    /// <summary>
    /// Makes <see cref="Memory.PeakResident"/> start again from what is resident now (proc(5): "5" to clear_refs). Where the
    /// system does not allow it the peak stays that of the whole process.
    /// </summary>
    public static void Reset()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Locked down, as in some containers: the figure is an upper bound then.
        }
    }
}
