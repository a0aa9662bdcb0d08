using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>The C entry points of native/*.cpp. Those that return int give 0, or 1 with a message in st_error.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "svgdistill_torch";

    // Only registers: nothing is loaded before the first native call, and a failure there is a plain exception.
    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        string file = Path.Combine(AppContext.BaseDirectory, $"lib{Library}.so");
        if (!File.Exists(file)) file = Path.Combine(Path.GetDirectoryName(assembly.Location) ?? ".", $"lib{Library}.so");
        if (!File.Exists(file)) throw Missing($"{Path.GetFileName(file)} is not beside the program", null);
        KeepWaitingThreadsFromSpinning();
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            // "libtorch_cpu.so.1.13: cannot open shared object file: ..." among lines of advice.
            throw Missing(e.Message.Split('\n').Skip(1).FirstOrDefault(l => l.Contains(".so", StringComparison.Ordinal))
                ?? e.Message, e);
        }
    }

    /// <summary>
    /// By default OpenMP's threads spin while they wait for each other. Where another process wants the same core, the one
    /// that is waited for cannot run meanwhile, and small operators become ten times slower; a thousand rounds are enough
    /// for operators that follow at once (measured: a fifth faster than none). OpenMP reads this once, when libtorch
    /// brings it in; what the user has set stays. (.NET's own SetEnvironmentVariable does not reach C's.)
    /// </summary>
    private static void KeepWaitingThreadsFromSpinning()
    {
        if (!OperatingSystem.IsLinux()) return;
        _ = setenv("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
        _ = setenv("GOMP_SPINCOUNT", "1000", overwrite: 0);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    private static DllNotFoundException Missing(string reason, Exception? cause) => new(
        $"libtorch could not be loaded ({reason.Trim()}). Install it (Debian and Ubuntu: apt install libtorch-dev "
        + "libopenblas0-pthread) and build again, or build with LIBTORCH naming a libtorch or PyTorch folder.", cause);

    internal static void Check(int rc)
    {
        if (rc != 0) Throw();
    }

    private static void Throw()
    {
        // A failure inside a C# backward function surfaces as what was thrown there.
        PendingException.Rethrow();
        throw new ExternalException(Marshal.PtrToStringUTF8((nint)st_error()));
    }

    [LibraryImport(Library)] internal static partial byte* st_error();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void st_set_error(string message);
    [LibraryImport(Library)] internal static partial byte* st_version();

    // Operators
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int st_operator(string name, string overload, out nint op);
    [LibraryImport(Library)]
    internal static partial int st_call(nint op, NativeArg* args, int count, int flags, long** results, int* resultCount);

    // Tensors
    [LibraryImport(Library)] internal static partial void st_release(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long st_dim(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long st_numel(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long st_element_size(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int st_dtype(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int st_device_type(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int st_device_index(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int st_is_contiguous(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int st_is_sparse(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long st_storage_offset(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial void st_sizes(nint tensor, long* sizes);
    [LibraryImport(Library)] internal static partial int st_strides(nint tensor, long* strides);
    [LibraryImport(Library)] internal static partial int st_data(nint tensor, void** data);
    [LibraryImport(Library)] internal static partial nint st_alias(nint tensor);
    [LibraryImport(Library)]
    internal static partial int st_from_memory(void* data, long* sizes, long dims, int dtype,
        delegate* unmanaged<void*, void> release, void* context, out nint result);
    [LibraryImport(Library)] internal static partial int st_requires_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int st_set_requires_grad(nint tensor, int value);
    [LibraryImport(Library)] internal static partial int st_is_leaf(nint tensor);
    [LibraryImport(Library)] internal static partial int st_retain_grad(nint tensor);
    [LibraryImport(Library)] internal static partial nint st_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int st_set_grad(nint tensor, nint grad);
    [LibraryImport(Library)] internal static partial int st_set_data(nint tensor, nint source);

    // Autograd
    [LibraryImport(Library)]
    internal static partial int st_backward(nint* tensors, long count, nint* grads, long gradCount, int retainGraph,
        int createGraph, nint* inputs, long inputCount);
    [LibraryImport(Library)]
    internal static partial int st_grad_of(nint* outputs, long outputCount, nint* inputs, long inputCount, nint* grads,
        long gradCount, int retainGraph, int createGraph, int allowUnused, nint* results);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int st_grad_mode();
    [LibraryImport(Library), SuppressGCTransition] internal static partial void st_set_grad_mode(int enabled);
    [LibraryImport(Library)] internal static partial int st_inference_mode();
    [LibraryImport(Library)] internal static partial nint st_enter_inference_mode(int enabled);
    [LibraryImport(Library)] internal static partial void st_leave_inference_mode(nint guard);
    [LibraryImport(Library)] internal static partial int st_anomaly_mode();
    [LibraryImport(Library)] internal static partial int st_anomaly_checks_nan();
    [LibraryImport(Library)] internal static partial void st_set_anomaly_mode(int enabled, int checkNan);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int st_node_new(string label, nint* inputs, long count,
        delegate* unmanaged<void*, nint*, long, nint*, long, int> apply, delegate* unmanaged<void*, void> release,
        void* context, out int requiresGrad, out nint node);
    [LibraryImport(Library)]
    internal static partial int st_node_finish(nint node, int requiresGrad, int materialize, nint* inputs,
        long inputCount, nint* dirty, long dirtyCount, nint* constants, long constantCount, nint* toSave,
        long saveCount, nint* outputs, long outputCount);
    [LibraryImport(Library)] internal static partial int st_node_saved(nint node, nint* results, out long count);
    [LibraryImport(Library)] internal static partial nint st_node_address(nint node);
    [LibraryImport(Library)] internal static partial void st_node_abandon(nint node);

    // Runtime
    [LibraryImport(Library)] internal static partial int st_num_threads();
    [LibraryImport(Library)] internal static partial int st_num_interop_threads();
    [LibraryImport(Library)] internal static partial int st_set_num_threads(int count);
    [LibraryImport(Library)] internal static partial int st_set_num_interop_threads(int count);
    [LibraryImport(Library)] internal static partial int st_cuda_available();
    [LibraryImport(Library)] internal static partial int st_cuda_device_count();
    [LibraryImport(Library)] internal static partial int st_cudnn_available();
    [LibraryImport(Library)] internal static partial int st_cuda_synchronize(int index);
    [LibraryImport(Library)] internal static partial int st_allow_tf32(int cudnn);
    [LibraryImport(Library)] internal static partial void st_set_allow_tf32(int cudnn, int value);
    [LibraryImport(Library)] internal static partial int st_manual_seed(long seed);
    [LibraryImport(Library)] internal static partial int st_cuda_manual_seed(long seed, int index);
    [LibraryImport(Library)]
    internal static partial int st_generator(int deviceType, int index, int fresh, out nint generator);
    [LibraryImport(Library)] internal static partial void st_generator_release(nint generator);
    [LibraryImport(Library)] internal static partial int st_generator_device_type(nint generator);
    [LibraryImport(Library)] internal static partial int st_generator_device_index(nint generator);
    [LibraryImport(Library)] internal static partial int st_generator_seed(nint generator, long seed);
    [LibraryImport(Library)] internal static partial long st_generator_random_seed(nint generator);
    [LibraryImport(Library)] internal static partial long st_generator_initial_seed(nint generator);
    [LibraryImport(Library)] internal static partial int st_generator_state(nint generator, out nint state);
    [LibraryImport(Library)] internal static partial int st_generator_set_state(nint generator, nint state);
}
