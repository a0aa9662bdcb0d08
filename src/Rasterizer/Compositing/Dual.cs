using System.Runtime.Intrinsics;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>Numbers that a formula can be written in once and evaluated with or without derivatives.</summary>
internal interface INumberLike<T> where T : unmanaged, INumberLike<T>
{
    double Value { get; }
    static abstract T Constant(double value);
    static abstract T operator +(T a, T b);
    static abstract T operator -(T a, T b);
    static abstract T operator *(T a, T b);
    static abstract T operator /(T a, T b);
    static abstract T Sqrt(T a);
}

/// <summary>A plain number.</summary>
internal readonly record struct Real(double Value) : INumberLike<Real>
{
    public static Real Constant(double value) => new(value);
    public static Real operator +(Real a, Real b) => new(a.Value + b.Value);
    public static Real operator -(Real a, Real b) => new(a.Value - b.Value);
    public static Real operator *(Real a, Real b) => new(a.Value * b.Value);
    public static Real operator /(Real a, Real b) => new(a.Value / b.Value);
    public static Real Sqrt(Real a) => new(Math.Sqrt(a.Value));
}

/// <summary>A number with its partial derivatives by eight variables (forward-mode differentiation).</summary>
internal readonly record struct Dual(double Value, Vector512<double> Partials) : INumberLike<Dual>
{
    public static Dual Variable(double value, int index) => new(value, Vector512<double>.Zero.WithElement(index, 1));
    public static Dual Constant(double value) => new(value, Vector512<double>.Zero);
    public static Dual operator +(Dual a, Dual b) => new(a.Value + b.Value, a.Partials + b.Partials);
    public static Dual operator -(Dual a, Dual b) => new(a.Value - b.Value, a.Partials - b.Partials);
    public static Dual operator *(Dual a, Dual b) => new(a.Value * b.Value, a.Partials * b.Value + b.Partials * a.Value);
    public static Dual operator /(Dual a, Dual b)
    {
        double value = a.Value / b.Value;
        return new(value, (a.Partials - b.Partials * value) / b.Value);
    }
    public static Dual Sqrt(Dual a)
    {
        double root = Math.Sqrt(a.Value);
        return new(root, a.Partials / (2 * root));
    }
}
