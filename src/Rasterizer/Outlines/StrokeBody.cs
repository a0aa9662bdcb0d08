using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>A stroke's vertex: station P + a (Across N + Along T), a half the width; exceptions have a <see cref="Special"/>.</summary>
internal readonly record struct StrokeVertex(int Station, double Across, double Along, int Special = -1);

/// <summary>
/// Where a vertex depends on more than its station. Turn: Across and Along depend on the angle between the normals of two
/// stations, with the given slopes. Crossing: the vertex is where the normals of two stations meet.
/// </summary>
internal readonly record struct StrokeSpecial(bool IsCrossing, int From, int To, double AcrossSlope, double AlongSlope);

/// <summary>
/// The outline of a stroke as positively wound pieces (docs/rasterizer.md, "Strokes"). Between neighbouring stations lie
/// two half quads, one each side of the centre line; their sum telescopes to two offset polylines. Where the inner offset
/// runs backwards a half quad is not simple: there the outline is cut back to the centre line and the two triangles it
/// consists of are added, both positively wound. So the winding number is at least 1 everywhere inside.
/// </summary>
internal sealed class StrokeBody(StrokeStations stations, Stroke stroke)
{
    private readonly List<(int From, int To, double Side)> _flipped = [];
    private double _halfWidth, _deviceHalfWidth;

    /// <summary>The vertices.</summary>
    public StrokeVertex[] Vertices { get; private set; } = [];
    /// <summary>How many.</summary>
    public int Count { get; private set; }
    /// <summary>Where each contour ends.</summary>
    public List<int> ContourEnds { get; } = [];
    /// <summary>Vertices that depend on more than a station.</summary>
    public List<StrokeSpecial> Specials { get; } = [];

    /// <summary>Forgets all.</summary>
    public void Begin(double halfWidth, double deviceHalfWidth)
    {
        (_halfWidth, _deviceHalfWidth, Count) = (halfWidth, deviceHalfWidth, 0);
        ContourEnds.Clear();
        Specials.Clear();
    }

    /// <summary>Forgets all, memory included.</summary>
    public void Release()
    {
        (Count, Vertices) = (0, []);
        ContourEnds.Clear();
        Specials.Clear();
    }

    /// <summary>Adds the outline of one run of stations.</summary>
    public void AddRun(ReadOnlySpan<int> run, bool isClosed)
    {
        if (run.IsEmpty) return;
        var isRetraced = isClosed && IsRetraced(run);
        if (isRetraced) run = run[..2];
        isClosed &= !isRetraced;
        var end = isRetraced ? TurnedBack : Ended;
        // P - aN forwards, then P + aN backwards: positively wound.
        Side(run, isClosed, -1);
        if (isClosed) EndContour();
        else Cap(run[^1], 1, end);
        var first = Count;
        Side(run, isClosed, 1);
        Array.Reverse(Vertices, first, Count - first);
        if (!isClosed) Cap(run[0], -1, end);
        EndContour();
        foreach (var (from, to, side) in _flipped) AddFlipped(from, to, side);
        _flipped.Clear();
    }

    // A line's two ends, and what a join is where the line turns back on itself: nothing, a half disc, or a miter cut off at its limit.
    private (bool IsRound, double Reach) Ended => (stroke.Cap == LineCap.Round, stroke.Cap == LineCap.Square ? 1 : 0);
    private (bool IsRound, double Reach) TurnedBack => (stroke.Join == LineJoin.Round, stroke.Join == LineJoin.MiterClip ? stroke.MiterLimit : 0);

    /// <summary>True for a line there and straight back (<c>M0 0h9z</c>), whose rims lie on one another: drawn once, or they would count twice in every pixel that they cross.</summary>
    private bool IsRetraced(ReadOnlySpan<int> run) => run.Length == 4 && stations.JoinsPrevious[run[2]]
        && stations.Values[run[0]].Position == stations.Values[run[3]].Position && stations.Values[run[1]].Position == stations.Values[run[2]].Position;

