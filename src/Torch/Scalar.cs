using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A number on its way into an operator, with the type it had in C#.</summary>
public sealed class Scalar : IDisposable
{
    // Integers and booleans keep all 64 bits; every other type travels as a double, as it does in ATen.
    private readonly long integer;
    private readonly double real;

    private Scalar(ScalarType type, long value)
    {
        Type = type;
        integer = value;
        real = value;
    }

    private Scalar(ScalarType type, double value)
    {
        Type = type;
        real = value;
        integer = is_integral(type) ? (long)value : 0;
    }

    public ScalarType Type { get; }

    public static implicit operator Scalar(byte value) => new(ScalarType.Byte, (long)value);
    public static implicit operator Scalar(sbyte value) => new(ScalarType.Int8, (long)value);
    public static implicit operator Scalar(short value) => new(ScalarType.Int16, (long)value);
    public static implicit operator Scalar(int value) => new(ScalarType.Int32, (long)value);
    public static implicit operator Scalar(long value) => new(ScalarType.Int64, value);
    public static implicit operator Scalar(bool value) => new(ScalarType.Bool, value ? 1L : 0L);
    public static implicit operator Scalar(Half value) => new(ScalarType.Float16, (double)value);
    public static implicit operator Scalar(BFloat16 value) => new(ScalarType.BFloat16, (double)value);
    public static implicit operator Scalar(float value) => new(ScalarType.Float32, value);
    public static implicit operator Scalar(double value) => new(ScalarType.Float64, value);

    /// <summary>Nothing native is held; present because TorchSharp's scalars are disposable.</summary>
    public void Dispose() { }

    internal double Real => real;
    internal long Integer => is_integral(Type) ? integer : (long)real;

    internal Arg ToArg()
    {
        if (Type == ScalarType.Bool) return integer != 0;
        if (is_integral(Type)) return integer;
        return real;
    }

    internal static Scalar From(ScalarType type, long bits) => type == ScalarType.Bool || is_integral(type)
        ? new(type, bits)
        : new(type, BitConverter.Int64BitsToDouble(bits));
}

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;
    public static Scalar ToScalar(this sbyte value) => value;
    public static Scalar ToScalar(this short value) => value;
    public static Scalar ToScalar(this int value) => value;
    public static Scalar ToScalar(this long value) => value;
    public static Scalar ToScalar(this bool value) => value;
    public static Scalar ToScalar(this Half value) => value;
    public static Scalar ToScalar(this BFloat16 value) => value;
    public static Scalar ToScalar(this float value) => value;
    public static Scalar ToScalar(this double value) => value;
    public static Scalar ToBFloat16Scalar(this float value) => new BFloat16(value);
    public static float ToSingle(this Scalar value) => (float)value.Real;
    public static double ToDouble(this Scalar value) => value.Real;
    public static Half ToHalf(this Scalar value) => (Half)value.Real;
    public static BFloat16 ToBFloat16(this Scalar value) => (BFloat16)value.Real;
    public static byte ToByte(this Scalar value) => (byte)value.Integer;
    public static sbyte ToSByte(this Scalar value) => (sbyte)value.Integer;
    public static short ToInt16(this Scalar value) => (short)value.Integer;
    public static int ToInt32(this Scalar value) => (int)value.Integer;
    public static long ToInt64(this Scalar value) => value.Integer;
    public static bool ToBoolean(this Scalar value) => value.Real != 0;
}
