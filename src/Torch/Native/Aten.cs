using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace TorchSharp.Native;

/// <summary>One argument as dispatch.cpp reads it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeArg
{
    public int Tag;
    public int Length;
    public long Bits;
}

/// <summary>
/// Calls ATen operators by their schema name, without "aten::": <c>Call("add.Tensor", a, b)</c>. Arguments are
/// positional as in the schema; those left out at the end, and <see cref="Arg.Default"/>, take the schema's default.
/// </summary>
internal static unsafe class Aten
{
    [Flags]
    private enum Flags { None = 0, Discard = 1, Serial = 2 }

    private static readonly ConcurrentDictionary<string, nint> Operators = new();

    internal static Tensor Call(string op, params ReadOnlySpan<Arg> args)
    {
        long* results;
        int count = Invoke(op, args, Flags.None, &results);
        return One(op, results, count);
    }

    /// <summary>
    /// For sums over a whole tensor: ATen gives each thread a part of it, so that the rounding would depend on the
    /// number of threads. On one thread it does not.
    /// </summary>
    internal static Tensor CallSerial(string op, params ReadOnlySpan<Arg> args)
    {
        long* results;
        int count = Invoke(op, args, Flags.Serial, &results);
        return One(op, results, count);
    }

    private static Tensor One(string op, long* results, int count) => count == 1
        ? new Tensor((nint)results[0])
        : throw new InvalidOperationException($"{op} gave {count} results where one was expected");

    /// <summary>For operators that give several tensors, or a list of them.</summary>
    internal static Tensor[] CallMany(string op, params ReadOnlySpan<Arg> args)
    {
        long* results;
        int count = Invoke(op, args, Flags.None, &results);
        // The result slots live until the next call on this thread, and constructing a Tensor makes none.
        var tensors = new Tensor[count];
        for (int i = 0; i < count; i++) tensors[i] = new Tensor((nint)results[i]);
        return tensors;
    }

    internal static (Tensor, Tensor) CallPair(string op, params ReadOnlySpan<Arg> args)
    {
        var t = CallMany(op, args);
        return (t[0], t[1]);
    }

    /// <summary>As <see cref="CallSerial"/>, in place: additions into the same element happen in order.</summary>
    internal static Tensor InPlaceSerial(string op, params ReadOnlySpan<Arg> args)
    {
        long* results;
        Invoke(op, args, Flags.Discard | Flags.Serial, &results);
        return (Tensor)args[0].Object!;
    }

    /// <summary>For in-place operators: returns the first argument, the object that was changed.</summary>
    internal static Tensor InPlace(string op, params ReadOnlySpan<Arg> args)
    {
        long* results;
        Invoke(op, args, Flags.Discard, &results);
        return (Tensor)args[0].Object!;
    }

    /// <summary>For operators that give one number: its bits (of a double, a long or a bool).</summary>
    internal static long CallBits(string op, params ReadOnlySpan<Arg> args)
    {
        long* results;
        Invoke(op, args, Flags.None, &results);
        return results[0];
    }

    /// <summary>Whether this libtorch has an operator that others lack.</summary>
    internal static bool Has(string op) => Operators.ContainsKey(op)
        || NativeMethods.st_operator("aten::" + op, "", out _) == 0;

    private static nint Resolve(string op)
    {
        if (Operators.TryGetValue(op, out nint handle)) return handle;
        int dot = op.IndexOf('.');
        NativeMethods.Check(NativeMethods.st_operator(
            "aten::" + (dot < 0 ? op : op[..dot]), dot < 0 ? "" : op[(dot + 1)..], out handle));
        return Operators[op] = handle;
    }

    private static int Invoke(string op, ReadOnlySpan<Arg> args, Flags flags, long** results)
    {
        nint handle = Resolve(op);
        int words = 0;
        foreach (ref readonly Arg a in args) words += a.Words;
        const int onStack = 64;
        long* buffer = stackalloc long[Math.Min(words, onStack)];
        long* rented = words > onStack ? (long*)NativeMemory.Alloc((nuint)words, sizeof(long)) : null;
        if (rented != null) buffer = rented;
        NativeArg* native = stackalloc NativeArg[args.Length];
        try
        {
            long* next = buffer;
            for (int i = 0; i < args.Length; i++) native[i] = args[i].Encode(ref next);
            int count;
            NativeMethods.Check(NativeMethods.st_call(handle, native, args.Length, (int)flags, results, &count));
            foreach (ref readonly Arg a in args) GC.KeepAlive(a.Object);
            return count;
        }
        finally
        {
            NativeMemory.Free(rented);
        }
    }
}