    private void Side(ReadOnlySpan<int> run, bool isClosed, double side)
    {
        // True while the outline runs along the centre line.
        var isCut = false;
        if (!isClosed) Add(run[0], side, 0);
        var transitions = isClosed ? run.Length : run.Length - 1;
        for (var i = 0; i < transitions; i++)
        {
            var (from, to) = (run[i], run[i + 1 == run.Length ? 0 : i + 1]);
            var isJoin = stations.JoinsPrevious[to];
            if (!isJoin && IsFlipped(from, to, side))
            {
                if (!isCut) Add(from, 0, 0);
                Add(to, 0, 0);
                isCut = true;
                _flipped.Add((from, to, side));
                continue;
            }
            if (isCut) Add(from, side, 0);
            isCut = false;
            if (isJoin) Join(run, isClosed, i, side);
            Add(to, side, 0);
        }
        if (isCut) Add(run[isClosed ? 0 : ^1], side, 0);
    }

    /// <summary>
    /// True where the half quad P0 P1 S1 S0 (S = P + side a N) is not the sum of two positive triangles. With e = P1 - P0
    /// the four possible triangles have areas a/2 times e.T1 and e.T0 - side a sin, or e.T0 and e.T1 - side a sin,
    /// sin that of the angle from N0 to N1.
    /// </summary>
    private bool IsFlipped(int from, int to, double side)
    {
        ref readonly var s = ref stations.Values[from];
        ref readonly var t = ref stations.Values[to];
        var (ex, ey) = (t.X - s.X, t.Y - s.Y);
        var bend = side * _halfWidth * (s.NormalX * t.NormalY - s.NormalY * t.NormalX);
        var (f0, f1) = (ex * s.NormalY - ey * s.NormalX, ex * t.NormalY - ey * t.NormalX);
        return !((f1 >= 0 && f0 >= bend) || (f0 >= 0 && f1 >= bend));
    }

    /// <summary>Adds a half quad whose outline is not simple as positively wound triangles.</summary>
    private void AddFlipped(int from, int to, double side)
    {
        var (s, t) = (stations.Values[from], stations.Values[to]);
        var e = t.Position - s.Position;
        var bend = side * _halfWidth * Point.Cross(s.Normal, t.Normal);
        var (f0, f1) = (e.X * s.NormalY - e.Y * s.NormalX, e.X * t.NormalY - e.Y * t.NormalX);
        if (f0 >= 0 && f1 >= 0)
        {
            // The normals cross at X between centre line and rim: P0 P1 X and X S0 S1.
            var first = Count;
            Add(from, 0, 0);
            Add(to, 0, 0);
            AddSpecial(from, 0, 0, new(true, from, to, 0, 0));
            Add(from, side, 0);
            Add(to, side, 0);
            AddSpecial(from, 0, 0, new(true, from, to, 0, 0));
            if (side < 0) Array.Reverse(Vertices, first, Count - first);
            EndContour();
            return;
        }
        // The direction turns about: a cusp, passed between two stations.
        Triangle(f1 >= 0 == side > 0, new(from, 0, 0), new(to, 0, 0), new(to, side, 0));
        Triangle(f0 >= bend == side > 0, new(from, 0, 0), new(to, side, 0), new(from, side, 0));
    }

    private void Triangle(bool isPositive, StrokeVertex a, StrokeVertex b, StrokeVertex c)
    {
        Add(a);
        Add(isPositive ? b : c);
        Add(isPositive ? c : b);
        EndContour();
    }

    /// <summary>The vertices between S of the station before a corner and S of the one after it, on one side.</summary>
    private void Join(ReadOnlySpan<int> run, bool isClosed, int i, double side)
    {
        var (from, to) = (run[i], run[i + 1 == run.Length ? 0 : i + 1]);
        var (a, b) = (stations.Values[from].Normal, stations.Values[to].Normal);
        var (sin, cos) = (Point.Cross(a, b), Point.Dot(a, b));
        var turn = sin < 0 ? -1 : 1;
        if (side == turn)
        {
            var before = i > 0 ? run[i - 1] : from;
            var after = i + 2 < run.Length || isClosed ? run[(i + 2) % run.Length] : to;
            JoinInside(before, from, to, after, Math.Abs(sin), cos);
        }
        else JoinOutside(from, to, turn * Math.Atan2(Math.Abs(sin), cos), side);
    }

