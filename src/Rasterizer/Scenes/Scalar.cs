namespace SvgDistill.Rasterizer.Scenes;

/// <summary>
/// A number of the scene: <c>Offset + Scale * theta[Index]</c>, or the constant <c>Offset</c> where Index is -1.
/// The scale carries units and percentages, so that the parameter itself stays in the file's own unit.
/// </summary>
public readonly record struct Scalar(int Index, double Scale, double Offset)
{
    /// <summary>A number that no written value stands behind.</summary>
    public static Scalar Constant(double value) => new(-1, 0, value);

    /// <summary>A parameter as it is.</summary>
    public static Scalar Of(int index) => new(index, 1, 0);

    /// <summary>True where no parameter moves this number.</summary>
    public bool IsConstant => Index < 0;

    /// <summary>The value at the given parameters.</summary>
    public double Value(ReadOnlySpan<double> theta) => Index < 0 ? Offset : Offset + Scale * theta[Index];

    /// <summary>Adds dL/dtheta where dL/dvalue is <paramref name="gradient"/>.</summary>
    public void Accumulate(double gradient, Span<double> thetaGradient)
    {
        if (Index >= 0) thetaGradient[Index] += Scale * gradient;
    }

    /// <summary>The same number in another unit: multiplied by a constant.</summary>
    public static Scalar operator *(double factor, Scalar s) => new(s.Index, factor * s.Scale, factor * s.Offset);

    /// <summary>The same number shifted by a constant.</summary>
    public static Scalar operator +(Scalar s, double shift) => s with { Offset = s.Offset + shift };
}

/// <summary>A point of the scene in user space.</summary>
public readonly record struct ScalarPoint(Scalar X, Scalar Y)
{
    /// <summary>The point at the given parameters.</summary>
    public Geometry.Point Value(ReadOnlySpan<double> theta) => new(X.Value(theta), Y.Value(theta));
}

/// <summary>A straight-alpha sRGB colour, every component 0..1.</summary>
public readonly record struct ScalarColor(Scalar R, Scalar G, Scalar B, Scalar A)
{
    /// <summary>A colour that no written value stands behind.</summary>
    public static ScalarColor Constant(double r, double g, double b, double a) =>
        new(Scalar.Constant(r), Scalar.Constant(g), Scalar.Constant(b), Scalar.Constant(a));
}