/// <summary>An argument on its way to <see cref="Aten"/>: any type that converts is allowed.</summary>
internal readonly struct Arg
{
    private enum Tag
    {
        None, Tensor, Int, Double, Bool, Ints, Doubles, Tensors, OptionalTensors, String, Device, Generator, Default
    }

    private readonly Tag tag;
    private readonly int index;
    private readonly long bits;

    /// <summary>The managed object behind the argument, kept alive over the call.</summary>
    internal object? Object { get; }

    private Arg(Tag tag, long bits = 0, int index = 0, object? target = null)
    {
        this.tag = tag;
        this.bits = bits;
        this.index = index;
        Object = target;
    }

    internal static Arg None => default;
    internal static Arg Default => new(Tag.Default);

    /// <summary>A list in which an entry may be missing (the indices of index and index_put_).</summary>
    internal static Arg Optional(Tensor?[] tensors) => new(Tag.OptionalTensors, target: tensors);

    public static implicit operator Arg(Tensor? t) => t is null ? default : new(Tag.Tensor, t.Handle, target: t);
    public static implicit operator Arg(long value) => new(Tag.Int, value);
    public static implicit operator Arg(long? value) => value is { } v ? new(Tag.Int, v) : default;
    public static implicit operator Arg(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Arg(double? value) => value is { } v ? (Arg)v : default;
    public static implicit operator Arg(bool value) => new(Tag.Bool, value ? 1 : 0);
    public static implicit operator Arg(bool? value) => value is { } v ? (Arg)v : default;
    public static implicit operator Arg(ScalarType value) => new(Tag.Int, (long)value);
    public static implicit operator Arg(ScalarType? value) => value is { } v ? new(Tag.Int, (long)v) : default;
    public static implicit operator Arg(long[]? values) => values is null ? default : new(Tag.Ints, target: values);
    public static implicit operator Arg(ReadOnlySpan<long> values) => values.ToArray();
    public static implicit operator Arg(double[]? values) => values is null ? default : new(Tag.Doubles, target: values);
    public static implicit operator Arg(Tensor[] tensors) => new(Tag.Tensors, target: tensors);
    public static implicit operator Arg(string? value) =>
        value is null ? default : new(Tag.String, target: Encoding.UTF8.GetBytes(value));
    public static implicit operator Arg(Device? device) =>
        device is null ? default : new(Tag.Device, (long)device.type, device.index);
    public static implicit operator Arg(Generator? g) => g is null ? default : new(Tag.Generator, g.Handle, target: g);
    public static implicit operator Arg(Scalar? s) => s is null ? default : s.ToArg();

    /// <summary>64-bit words of out-of-line storage.</summary>
    internal int Words => Object switch
    {
        long[] a => a.Length,
        double[] a => a.Length,
        Tensor[] a => a.Length,
        byte[] a => (a.Length + 7) / 8,
        _ => 0,
    };

    internal unsafe NativeArg Encode(ref long* next)
    {
        if (tag is < Tag.Ints or > Tag.String) return new() { Tag = (int)tag, Length = index, Bits = bits };
        long* start = next;
        int length;
        switch (Object)
        {
            case long[] a:
                length = a.Length;
                a.CopyTo(new Span<long>(start, length));
                break;
            case double[] a:
                length = a.Length;
                a.CopyTo(new Span<double>(start, length));
                break;
            case byte[] a:
                length = a.Length;
                a.CopyTo(new Span<byte>(start, length));
                break;
            default:
                var tensors = (Tensor?[])Object!;
                length = tensors.Length;
                for (int i = 0; i < length; i++) start[i] = tensors[i]?.Handle ?? 0;
                break;
        }
        next += Words;
        return new() { Tag = (int)tag, Length = length, Bits = (long)start };
    }
}
