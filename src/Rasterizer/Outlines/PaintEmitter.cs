using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>Puts a paint's numbers into the draw list.</summary>
internal abstract class PaintEmitter
{
    /// <summary>False where the paint's alpha is one number whatever theta (<see cref="DrawFill.AlphaMoves"/>).</summary>
    public abstract bool AlphaMoves { get; }

    /// <summary>Adds the scalars; null where nothing is painted.</summary>
    public abstract DrawPaint? Emit(DrawBuffers buffers, ReadOnlySpan<double> theta);

    /// <summary>Passes the gradient of the scalars made by the last <see cref="Emit"/> on.</summary>
    public abstract void Backward(ReadOnlySpan<double> scalarGradient, ReadOnlySpan<double> theta, Span<double> thetaGradient);
}

/// <summary>One colour.</summary>
internal sealed class SolidEmitter(ScalarColor color) : PaintEmitter
{
    private readonly DrawSolid _paint = new();

    public override bool AlphaMoves => !color.A.IsConstant;

    public override DrawPaint Emit(DrawBuffers buffers, ReadOnlySpan<double> theta)
    {
        _paint.Color = buffers.AddScalars(4);
        Write(color, buffers.List.Scalars.AsSpan(_paint.Color, 4), theta);
        return _paint;
    }

    public override void Backward(ReadOnlySpan<double> scalarGradient, ReadOnlySpan<double> theta, Span<double> thetaGradient) =>
        Read(color, scalarGradient.Slice(_paint.Color, 4), thetaGradient);

    /// <summary>Writes r, g, b, a.</summary>
    public static void Write(in ScalarColor color, Span<double> to, ReadOnlySpan<double> theta)
    {
        to[0] = color.R.Value(theta);
        to[1] = color.G.Value(theta);
        to[2] = color.B.Value(theta);
        to[3] = color.A.Value(theta);
    }

    /// <summary>Adds the gradient of r, g, b, a.</summary>
    public static void Read(in ScalarColor color, ReadOnlySpan<double> gradient, Span<double> thetaGradient)
    {
        color.R.Accumulate(gradient[0], thetaGradient);
        color.G.Accumulate(gradient[1], thetaGradient);
        color.B.Accumulate(gradient[2], thetaGradient);
        color.A.Accumulate(gradient[3], thetaGradient);
    }
}

/// <summary>The product of opacities as one scalar.</summary>
internal sealed class OpacityProduct(params ReadOnlySpan<Scalar> factors)
{
    private readonly Scalar[] _factors = Varying(factors);
    private readonly double _constant = Constant(factors);
    private int _scalar = -1;

    /// <summary>True where the product is 1 whatever theta.</summary>
    public bool IsOne => _factors.Length == 0 && _constant == 1;

    /// <summary>False where the product is one number whatever theta.</summary>
    public bool Moves => _factors.Length > 0;

    /// <summary>Adds the scalar and returns its index, -1 for 1.</summary>
    public int Emit(DrawBuffers buffers, ReadOnlySpan<double> theta)
    {
        if (IsOne) return -1;
        var product = _constant;
        foreach (var f in _factors) product *= f.Value(theta);
        return _scalar = buffers.AddScalar(product);
    }

    /// <summary>Passes the gradient of the scalar made by the last <see cref="Emit"/> on.</summary>
    public void Backward(ReadOnlySpan<double> scalarGradient, ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        for (var i = 0; i < _factors.Length; i++)
        {
            var others = _constant;
            for (var j = 0; j < _factors.Length; j++) if (j != i) others *= _factors[j].Value(theta);
            _factors[i].Accumulate(others * scalarGradient[_scalar], thetaGradient);
        }
    }

    private static Scalar[] Varying(ReadOnlySpan<Scalar> factors)
    {
        List<Scalar> varying = [];
        foreach (var f in factors) if (!f.IsConstant) varying.Add(f);
        return [.. varying];
    }

    private static double Constant(ReadOnlySpan<Scalar> factors)
    {
        var product = 1.0;
        foreach (var f in factors) if (f.IsConstant) product *= f.Offset;
        return product;
    }
}
