using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Rasterizer.Scenes;

/// <summary>A factor of a transform; <see cref="TransformChain"/> multiplies them in SVG's order (the last is applied first).</summary>
public abstract record TransformStep;

/// <summary>A map that nothing moves.</summary>
public sealed record MatrixStep(Matrix Matrix) : TransformStep;

/// <summary>A transform function of the file whose numbers are parameters.</summary>
/// <param name="Function">Which function.</param>
/// <param name="Arguments">
/// All its arguments, defaults filled in: Matrix 6, Translate 2, Scale 2, Rotate 3 (degrees, cx, cy), SkewX 1, SkewY 1 (degrees).
/// </param>
public sealed record FunctionStep(TransformFunction Function, ImmutableArray<Scalar> Arguments) : TransformStep;

/// <summary>SVG's transform functions.</summary>
public enum TransformFunction
{
    /// <summary>matrix(a b c d e f)</summary>
    Matrix,
    /// <summary>translate(x y)</summary>
    Translate,
    /// <summary>scale(x y)</summary>
    Scale,
    /// <summary>rotate(degrees cx cy)</summary>
    Rotate,
    /// <summary>skewX(degrees)</summary>
    SkewX,
    /// <summary>skewY(degrees)</summary>
    SkewY,
}

/// <summary>
/// The free motion of <c>--move</c>: translate(center + (X, Y)) rotate(Angle) scale(exp(LogScale)) translate(-center).
/// </summary>
/// <param name="Center">The fixed point, constant.</param>
/// <param name="X">Horizontal shift in user units.</param>
/// <param name="Y">Vertical shift in user units.</param>
/// <param name="Angle">Rotation in radians.</param>
/// <param name="LogScale">Natural logarithm of the scale.</param>
public sealed record MoveStep(Point Center, Scalar X, Scalar Y, Scalar Angle, Scalar LogScale) : TransformStep;

/// <summary>
/// Places a marker: translate(At) rotate(angle) scale(Scale). The angle bisects the directions Before->At and At->After
/// (either may be absent), plus <paramref name="Turn"/>; with both absent it is Turn alone.
/// </summary>
/// <param name="At">The vertex.</param>
/// <param name="Before">The nearest distinct point before the vertex that gives its incoming direction.</param>
/// <param name="After">The nearest distinct point after the vertex that gives its outgoing direction.</param>
/// <param name="Turn">A constant angle in radians (pi for <c>auto-start-reverse</c> at the start).</param>
/// <param name="Scale">The stroke's width for <c>markerUnits="strokeWidth"</c>, else 1.</param>
public sealed record MarkerStep(ScalarPoint At, ScalarPoint? Before, ScalarPoint? After, double Turn, Scalar Scale) : TransformStep;

/// <summary>A product of transform steps.</summary>
public sealed record TransformChain(ImmutableArray<TransformStep> Steps)
{
    /// <summary>The transform that changes nothing.</summary>
    public static TransformChain Identity { get; } = new(ImmutableArray<TransformStep>.Empty);

    /// <summary>A constant transform.</summary>
    public static TransformChain Of(Matrix matrix) =>
        matrix == Matrix.Identity ? Identity : new([new MatrixStep(matrix)]);

    /// <summary>The map at the given parameters.</summary>
    public Matrix At(ReadOnlySpan<double> theta)
    {
        var product = Matrix.Identity;
        foreach (var step in Outlines.Frame.Steps(this)) product *= step.At(theta);
        return product;
    }

    /// <summary>The numbers that a parameter may stand behind.</summary>
    public IEnumerable<Scalar> Numbers => Steps.SelectMany(step => step switch
    {
        FunctionStep f => f.Arguments,
        MoveStep m => (IEnumerable<Scalar>)[m.X, m.Y, m.Angle, m.LogScale],
        MarkerStep m => new[] { m.At, m.Before, m.After }.OfType<ScalarPoint>().SelectMany(p => new[] { p.X, p.Y }).Append(m.Scale),
        _ => [],
    });

    /// <summary>This transform with another applied before it: SVG's <c>transform="this inner"</c>.</summary>
    public TransformChain Then(TransformChain inner) => new(Steps.AddRange(inner.Steps));
}
