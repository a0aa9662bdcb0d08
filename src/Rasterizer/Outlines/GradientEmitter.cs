using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>What linear and radial gradients share: stops, and the frame that maps gradient space to device pixels.</summary>
internal abstract class GradientEmitter(GradientPaint paint, Frame frame) : PaintEmitter
{
    private readonly GradientStop[] _stops = [.. paint.Stops];
    private readonly SolidEmitter _last = new(paint.Stops[^1].Color);
    private bool _isSolid;
    private int _firstStop;

    /// <summary>Where alphas differ, the gradient's geometry moves them too.</summary>
    public override bool AlphaMoves { get; } =
        paint.Stops.Any(stop => !stop.Color.A.IsConstant || stop.Color.A != paint.Stops[0].Color.A);

    /// <summary>Gradient space to device pixels, the bounding box and gradientTransform included.</summary>
    protected Frame Frame { get; } = frame;

    /// <summary>Device pixels to gradient space, as of the last <see cref="Emit"/>.</summary>
    protected Matrix FromDevice { get; private set; }

    public sealed override DrawPaint? Emit(DrawBuffers buffers, ReadOnlySpan<double> theta)
    {
        _isSolid = IsDegenerate(theta);
        if (_isSolid) return _last.Emit(buffers, theta);
        // No inverse: a bounding box without area or a singular transform around it; SVG 2 section 14.2.3 paints nothing then.
        if (!Frame.ToDevice.TryInvert(out var inverse)) return null;
        FromDevice = inverse;
        var gradient = Gradient(buffers, theta);
        gradient.Spread = paint.Spread;
        gradient.StopCount = _stops.Length;
        gradient.Stops = _firstStop = buffers.AddScalars(5 * _stops.Length);
        var scalars = buffers.List.Scalars.AsSpan(_firstStop, 5 * _stops.Length);
        var least = 0.0;
        for (var i = 0; i < _stops.Length; i++)
        {
            least = Math.Max(least, Math.Clamp(_stops[i].Offset.Value(theta), 0, 1));
            scalars[5 * i] = least;
            SolidEmitter.Write(_stops[i].Color, scalars[(5 * i + 1)..], theta);
        }
        return gradient;
    }

    public sealed override void Backward(ReadOnlySpan<double> scalarGradient, ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        if (_isSolid)
        {
            _last.Backward(scalarGradient, theta, thetaGradient);
            return;
        }
        var g = scalarGradient.Slice(_firstStop, 5 * _stops.Length);
        // An offset below its forerunners' greatest takes that value, so its gradient belongs to whoever gave it.
        var (giver, least) = (-1, 0.0);
        for (var i = 0; i < _stops.Length; i++)
        {
            var offset = _stops[i].Offset.Value(theta);
            if (offset >= least) (giver, least) = (offset <= 1 ? i : -1, Math.Min(1, offset));
            if (giver >= 0) _stops[giver].Offset.Accumulate(g[5 * i], thetaGradient);
            SolidEmitter.Read(_stops[i].Color, g[(5 * i + 1)..], thetaGradient);
        }
        GeometryBackward(scalarGradient, theta, thetaGradient);
    }

    /// <summary>True where the geometry has no extent, so that everything takes the last stop's colour.</summary>
    protected abstract bool IsDegenerate(ReadOnlySpan<double> theta);

    /// <summary>Adds the scalars of the geometry.</summary>
    protected abstract DrawGradient Gradient(DrawBuffers buffers, ReadOnlySpan<double> theta);

    /// <summary>Differentiates them.</summary>
    protected abstract void GeometryBackward(
        ReadOnlySpan<double> scalarGradient, ReadOnlySpan<double> theta, Span<double> thetaGradient);
}

/// <summary>t = u . (p - start), u = (end - start) / |end - start|^2, p = the device point taken to gradient space.</summary>
internal sealed class LinearEmitter(LinearGradientPaint paint, Frame frame) : GradientEmitter(paint, frame)
{
    private readonly DrawLinear _draw = new();

    protected override bool IsDegenerate(ReadOnlySpan<double> theta)
    {
        var d = paint.End.Value(theta) - paint.Start.Value(theta);
        return !double.IsFinite(1 / Point.Dot(d, d));
    }

