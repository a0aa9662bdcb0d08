using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// A stroke as closed contours. It is made in user space and mapped afterwards, so that under a skew it is a skewed
/// stroke; docs/rasterizer.md, "Strokes".
/// </summary>
internal sealed class StrokeOutline : Outline
{
    /// <summary>In device pixels.</summary>
    private const double Hair = 1.0 / (1 << 24);

    private readonly DevicePath _path;
    private readonly Stroke _stroke;
    private readonly StrokeStations _stations;
    private readonly StrokeBody _body;
    private readonly StrokeRuns _runs = new();
    private readonly DashCutter? _dashes;
    private readonly bool _atZero;
    private int _firstVertex;
    private double _halfWidth;

    /// <summary>Prepares the stroke of a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="stroke">The stroke.</param>
    /// <param name="atZero">
    /// Whether a width of zero is taken for a <see cref="Hair"/>, which is not seen but has the derivative of a width that grows.
    /// </param>
    public StrokeOutline(DevicePath path, Stroke stroke, bool atZero = false)
    {
        (_path, _stroke, _stations, _atZero) = (path, stroke, new(path), atZero);
        _body = new(_stations, stroke);
        if (!stroke.Dashes.IsEmpty) _dashes = new(stroke);
    }

    public override bool Emit(DrawBuffers buffers, ReadOnlySpan<double> theta)
    {
        (FirstContour, ContourCount, _firstVertex) = (buffers.List.ContourCount, 0, buffers.List.VertexCount);
        _halfWidth = .5 * _stroke.Width.Value(theta);
        var scale = MatrixAdjoint.LargestScale(_path.Frame.ToDevice);
        if (_atZero && _halfWidth == 0) _halfWidth = .5 * Hair / scale;
        var deviceHalfWidth = scale * _halfWidth;
        if (!_path.Path.IsDrawn || !(deviceHalfWidth > 0)) return false;
        var isMitered = _stroke.Join is LineJoin.Miter or LineJoin.MiterClip;
        var reach = deviceHalfWidth * (isMitered ? Math.Max(1.5, _stroke.MiterLimit) : 1.5);
        if (_path.HasNote) _path.Note(buffers, reach);
        if (!_path.IsDrawn || _path.IsFarFrom(buffers.Window.Near, reach))
        {
            Release();
            return false;
        }
        if (!(deviceHalfWidth < DevicePath.Farthest)) buffers.Notes.Add(DrawingNote.FarStrokes);
        // Points beyond the farthest have no place from which to offset.
        if (_path.IsClamped || !(deviceHalfWidth < DevicePath.Farthest) || buffers.IsFull) return false;

        _stations.Sample(scale, RoundSector.Turn(deviceHalfWidth));
        CutIntoRuns(buffers, theta, reach);
        _body.Begin(_halfWidth, deviceHalfWidth);
        for (var i = 0; i < _runs.Count; i++)
        {
            var run = _runs.Get(i, out var isClosed);
            _body.AddRun(run, isClosed);
            if (_body.Count > buffers.Remaining) return buffers.Reserve(_body.Count);
        }
        if (!buffers.Reserve(_body.Count) || !Write(buffers)) return false;
        ContourCount = buffers.List.ContourCount - FirstContour;
        return ContourCount > 0;
    }

    public override void Backward(ReadOnlySpan<double> vertexGradient, ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        _stations.ClearGradient();
        var (m, frame) = (_path.Frame.ToDevice, _path.Frame);
        var (gHalfWidth, gMatrix) = (0.0, default(Matrix));
        var g = vertexGradient.Slice(2 * _firstVertex, 2 * _body.Count);
        for (var i = 0; i < _body.Count; i++)
        {
            var (gx, gy) = (g[2 * i], g[2 * i + 1]);
            if (gx == 0 && gy == 0) continue;
            ref readonly var vertex = ref _body.Vertices[i];
            if (frame.Moves)
            {
                var v = Place(vertex);
                gMatrix = new(gMatrix.A + gx * v.X, gMatrix.B + gy * v.X, gMatrix.C + gx * v.Y, gMatrix.D + gy * v.Y,
                    gMatrix.E + gx, gMatrix.F + gy);
            }
            (gx, gy) = (m.A * gx + m.B * gy, m.C * gx + m.D * gy);
            if (vertex.Special >= 0 && _body.Specials[vertex.Special].IsCrossing) CrossingBackward(_body.Specials[vertex.Special], new(gx, gy));
            else gHalfWidth += OffsetBackward(vertex, gx, gy);
        }
        if (frame.Moves) frame.Gather(gMatrix);
        _stroke.Width.Accumulate(.5 * gHalfWidth, thetaGradient);
        _dashes?.Backward(_stations, thetaGradient);
        if (_path.Path.Moves) _stations.Backward();
    }

