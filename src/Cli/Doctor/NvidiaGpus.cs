using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SvgDistill.Cli.Doctor;

/// <summary>NVIDIA GPUs as the driver counts them, whichever engine is in use; what the engine itself can use is another matter.</summary>
internal static unsafe class NvidiaGpus
{
    private const int NameLength = 128;

    /// <summary>Their names, in the driver's order; none where no driver is installed.</summary>
    public static IReadOnlyList<string> Names()
    {
        // Driver API, "Initialization" and "Device Management"; the same names on Linux (WSL too) and Windows.
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver)) return [];
        try
        {
            int count;
            if (Export(driver, "cuInit") is not { } initialise || Export(driver, "cuDeviceGetCount") is not { } countDevices
                || Export(driver, "cuDeviceGetName") is not { } nameDevice) return [];
            if (((delegate* unmanaged<uint, int>)initialise)(0) != 0 || ((delegate* unmanaged<int*, int>)countDevices)(&count) != 0) return [];
            var names = new List<string>();
            var name = stackalloc byte[NameLength];
            for (var device = 0; device < count; device++)
                // The first devices' handles are their numbers.
                names.Add(((delegate* unmanaged<byte*, int, int, int>)nameDevice)(name, NameLength, device) == 0
                    ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name))
                    : string.Create(CultureInfo.InvariantCulture, $"GPU {device}"));
            return names;
        }
        finally
        {
            NativeLibrary.Free(driver);
        }
    }

    /// <summary>Whether a display or compute device of NVIDIA's is plugged in, driver or not (Linux; elsewhere not known).</summary>
    public static bool IsPluggedIn()
    {
        const string devices = "/sys/bus/pci/devices";
        const string nvidia = "0x10de", display = "0x03";
        return Directory.Exists(devices) && Directory.EnumerateDirectories(devices).Any(device =>
            Read(device, "vendor") == nvidia && Read(device, "class").StartsWith(display, StringComparison.Ordinal));
    }

    private static nint? Export(nint library, string name) => NativeLibrary.TryGetExport(library, name, out var address) ? address : null;

    private static string Read(string device, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(device, file)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ""; // unplugged meanwhile, or hidden from this user: not seen
        }
    }
}
