using System.Runtime.InteropServices;
using SvgDistill.Diffusion.Models;
using SvgDistill.Rasterizer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Engine;

/// <summary>Brings libtorch up the same way in every command that needs it.</summary>
internal static partial class TensorEngine
{
    /// <summary>
    /// Threads within an operator, whatever the machine and <c>--threads</c>: an operator splits its sums by this number, so it
    /// is part of what makes equal runs equal.
    /// </summary>
    public const int Threads = 2;

    /// <summary>Loads libtorch and fixes how it splits its work.</summary>
    /// <exception cref="EditorException">It is not there, or cannot be used.</exception>
    public static void Start()
    {
        try
        {
            WaitingThreads.KeepFromSpinning();
            set_num_threads(Threads);
        }
        catch (Exception error) when (IsMissing(error))
        {
            throw new EditorException(EditorErrorKind.Engine, $"the tensor engine (libtorch) cannot be loaded: {EnginePackage.LoadAdvice}", error);
        }
    }

    /// <summary>What a model's size asks of the process, once it is loaded: <see cref="GiveBackFreedMemory"/> went before.</summary>
    public static void Fit(DiffusionModel model)
    {
        if (model.Unet.IsSmall) KeepFreedMemory();
    }

    /// <summary>
    /// Tensors of a megabyte come and go by the hundred in a step. The C library takes each from the system and gives it back, and the
    /// system clears its pages every time: a quarter of a step. It keeps up to 256 MB instead (mallopt(3); glibc takes no more than 32 MB
    /// for the size from which pieces are the system's own).
    /// </summary>
    public static void KeepFreedMemory() => SetHeap(keep: 256 << 20, ownPieces: 32 << 20);

    /// <summary>
    /// Left alone, glibc raises the size from which pieces are the system's own to 32 MB as such pieces are freed. Maps and scores of a
    /// full-size network then lie in one heap, between pieces that stay: what is freed there cannot be given back (a quarter of a step's peak).
    /// From 5 MB on pieces are the system's own, which takes no longer there (docs/performance.md).
    /// </summary>
    public static void GiveBackFreedMemory() => SetHeap(keep: 64 << 20, ownPieces: 5 << 20);

    private static void SetHeap(int keep, int ownPieces)
    {
        const int TrimThreshold = -1, MapThreshold = -3;
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var library) || !NativeLibrary.TryGetExport(library, "mallopt", out _)) return;
        _ = mallopt(TrimThreshold, keep);
        _ = mallopt(MapThreshold, ownPieces);
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);

    /// <summary>"cpu", "cuda" or "cuda:N" as a device that is there.</summary>
    /// <exception cref="EditorException">It is not there.</exception>
    public static Device Device(string? name)
    {
        name ??= "cpu";
        if (name == "cpu") return CPU;
        var index = 0;
        if (name != "cuda" && !(name.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(name["cuda:".Length..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out index)))
            throw EditorException.Usage($"--device {name}: it is cpu, cuda or cuda:N");
        if (!cuda.is_available())
            throw new EditorException(EditorErrorKind.Engine, EnginePackage.Kind != "cpu"
                ? $"--device {name}: the engine finds no GPU that it can use ('svgdistill doctor' says what is there). Leave --device out to compute on the CPU."
                : $"--device {name}: the engine in use is the CPU's. Leave --device out; {EnginePackage.OtherAdvice}.");
        if (index >= cuda.device_count())
            throw new EditorException(EditorErrorKind.Engine, $"--device {name}: there are {cuda.device_count()} GPUs, counted from 0.");
        return new Device(DeviceType.CUDA, index);
    }

    /// <summary>The engine and what results depend on in it, for records.</summary>
    public static string Version => $"libtorch {__version__}";

    // A library, or one that it is linked to, is missing; TorchSharp's own loader throws NotSupportedException.
    private static bool IsMissing(Exception? error) => error switch
    {
        null => false,
        DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or NotSupportedException => true,
        TypeInitializationException e => IsMissing(e.InnerException),
        _ => false,
    };
}