    private void CutIntoRuns(DrawBuffers buffers, ReadOnlySpan<double> theta, double reach)
    {
        _runs.Clear();
        var dashes = _dashes?.Refresh(_stations, theta) == true ? _dashes : null;
        dashes?.Look(_path.Frame.ToDevice, buffers.Window, reach);
        foreach (var contour in _stations.Contours)
        {
            if (dashes?.Cut(_stations, contour, _runs) == true) continue;
            if (dashes is not null) buffers.Notes.Add(DrawingNote.SolidDashes);
            _runs.AddAll(contour);
        }
    }

    /// <summary>Gives memory back while the stroke is out of sight: of a drawing drawn in parts, only a part takes memory.</summary>
    private void Release()
    {
        if (_stations.Count == 0) return;
        _stations.Release();
        _body.Release();
        _runs.Release();
    }

    /// <summary>Places the vertices; false, and nothing is added, where one is not finite.</summary>
    private bool Write(DrawBuffers buffers)
    {
        var sum = 0.0;
        var m = _path.Frame.ToDevice;
        var to = buffers.List.Vertices.AsSpan(2 * _firstVertex, 2 * _body.Count);
        for (var i = 0; i < _body.Count; i++)
        {
            var v = Place(_body.Vertices[i]);
            to[2 * i] = m.A * v.X + m.C * v.Y + m.E;
            to[2 * i + 1] = m.B * v.X + m.D * v.Y + m.F;
            sum += 0 * to[2 * i] + 0 * to[2 * i + 1];
        }
        if (sum != 0) return false;
        foreach (var end in _body.ContourEnds) buffers.EndContour(_firstVertex + end);
        return true;
    }

    /// <summary>P + a (Across N + Along T), T = (N_y, -N_x), or where two normals cross.</summary>
    private Point Place(in StrokeVertex vertex)
    {
        ref readonly var s = ref _stations.Values[vertex.Station];
        if (vertex.Special >= 0 && _body.Specials[vertex.Special] is { IsCrossing: true } crossing)
            return s.Position + Crossing(crossing).Distance * s.Normal;
        var (across, along) = (_halfWidth * vertex.Across, _halfWidth * vertex.Along);
        return new(s.X + across * s.NormalX + along * s.NormalY, s.Y + across * s.NormalY - along * s.NormalX);
    }

    /// <summary>dL/da; the rest goes to the stations.</summary>
    private double OffsetBackward(in StrokeVertex vertex, double gx, double gy)
    {
        ref readonly var s = ref _stations.Values[vertex.Station];
        ref var to = ref _stations.Gradient[vertex.Station];
        var gAcross = gx * s.NormalX + gy * s.NormalY;
        var gAlong = gx * s.NormalY - gy * s.NormalX;
        var (across, along) = (_halfWidth * vertex.Across, _halfWidth * vertex.Along);
        to.X += gx;
        to.Y += gy;
        to.NormalX += across * gx - along * gy;
        to.NormalY += across * gy + along * gx;
        if (vertex.Special >= 0)
        {
            var turn = _body.Specials[vertex.Special];
            _stations.GatherTurn(turn.From, turn.To, _halfWidth * (gAcross * turn.AcrossSlope + gAlong * turn.AlongSlope));
        }
        return vertex.Across * gAcross + vertex.Along * gAlong;
    }

    /// <summary>The distance along the first normal N0 from P0 at which the second crosses it: (e x N1) / (N0 x N1), e = P1 - P0.</summary>
    private (double Distance, Point Edge, double Sine) Crossing(in StrokeSpecial crossing)
    {
        var (s, t) = (_stations.Values[crossing.From], _stations.Values[crossing.To]);
        var (edge, sine) = (t.Position - s.Position, Point.Cross(s.Normal, t.Normal));
        return (Point.Cross(edge, t.Normal) / sine, edge, sine);
    }

    private void CrossingBackward(in StrokeSpecial crossing, Point g)
    {
        var (distance, edge, sine) = Crossing(crossing);
        var (n0, n1) = (_stations.Values[crossing.From].Normal, _stations.Values[crossing.To].Normal);
        var gTop = Point.Dot(g, n0) / sine;
        var gSine = -gTop * distance;
        var gEdge = gTop * new Point(n1.Y, -n1.X);
        ref var a = ref _stations.Gradient[crossing.From];
        ref var b = ref _stations.Gradient[crossing.To];
        (a.X, a.Y) = (a.X + g.X - gEdge.X, a.Y + g.Y - gEdge.Y);
        (b.X, b.Y) = (b.X + gEdge.X, b.Y + gEdge.Y);
        a.NormalX += distance * g.X + gSine * n1.Y;
        a.NormalY += distance * g.Y - gSine * n1.X;
        b.NormalX += -gTop * edge.Y - gSine * n0.Y;
        b.NormalY += gTop * edge.X + gSine * n0.X;
    }
}
