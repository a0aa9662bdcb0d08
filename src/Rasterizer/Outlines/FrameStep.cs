using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>A factor of a frame's map, with the derivative of its numbers.</summary>
internal abstract class FrameStep
{
    /// <summary>True where the map depends on theta.</summary>
    public abstract bool Moves { get; }

    /// <summary>The map at theta.</summary>
    public abstract Matrix At(ReadOnlySpan<double> theta);

    /// <summary>Passes dL/dmap on.</summary>
    public abstract void Backward(in Matrix g, ReadOnlySpan<double> theta, Span<double> thetaGradient);

    /// <summary>The steps of a paint's own transform, none where they are singular.</summary>
    public static void AppendWhereInvertible(TransformChain chain, List<FrameStep> to)
    {
        List<FrameStep> steps = [];
        Append(chain, steps);
        if (steps.Exists(s => s.Moves)) to.Add(new InvertibleFrameStep(steps));
        else if (steps is [var only] && !only.At([]).IsSingular) to.Add(only);
    }

    /// <summary>The steps of a scene's chain; constant neighbours are multiplied together.</summary>
    public static void Append(TransformChain chain, List<FrameStep> to)
    {
        foreach (var step in chain.Steps)
        {
            FrameStep made = step switch
            {
                MatrixStep m => new ConstantFrameStep(m.Matrix),
                FunctionStep f => new FunctionFrameStep(f),
                MoveStep m => new MoveFrameStep(m),
                MarkerStep m => new MarkerFrameStep(m),
                _ => throw new NotSupportedException(step.GetType().Name),
            };
            if (!made.Moves) made = new ConstantFrameStep(made.At([]));
            if (to is [.., ConstantFrameStep last] && made is ConstantFrameStep next) to[^1] = last.Then(next);
            else to.Add(made);
        }
    }
}

/// <summary>
/// A paint's own transform, which is ignored while it is singular: there is no way back from the device to the paint, and resvg has it so.
/// </summary>
internal sealed class InvertibleFrameStep(List<FrameStep> steps) : FrameStep
{
    private readonly Matrix[] _prefixes = new Matrix[steps.Count + 1];

    public override bool Moves => true;

    public override Matrix At(ReadOnlySpan<double> theta)
    {
        var product = Matrix.Identity;
        foreach (var step in steps) product *= step.At(theta);
        return product.IsSingular ? Matrix.Identity : product;
    }

    public override void Backward(in Matrix g, ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        _prefixes[0] = Matrix.Identity;
        for (var i = 0; i < steps.Count; i++) _prefixes[i + 1] = _prefixes[i] * steps[i].At(theta);
        if (_prefixes[^1].IsSingular) return;
        var gradient = g;
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            if (steps[i].Moves) steps[i].Backward(MatrixAdjoint.OfRight(_prefixes[i], gradient), theta, thetaGradient);
            gradient = MatrixAdjoint.OfLeft(steps[i].At(theta), gradient);
        }
    }
}

/// <summary>A map that nothing moves.</summary>
internal sealed class ConstantFrameStep(Matrix matrix) : FrameStep
{
    public override bool Moves => false;

    public override Matrix At(ReadOnlySpan<double> theta) => matrix;

    public override void Backward(in Matrix g, ReadOnlySpan<double> theta, Span<double> thetaGradient) { }

    public ConstantFrameStep Then(ConstantFrameStep inner) => new(matrix * inner.At([]));
}

/// <summary>One of SVG's transform functions.</summary>
internal sealed class FunctionFrameStep(FunctionStep step) : FrameStep
{
    private const double Radian = Math.PI / 180;

    private readonly Scalar[] _arguments = [.. step.Arguments];

    public override bool Moves => Array.Exists(_arguments, a => !a.IsConstant);

    public override Matrix At(ReadOnlySpan<double> theta)
    {
        double Argument(int i, ReadOnlySpan<double> values) => _arguments[i].Value(values);
        switch (step.Function)
        {
            case TransformFunction.Matrix:
                return new(Argument(0, theta), Argument(1, theta), Argument(2, theta), Argument(3, theta),
                    Argument(4, theta), Argument(5, theta));
            case TransformFunction.Translate:
                return Matrix.Translation(Argument(0, theta), Argument(1, theta));
            case TransformFunction.Scale:
                return Matrix.Scaling(Argument(0, theta), Argument(1, theta));
            case TransformFunction.Rotate:
                var (cx, cy) = (Argument(1, theta), Argument(2, theta));
                return Matrix.Translation(cx, cy) * Matrix.Rotation(Radian * Argument(0, theta)) * Matrix.Translation(-cx, -cy);
            case TransformFunction.SkewX:
                return Matrix.SkewX(Radian * Argument(0, theta));
            default:
                return Matrix.SkewY(Radian * Argument(0, theta));
        }
    }

    public override void Backward(in Matrix g, ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        var a = _arguments;
        switch (step.Function)
        {
            case TransformFunction.Matrix:
                a[0].Accumulate(g.A, thetaGradient);
                a[1].Accumulate(g.B, thetaGradient);
                a[2].Accumulate(g.C, thetaGradient);
                a[3].Accumulate(g.D, thetaGradient);
                a[4].Accumulate(g.E, thetaGradient);
                a[5].Accumulate(g.F, thetaGradient);
                break;
            case TransformFunction.Translate:
                a[0].Accumulate(g.E, thetaGradient);
                a[1].Accumulate(g.F, thetaGradient);
                break;
            case TransformFunction.Scale:
                a[0].Accumulate(g.A, thetaGradient);
                a[1].Accumulate(g.D, thetaGradient);
                break;
            case TransformFunction.Rotate:
                var (sin, cos) = Math.SinCos(Radian * a[0].Value(theta));
                var (cx, cy) = (a[1].Value(theta), a[2].Value(theta));
                a[0].Accumulate(Radian * (cos * (g.B - g.C) - sin * (g.A + g.D)
                    + g.E * (sin * cx + cos * cy) + g.F * (sin * cy - cos * cx)), thetaGradient);
                a[1].Accumulate(g.E * (1 - cos) - g.F * sin, thetaGradient);
                a[2].Accumulate(g.E * sin + g.F * (1 - cos), thetaGradient);
                break;
            case TransformFunction.SkewX:
                a[0].Accumulate(g.C * TangentSlope(a[0].Value(theta)), thetaGradient);
                break;
            default:
                a[0].Accumulate(g.B * TangentSlope(a[0].Value(theta)), thetaGradient);
                break;
        }
    }

