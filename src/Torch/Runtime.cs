using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    private static ScalarType defaultDtype = ScalarType.Float32;

    /// <summary>The version of the libtorch that the shim was compiled for.</summary>
    public static unsafe string __version__ => Marshal.PtrToStringUTF8((nint)NativeMethods.st_version())!;

    public static ScalarType get_default_dtype() => defaultDtype;

    public static void set_default_dtype(ScalarType dtype) => defaultDtype = dtype;

    public static int get_num_threads() => NativeMethods.st_num_threads();

    /// <summary>Sets the threads within an operator, OpenBLAS included.</summary>
    public static void set_num_threads(int num) => NativeMethods.Check(NativeMethods.st_set_num_threads(num));

    public static int get_num_interop_threads() => NativeMethods.st_num_interop_threads();

    public static void set_num_interop_threads(int num) =>
        NativeMethods.Check(NativeMethods.st_set_num_interop_threads(num));

    public static bool cuda_is_available() => cuda.is_available();

    public static IDisposable no_grad() => set_grad_enabled(false);

    public static IDisposable enable_grad(bool enabled = true) => set_grad_enabled(enabled);

    public static IDisposable set_grad_enabled(bool mode = true)
    {
        int before = NativeMethods.st_grad_mode();
        NativeMethods.st_set_grad_mode(mode ? 1 : 0);
        return new Restore(() => NativeMethods.st_set_grad_mode(before));
    }

    public static bool is_grad_enabled() => NativeMethods.st_grad_mode() != 0;

    public static IDisposable inference_mode(bool mode = true)
    {
        nint guard = NativeMethods.st_enter_inference_mode(mode ? 1 : 0);
        return new Restore(() => NativeMethods.st_leave_inference_mode(guard));
    }

    public static bool is_inference_mode_enabled() => NativeMethods.st_inference_mode() != 0;

    public static partial class cuda
    {
        public static bool is_available() => NativeMethods.st_cuda_available() != 0;
        public static bool is_cudnn_available() => NativeMethods.st_cudnn_available() != 0;
        public static int device_count() => NativeMethods.st_cuda_device_count();

        public static void manual_seed(long seed) => NativeMethods.Check(NativeMethods.st_cuda_manual_seed(seed, -1));

        public static void manual_seed_all(long seed)
        {
            for (int i = 0; i < device_count(); i++)
                NativeMethods.Check(NativeMethods.st_cuda_manual_seed(seed, i));
        }

        public static void synchronize(Device? device = null) =>
            NativeMethods.Check(NativeMethods.st_cuda_synchronize(device?.index ?? -1));
    }

    public static partial class backends
    {
        public static partial class cuda
        {
            public static partial class matmul
            {
                public static bool allow_tf32
                {
                    get => NativeMethods.st_allow_tf32(0) != 0;
                    set => NativeMethods.st_set_allow_tf32(0, value ? 1 : 0);
                }
            }
        }

        public static partial class cudnn
        {
            public static bool allow_tf32
            {
                get => NativeMethods.st_allow_tf32(1) != 0;
                set => NativeMethods.st_set_allow_tf32(1, value ? 1 : 0);
            }
        }
    }

    /// <summary>Undoes a setting, once.</summary>
    private sealed class Restore(Action undo) : IDisposable
    {
        private Action? undo = undo;

        public void Dispose() => Interlocked.Exchange(ref undo, null)?.Invoke();
    }
}