    /// <summary>
    /// Inside a corner the two half quads overlap. The straight way from S to S takes the triangle P S S off the overlap,
    /// which is sound while both half quads contain it; else the outline goes over P.
    /// </summary>
    private void JoinInside(int before, int from, int to, int after, double sin, double cos)
    {
        var reach = _halfWidth * sin;
        var isContained = cos > 0
            && reach <= (stations.Values[from].Position - stations.Values[before].Position).Length
            && reach <= (stations.Values[after].Position - stations.Values[to].Position).Length;
        if (!isContained) Add(from, 0, 0);
    }

    private void JoinOutside(int from, int to, double angle, double side)
    {
        var size = Math.Abs(angle);
        if (_deviceHalfWidth * size < .01) return;
        var (half, sign) = (.5 * size, angle < 0 ? -1 : 1);
        var (sinHalf, cosHalf) = Math.SinCos(half);
        switch (stroke.Join)
        {
            case LineJoin.Round:
                Fan(from, to, angle, side);
                break;
            case LineJoin.Miter or LineJoin.MiterClip when stroke.MiterLimit * cosHalf >= 1:
                // Along both rims by tan(angle/2): the tip.
                AddSpecial(from, side, sinHalf / cosHalf, new(false, from, to, 0, .5 * sign / (cosHalf * cosHalf)));
                break;
            case LineJoin.MiterClip when stroke.MiterLimit > cosHalf:
                // The rims go on until the line at distance (limit a) from P that is square to the bisector.
                var along = (stroke.MiterLimit - cosHalf) / sinHalf;
                var slope = .5 * sign * (1 - stroke.MiterLimit * cosHalf) / (sinHalf * sinHalf);
                AddSpecial(from, side, along, new(false, from, to, 0, slope));
                AddSpecial(to, side, -along, new(false, from, to, 0, -slope));
                break;
        }
    }

    private void Fan(int from, int to, double angle, double side)
    {
        var sector = new RoundSector(Math.Abs(angle), _deviceHalfWidth);
        var radiusSlope = angle < 0 ? -sector.RadiusSlope : sector.RadiusSlope;
        for (var j = 1; j < sector.Steps; j++)
        {
            // N turned by f angle is cos N - sin T.
            var f = (double)j / sector.Steps;
            var (sin, cos) = Math.SinCos(f * angle);
            var k = sector.Radius;
            AddSpecial(from, side * k * cos, -side * k * sin, new(false, from, to,
                side * (radiusSlope * cos - k * f * sin), -side * (radiusSlope * sin + k * f * cos)));
        }
    }

    /// <summary>What ends a line, from side -1 to +1 at the end (direction 1) and back at the beginning (direction -1).</summary>
    private void Cap(int station, double direction, (bool IsRound, double Reach) form)
    {
        if (form.IsRound)
        {
            var sector = new RoundSector(Math.PI, _deviceHalfWidth);
            for (var j = 1; j < sector.Steps; j++)
            {
                var (sin, cos) = Math.SinCos(Math.PI * j / sector.Steps);
                Add(station, -direction * sector.Radius * cos, direction * sector.Radius * sin);
            }
        }
        else if (form.Reach > 0)
        {
            Add(station, -direction, form.Reach * direction);
            Add(station, direction, form.Reach * direction);
        }
    }

    /// <summary>Ends a contour; one of fewer than three vertices encloses nothing and is taken back.</summary>
    private void EndContour()
    {
        var first = ContourEnds.Count == 0 ? 0 : ContourEnds[^1];
        if (Count - first < 3) Count = first;
        else ContourEnds.Add(Count);
    }

    private void AddSpecial(int station, double across, double along, StrokeSpecial special)
    {
        Specials.Add(special);
        Add(new(station, across, along, Specials.Count - 1));
    }

    private void Add(int station, double across, double along) => Add(new(station, across, along));

    private void Add(in StrokeVertex vertex)
    {
        if (Count == Vertices.Length) Vertices = DrawBuffers.Grown(Vertices, Count + 32);
        Vertices[Count++] = vertex;
    }
}
