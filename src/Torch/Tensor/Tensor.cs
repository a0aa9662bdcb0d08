using TorchSharp.Modules;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A reference to a native tensor: lifetime, shape, type, place and gradient. Operators are beside this file.</summary>
    public partial class Tensor : IDisposable
    {
        private static long totalCount;
        private static long peakCount;

        internal nint handle;

        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>Takes over one native reference; 0 makes the invalid tensor that stands for "undefined".</summary>
        internal Tensor(nint handle, bool register = true)
        {
            this.handle = handle;
            if (handle == 0)
            {
                GC.SuppressFinalize(this);
                return;
            }
            long live = Interlocked.Increment(ref totalCount);
            if (live > peakCount) peakCount = live;
            if (register) OwningDisposeScope = DisposeScopeManager.ThreadSingleton.RegisterOnCurrentDisposeScope(this);
        }

        ~Tensor() => Dispose(false);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            nint h = Interlocked.Exchange(ref handle, 0);
            if (h == 0) return;
            DisposeScopeManager.ThreadSingleton.DisposingOnCurrentScope(this);
            OwningDisposeScope?.MarkAsDisposed(this);
            Interlocked.Decrement(ref totalCount);
            NativeMethods.st_release(h);
        }

        /// <summary>Live tensors that C# holds; several may share one native tensor.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);

        public static long PeakCount => Interlocked.Read(ref peakCount);

        public bool IsInvalid => handle == 0;

        public string? name { get; set; }

        /// <summary>The native handle; throws for a disposed tensor.</summary>
        public nint Handle => handle != 0
            ? handle
            : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public nint DecoupleFromNativeHandle()
        {
            GC.SuppressFinalize(this);
            nint h = Handle;
            Interlocked.Decrement(ref totalCount);
            handle = 0;
            return h;
        }

        /// <summary>Gives the reference to a Parameter, which takes this object's place in the count too.</summary>
        internal nint MoveHandle()
        {
            nint h = Handle;
            GC.SuppressFinalize(this);
            Interlocked.Decrement(ref totalCount);
            handle = 0;
            return h;
        }

        public Tensor alias()
        {
            var result = new Tensor(NativeMethods.st_alias(Handle));
            GC.KeepAlive(this);
            return result;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is null) other?.Attach(this);
            else OwningDisposeScope.MoveToOther(other, this);
            return this;
        }

        public long Dimensions => Alive(NativeMethods.st_dim(Handle));
        public long dim() => Dimensions;
        public long ndim => Dimensions;
        public long NumberOfElements => Alive(NativeMethods.st_numel(Handle));
        public long numel() => NumberOfElements;
        public long ElementSize => Alive(NativeMethods.st_element_size(Handle));
        public long element_size() => ElementSize;
        public ScalarType dtype => (ScalarType)Alive(NativeMethods.st_dtype(Handle));
        public DeviceType device_type => (DeviceType)Alive(NativeMethods.st_device_type(Handle));
        public int device_index => Alive(NativeMethods.st_device_index(Handle));
        public Device device => device_type == DeviceType.CPU ? CPU : new Device(device_type, device_index);
        public bool is_contiguous() => Alive(NativeMethods.st_is_contiguous(Handle)) != 0;
        public bool is_sparse => Alive(NativeMethods.st_is_sparse(Handle)) != 0;
        public bool is_cpu() => device_type == DeviceType.CPU;
        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_meta => device_type == DeviceType.META;
        public bool is_integral() => torch.is_integral(dtype);
        public bool is_floating_point() => torch.is_floating_point(dtype);
        public bool is_complex() => torch.is_complex(dtype);
        public long storage_offset() => Alive(NativeMethods.st_storage_offset(Handle));

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* p = sizes) NativeMethods.st_sizes(Handle, p);
                GC.KeepAlive(this);
                return sizes;
            }
        }

        public long[] size() => shape;

        public long size(int dim) => shape[dim < 0 ? dim + ndim : dim];

        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* p = strides) NativeMethods.Check(NativeMethods.st_strides(Handle, p));
            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim) => stride()[dim < 0 ? dim + ndim : dim];

        public bool is_nonzero() => numel() == 1
            ? ToScalar().ToBoolean()
            : throw new InvalidOperationException("is_nonzero() called on non-singleton tensor");

        public bool is_leaf => Alive(NativeMethods.st_is_leaf(Handle)) != 0;

        public bool requires_grad
        {
            get => Alive(NativeMethods.st_requires_grad(Handle)) != 0;
            set => NativeMethods.Check(Alive(NativeMethods.st_set_requires_grad(Handle, value ? 1 : 0)));
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void retain_grad() => NativeMethods.Check(Alive(NativeMethods.st_retain_grad(Handle)));

        /// <summary>A fresh reference to the accumulated gradient, null where there is none.</summary>
        public Tensor? grad
        {
            get
            {
                nint g = Alive(NativeMethods.st_grad(Handle));
                return g == 0 ? null : new Tensor(g);
            }
            set
            {
                NativeMethods.Check(Alive(NativeMethods.st_set_grad(Handle, value?.Handle ?? 0)));
                GC.KeepAlive(value);
            }
        }

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        public override bool Equals(object? obj) => obj is Tensor t && Equals(t);

        /// <summary>True for tensors of the same shape whose elements are all equal.</summary>
        public bool Equals(Tensor target) =>
            target is not null && dtype == target.dtype && Aten.CallBits("equal", this, target) != 0;

        /// <summary>Shape, type and device, as in "[2x3], type = Float32, device = cpu".</summary>
        public override string ToString() => handle == 0
            ? ""
            : $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";

        public override int GetHashCode() => base.GetHashCode();

        // The native call above must end before the finalizer may run.
        private T Alive<T>(T value)
        {
            GC.KeepAlive(this);
            return value;
        }
    }
}
