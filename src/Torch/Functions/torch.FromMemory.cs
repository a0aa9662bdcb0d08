using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor over the array's own memory where its type, dtype and device allow it.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device ?? CPU);

    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        FromArray(rawArray, Dimensions(rawArray), dtype, device, requires_grad, names);

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) =>
        from_array(data, dtype, device, false);

    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null) =>
        dtype is null && device is null ? data.alias() : data.to(dtype ?? data.dtype, device ?? data.device);

    /// <summary>A 1-D CPU tensor over part of an array: count elements from element offset.</summary>
    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0,
        bool requires_grad = false)
    {
        long length = rawArray.LongLength;
        if (offset < 0 || offset >= length) throw new ArgumentException($"invalid value for 'offset': {offset}");
        if (count < 0) count = length - offset;
        if (count > length - offset) throw new IndexOutOfRangeException($"element count is too large: {count}");
        var t = Wrap(rawArray, ElementType(rawArray), offset, [count]);
        return Converted(t, dtype, CPU, requires_grad);
    }

    private static Tensor FromArray(Array array, ReadOnlySpan<long> dimensions, ScalarType? dtype, Device? device,
        bool requires_grad, string[]? names)
    {
        device = InitializeDevice(device);
        long count = 1;
        foreach (long d in dimensions) count *= d;
        if (count > array.LongLength)
            throw new ArgumentException(
                $"mismatched total size creating a tensor from an array: {count} vs. {array.LongLength}");
        var own = ElementType(array);
        return Named(Converted(Wrap(array, own, 0, dimensions), dtype ?? own, device, requires_grad), names);
    }

    private static Tensor ScalarTensor(Scalar value, ScalarType dtype, Device? device, bool requires_grad) =>
        Aten.Call("scalar_tensor", value, dtype, Arg.None, InitializeDevice(device)).requires_grad_(requires_grad);

    private static ScalarType ElementType(Array array) => ToScalarType(array.GetType().GetElementType()!);

    private static long[] Dimensions(Array array) =>
        [.. Enumerable.Range(0, array.Rank).Select(d => array.GetLongLength(d))];

    private static unsafe Tensor Wrap(Array array, ScalarType type, long offset, ReadOnlySpan<long> dimensions)
    {
        var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        byte* data = (byte*)pin.AddrOfPinnedObject() + offset * type.ElementSize();
        nint result;
        fixed (long* sizes = dimensions)
        {
            int rc = NativeMethods.st_from_memory(
                data, sizes, dimensions.Length, (int)type, &Unpin, (void*)GCHandle.ToIntPtr(pin), out result);
            if (rc != 0) pin.Free();
            NativeMethods.Check(rc);
        }
        return new Tensor(result);
    }

    [UnmanagedCallersOnly]
    private static unsafe void Unpin(void* handle) => GCHandle.FromIntPtr((nint)handle).Free();

    private static Tensor Converted(Tensor t, ScalarType dtype, Device device, bool requires_grad)
    {
        if (t.dtype == dtype && t.device_type == device.type) return t.requires_grad_(requires_grad);
        return t.to(dtype, device, disposeAfter: true).requires_grad_(requires_grad);
    }
}
