using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers with its own state.</summary>
    public class Generator : IDisposable
    {
        private nint handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            NativeMethods.Check(NativeMethods.st_generator((int)this.device.type, this.device.index, 1, out handle));
            NativeMethods.Check(NativeMethods.st_generator_seed(handle, (long)seed));
        }

        private Generator()
        {
            device = CPU;
            NativeMethods.Check(NativeMethods.st_generator((int)DeviceType.CPU, -1, 0, out handle));
        }

        ~Generator() => Dispose(false);

        /// <summary>The CPU's own generator.</summary>
        public static Generator Default => new();

        public Device device { get; }

        public nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Generator));

        public Generator manual_seed(long seed)
        {
            NativeMethods.Check(NativeMethods.st_generator_seed(Handle, seed));
            return this;
        }

        public long seed() => NativeMethods.st_generator_random_seed(Handle);

        public long initial_seed() => NativeMethods.st_generator_initial_seed(Handle);

        public Tensor get_state()
        {
            NativeMethods.Check(NativeMethods.st_generator_state(Handle, out nint state));
            return new Tensor(state);
        }

        public void set_state(Tensor value)
        {
            NativeMethods.Check(NativeMethods.st_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(value);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            nint h = Interlocked.Exchange(ref handle, 0);
            if (h != 0) NativeMethods.st_generator_release(h);
        }
    }

    public static Generator manual_seed(long seed) => random.manual_seed(seed);
    public static long seed() => random.seed();
    public static long initial_seed() => random.initial_seed();
    public static Tensor get_rng_state() => random.get_rng_state();
    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    public static partial class random
    {
        /// <summary>Seeds the default generator of every device.</summary>
        public static Generator manual_seed(long seed)
        {
            NativeMethods.Check(NativeMethods.st_manual_seed(seed));
            return Generator.Default;
        }

        public static long seed() => Generator.Default.seed();
        public static long initial_seed() => Generator.Default.initial_seed();
        public static Tensor get_rng_state() => Generator.Default.get_state();
        public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);
    }
}