    private static double TangentSlope(double degrees)
    {
        if (Matrix.SkewX(Radian * degrees).IsSingular) return 0;
        var tan = Math.Tan(Radian * degrees);
        return Radian * (1 + tan * tan);
    }
}

/// <summary>translate(center + (X, Y)) rotate(Angle) scale(exp(LogScale)) translate(-center).</summary>
internal sealed class MoveFrameStep(MoveStep step) : FrameStep
{
    public override bool Moves =>
        !(step.X.IsConstant && step.Y.IsConstant && step.Angle.IsConstant && step.LogScale.IsConstant);

    public override Matrix At(ReadOnlySpan<double> theta)
    {
        var scale = Math.Exp(step.LogScale.Value(theta));
        var (c, x, y) = (step.Center, step.X.Value(theta), step.Y.Value(theta));
        return Matrix.Translation(c.X + x, c.Y + y) * Matrix.Rotation(step.Angle.Value(theta))
            * Matrix.Scaling(scale, scale) * Matrix.Translation(-c.X, -c.Y);
    }

    public override void Backward(in Matrix g, ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        var (m, c) = (At(theta), step.Center);
        step.X.Accumulate(g.E, thetaGradient);
        step.Y.Accumulate(g.F, thetaGradient);
        // E = cx + X - A cx - C cy and F alike, so the linear part's gradient has a share of theirs.
        var (ga, gb, gc, gd) = (g.A - g.E * c.X, g.B - g.F * c.X, g.C - g.E * c.Y, g.D - g.F * c.Y);
        step.Angle.Accumulate(m.A * (gb - gc) - m.B * (ga + gd), thetaGradient);
        step.LogScale.Accumulate(m.A * ga + m.B * gb + m.C * gc + m.D * gd, thetaGradient);
    }
}

/// <summary>translate(At) rotate(bisecting angle) scale(Scale): SVG 2 section 13.7.4.</summary>
internal sealed class MarkerFrameStep(MarkerStep step) : FrameStep
{
    public override bool Moves =>
        !(IsConstant(step.At) && IsConstant(step.Before) && IsConstant(step.After) && step.Scale.IsConstant);

    private static bool IsConstant(ScalarPoint? p) => p is not { } q || (q.X.IsConstant && q.Y.IsConstant);

    public override Matrix At(ReadOnlySpan<double> theta)
    {
        var (p, incoming, outgoing) = Directions(theta);
        var scale = step.Scale.Value(theta);
        return Matrix.Translation(p.X, p.Y) * Matrix.Rotation(Angle(incoming, outgoing)) * Matrix.Scaling(scale, scale);
    }

    public override void Backward(in Matrix g, ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        var (_, incoming, outgoing) = Directions(theta);
        var scale = step.Scale.Value(theta);
        var (sin, cos) = Math.SinCos(Angle(incoming, outgoing));
        step.Scale.Accumulate(cos * (g.A + g.D) + sin * (g.B - g.C), thetaGradient);
        var gAngle = scale * (cos * (g.B - g.C) - sin * (g.A + g.D));
        var (gx, gy) = (g.E, g.F);
        var share = incoming is null || outgoing is null ? gAngle : .5 * gAngle;
        if (incoming is { } a && step.Before is { } before)
        {
            var t = share / Point.Dot(a, a) * new Point(-a.Y, a.X);
            Accumulate(before, -t.X, -t.Y, thetaGradient);
            (gx, gy) = (gx + t.X, gy + t.Y);
        }
        if (outgoing is { } b && step.After is { } after)
        {
            var t = share / Point.Dot(b, b) * new Point(-b.Y, b.X);
            Accumulate(after, t.X, t.Y, thetaGradient);
            (gx, gy) = (gx - t.X, gy - t.Y);
        }
        Accumulate(step.At, gx, gy, thetaGradient);
    }

    private (Point At, Point? Incoming, Point? Outgoing) Directions(ReadOnlySpan<double> theta)
    {
        var p = step.At.Value(theta);
        Point? incoming = step.Before is { } before ? p - before.Value(theta) : null;
        Point? outgoing = step.After is { } after ? after.Value(theta) - p : null;
        return (p, incoming is { Length: > 0 } ? incoming : null, outgoing is { Length: > 0 } ? outgoing : null);
    }

    private double Angle(Point? incoming, Point? outgoing) => step.Turn + (incoming, outgoing) switch
    {
        ({ } a, { } b) => Math.Atan2(a.Y, a.X) + .5 * Math.Atan2(Point.Cross(a, b), Point.Dot(a, b)),
        ({ } a, null) => Math.Atan2(a.Y, a.X),
        (null, { } b) => Math.Atan2(b.Y, b.X),
        _ => 0,
    };

    private static void Accumulate(ScalarPoint p, double gx, double gy, Span<double> thetaGradient)
    {
        p.X.Accumulate(gx, thetaGradient);
        p.Y.Accumulate(gy, thetaGradient);
    }
}