    protected override DrawGradient Gradient(DrawBuffers buffers, ReadOnlySpan<double> theta)
    {
        var (start, d, i) = (paint.Start.Value(theta), paint.End.Value(theta) - paint.Start.Value(theta), FromDevice);
        var u = 1 / Point.Dot(d, d) * d;
        _draw.Coefficients = buffers.AddScalars(3);
        var s = buffers.List.Scalars.AsSpan(_draw.Coefficients, 3);
        s[0] = u.X * i.A + u.Y * i.B;
        s[1] = u.X * i.C + u.Y * i.D;
        s[2] = u.X * (i.E - start.X) + u.Y * (i.F - start.Y);
        return _draw;
    }

    protected override void GeometryBackward(
        ReadOnlySpan<double> scalarGradient, ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        var g = scalarGradient.Slice(_draw.Coefficients, 3);
        var (start, d, i) = (paint.Start.Value(theta), paint.End.Value(theta) - paint.Start.Value(theta), FromDevice);
        var q = Point.Dot(d, d);
        var u = 1 / q * d;
        var gu = new Point(
            g[0] * i.A + g[1] * i.C + g[2] * (i.E - start.X), g[0] * i.B + g[1] * i.D + g[2] * (i.F - start.Y));
        var gd = 1 / q * (gu - 2 * Point.Dot(gu, u) * d);
        paint.End.X.Accumulate(gd.X, thetaGradient);
        paint.End.Y.Accumulate(gd.Y, thetaGradient);
        paint.Start.X.Accumulate(-gd.X - g[2] * u.X, thetaGradient);
        paint.Start.Y.Accumulate(-gd.Y - g[2] * u.Y, thetaGradient);
        if (!Frame.Moves) return;
        var gInverse = new Matrix(g[0] * u.X, g[0] * u.Y, g[1] * u.X, g[1] * u.Y, g[2] * u.X, g[2] * u.Y);
        Frame.Gather(MatrixAdjoint.OfInverse(i, gInverse));
    }
}

/// <summary>
/// The two circles as they are, and the map from device pixels to their space. Equal circles, which have no direction to
/// grow in, become a hard edge between first and last colour as in resvg: the inner one is taken a millionth smaller.
/// </summary>
internal sealed class RadialEmitter(RadialGradientPaint paint, Frame frame) : GradientEmitter(paint, frame)
{
    private readonly DrawRadial _draw = new();
    private readonly Scalar[] _circles =
        [paint.Center.X, paint.Center.Y, paint.Radius, paint.Focus.X, paint.Focus.Y, paint.FocusRadius];
    private bool _isEqual;

    protected override bool IsDegenerate(ReadOnlySpan<double> theta) => !(paint.Radius.Value(theta) > 0);

    protected override DrawGradient Gradient(DrawBuffers buffers, ReadOnlySpan<double> theta)
    {
        _draw.DeviceToGradient = buffers.AddScalars(6);
        _draw.Circles = buffers.AddScalars(6);
        Write(FromDevice, buffers.List.Scalars.AsSpan(_draw.DeviceToGradient, 6));
        var circles = buffers.List.Scalars.AsSpan(_draw.Circles, 6);
        for (var i = 0; i < 6; i++) circles[i] = _circles[i].Value(theta);
        var (radius, slack) = (circles[2], 1e-6 * circles[2]);
        _isEqual = Math.Abs(circles[0] - circles[3]) + Math.Abs(circles[1] - circles[4]) + Math.Abs(radius - circles[5]) < slack;
        if (_isEqual) circles[5] = radius - slack;
        return _draw;
    }

    protected override void GeometryBackward(
        ReadOnlySpan<double> scalarGradient, ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        for (var i = 0; i < 6; i++)
        {
            // The inner circle follows the outer one's radius where it was made from it.
            var of = _isEqual && i == 5 ? 2 : i;
            _circles[of].Accumulate(scalarGradient[_draw.Circles + i], thetaGradient);
        }
        if (Frame.Moves)
            Frame.Gather(MatrixAdjoint.OfInverse(FromDevice, Read(scalarGradient.Slice(_draw.DeviceToGradient, 6))));
    }

    /// <summary>Writes a..f.</summary>
    public static void Write(in Matrix m, Span<double> to) =>
        (to[0], to[1], to[2], to[3], to[4], to[5]) = (m.A, m.B, m.C, m.D, m.E, m.F);

    /// <summary>Reads a..f.</summary>
    public static Matrix Read(ReadOnlySpan<double> from) => new(from[0], from[1], from[2], from[3], from[4], from[5]);
}
