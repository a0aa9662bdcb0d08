using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// An outline in the scene's own space, where a non-scaling stroke is made (SVG 2 section 8.13): its points under the maps between
/// the two spaces.
/// </summary>
internal sealed class HostPath : UserPath
{
    private readonly UserPath _source;
    private readonly Frame _frame, _host;
    private Matrix _fromDevice, _toHost;

    public HostPath(UserPath source, Frame frame, Frame host) : base(source.Layout)
    {
        (_source, _frame, _host) = (source, frame, host);
        Moves = source.Moves || frame.Moves;
    }

    public override FlatteningTable Table(int pieces) => _source.Table(pieces);

    public override void Refresh(ReadOnlySpan<double> theta)
    {
        IsDrawn = _source.IsDrawn && _host.ToDevice.TryInvert(out _fromDevice);
        if (!IsDrawn) return;
        _toHost = _fromDevice * _frame.ToDevice;
        for (var i = 0; i < Points.Length; i += 2)
        {
            var p = _toHost.Apply(new Point(_source.Points[i], _source.Points[i + 1]));
            (Points[i], Points[i + 1]) = (p.X, p.Y);
        }
        IsDrawn = AllFinite();
    }

    public override void Backward(ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        if (!Moves || !IsDrawn) return;
        Matrix sum = default;
        for (var i = 0; i < Gradient.Length; i += 2)
        {
            var (x, y, gx, gy) = (_source.Points[i], _source.Points[i + 1], Gradient[i], Gradient[i + 1]);
            sum = new(sum.A + gx * x, sum.B + gy * x, sum.C + gx * y, sum.D + gy * y, sum.E + gx, sum.F + gy);
            if (!_source.Moves) continue;
            var g = MatrixAdjoint.OfVector(_toHost, gx, gy);
            _source.Gradient[i] += g.X;
            _source.Gradient[i + 1] += g.Y;
        }
        if (_frame.Moves) _frame.Gather(MatrixAdjoint.OfRight(_fromDevice, sum));
        Array.Clear(Gradient);
    }
}
