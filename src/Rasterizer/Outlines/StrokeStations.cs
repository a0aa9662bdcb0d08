using System.Runtime.CompilerServices;
using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// A place on a stroke's centre line, in user space: position P and normal N = (-T_y, T_x), T the direction. Inside curves
/// N is a little longer than 1, see <see cref="StrokeStations"/>.
/// </summary>
internal struct Station
{
    public double X, Y, NormalX, NormalY;

    public readonly Point Position => new(X, Y);
    public readonly Point Normal => new(NormalX, NormalY);
}

/// <summary>A contour's stations: consecutive ones.</summary>
internal readonly record struct StationRange(int First, int Count, bool IsClosed);

/// <summary>
/// A stroke's centre line as stations. Curves give their flattening's vertices with the curve's own normals; where the
/// normal turns too far between two of them (tight bends, cusps), stations with normals between are inserted, so that a
/// thick stroke stays round there. Segments too short to have a direction are passed over.
/// </summary>
/// <remarks>
/// The chord between two offset points P + aN lies nearer to the centre line than a by a d^2/8 in its middle, d the angle
/// between the normals: a twelfth of d^2 on average. The normals inside a curve of m intervals are therefore stretched by
/// 1 + m/(m-1) (d_before^2 + d_after^2) / 24, so that a stroke has the right width to leading order. With unit
/// normals d^2 = 2 - 2 N.N'.
/// </remarks>
internal sealed class StrokeStations(DevicePath path)
{
    /// <summary>Shorter segments and handles, in device pixels, have no direction.</summary>
    private const double Shortest = 1e-5;

    // Directions at the ends of a curve whose handles sit on its ends.
    private static readonly double[] _firstToThird = [-1, 0, 1, 0], _firstToLast = [-1, 0, 0, 1], _secondToLast = [0, -1, 0, 1];

    private readonly List<(int First, int Count)> _curves = [];
    private Origin[] _origins = [];
    private double _shortest, _cosTurn, _turn;

    /// <summary>How many stations.</summary>
    public int Count { get; private set; }
    /// <summary>The stations.</summary>
    public Station[] Values { get; private set; } = [];
    /// <summary>dL/d<see cref="Values"/>.</summary>
    public Station[] Gradient { get; private set; } = [];
    /// <summary>True where the station begins a segment, so that a join lies before it.</summary>
    public bool[] JoinsPrevious { get; private set; } = [];
    /// <summary>The contours.</summary>
    public List<StationRange> Contours { get; } = [];

    /// <summary>Takes the stations of all contours.</summary>
    /// <param name="scale">Device pixels in a user unit, at most.</param>
    /// <param name="turn">The angle that normals may turn between stations.</param>
    public void Sample(double scale, double turn)
    {
        (Count, _shortest, _turn, _cosTurn) = (0, Shortest / scale, turn, Math.Cos(turn));
        Contours.Clear();
        _curves.Clear();
        var layout = path.Path.Layout;
        foreach (var contour in layout.Contours)
        {
            var first = Count;
            for (var s = contour.FirstSegment; s < contour.FirstSegment + contour.SegmentCount; s++)
            {
                if (layout.SegmentOrders[s] == 3) Curve(layout.SegmentStarts[s], path.Pieces[s]);
                else Line(layout.SegmentStarts[s], layout.SegmentStarts[s] + 1);
            }
            if (contour.IsClosed) Line(contour.LastPoint, contour.FirstPoint);
            var isPoint = Count == first;
            if (isPoint) Add(At(contour.FirstPoint), new(0, 1), new() { Kind = OriginKind.Point, First = contour.FirstPoint });
            Contours.Add(new(first, Count - first, contour.IsClosed && !isPoint));
        }
    }

    /// <summary>Adds a station between two neighbours, for a dash's end; <see cref="CutBackward"/> differentiates it.</summary>
    public int AddCut(int station, double fraction)
    {
        var (a, b) = (Values[station], Values[station + 1]);
        var position = a.Position + fraction * (b.Position - a.Position);
        var normal = a.Normal + fraction * (b.Normal - a.Normal);
        Add(position, normal, new() { Kind = OriginKind.Between, First = station, Second = station + 1, Fraction = fraction });
        return Count - 1;
    }

    /// <summary>dL/dfraction of a cut; its position's and normal's gradients pass to its neighbours.</summary>
    public double CutBackward(int cut)
    {
        var origin = _origins[cut];
        var (a, b, g) = (Values[origin.First], Values[origin.Second], Gradient[cut]);
        Blend(origin, g.Position, g.Normal);
        return Point.Dot(g.Position, b.Position - a.Position) + Point.Dot(g.Normal, b.Normal - a.Normal);
    }

    /// <summary>Forgets all, memory included.</summary>
    public void Release()
    {
        (Count, Values, _origins, Gradient, JoinsPrevious) = (0, [], [], [], []);
        Contours.Clear();
        _curves.Clear();
    }

    /// <summary>Clears <see cref="Gradient"/> before vertices are differentiated into it.</summary>
    public void ClearGradient()
    {
        if (Gradient.Length < Count) Gradient = new Station[Values.Length];
        Array.Clear(Gradient, 0, Count);
    }

    /// <summary>Passes <see cref="Gradient"/> on to the path's points.</summary>
    public void Backward()
    {
        foreach (var (first, count) in _curves) StretchBackward(first, count);
        for (var i = 0; i < Count; i++) if (_origins[i].Kind == OriginKind.Turned) TurnedBackward(i);
        for (var i = 0; i < Count; i++)
        {
            switch (_origins[i].Kind)
            {
                case OriginKind.Point:
                    Scatter(_origins[i].First, Gradient[i].Position);
                    break;
                case OriginKind.LineStart or OriginKind.LineEnd:
                    LineBackward(i);
                    break;
                case OriginKind.Curve:
                    CurveBackward(i);
                    break;
            }
        }
    }

    /// <summary>Moves a gradient of a normal to one of the angle by which it was turned: dL/dangle.</summary>
    public static double AngleGradient(Point normal, Point gradient) => Point.Cross(normal, gradient);

    /// <summary>Adds dL/dangle, angle from one station's normal to another's.</summary>
    public void GatherTurn(int from, int to, double g)
    {
        var (a, b) = (Values[from], Values[to]);
        ref var ga = ref Gradient[from];
        ref var gb = ref Gradient[to];
        (ga.NormalX, ga.NormalY) = (ga.NormalX + g * a.NormalY, ga.NormalY - g * a.NormalX);
        (gb.NormalX, gb.NormalY) = (gb.NormalX - g * b.NormalY, gb.NormalY + g * b.NormalX);
    }

    private void Line(int from, int to)
    {
        var (a, b) = (At(from), At(to));
        var d = b - a;
        var length = d.Length;
        if (!(length > _shortest && length < double.PositiveInfinity)) return;
        var normal = 1 / length * new Point(-d.Y, d.X);
        Add(a, normal, new() { Kind = OriginKind.LineStart, First = from, Second = to }, joins: true);
        Add(b, normal, new() { Kind = OriginKind.LineEnd, First = from, Second = to });
    }

    private void LineBackward(int i)
    {
        var origin = _origins[i];
        var (d, g) = (At(origin.Second) - At(origin.First), Gradient[i]);
        var gd = DirectionGradient(d, Unit(i), g.Normal);
        Scatter(origin.First, new(-gd.X, -gd.Y));
        Scatter(origin.Second, gd);
        Scatter(origin.Kind == OriginKind.LineStart ? origin.First : origin.Second, g.Position);
    }

    private void Curve(int first, int pieces)
    {
        var p = path.Path.Points.AsSpan(2 * first, 8);
        if (Far(p, 0, 1) == 0 && Far(p, 0, 2) == 0 && Far(p, 0, 3) == 0) return;
        var table = path.Path.Table(pieces);
        var (previous, start) = (-1, Count);
        for (var i = 0; i <= pieces; i++)
        {
            var origin = new Origin { Kind = OriginKind.Curve, First = first, Second = i, Pieces = pieces, Direction = Rule(p, i, table) };
            var d = Weighted(Direction(origin, table), p);
            var length = d.Length;
            if (!(length > 0 && length < double.PositiveInfinity)) continue;
            var normal = 1 / length * new Point(-d.Y, d.X);
            var position = Weighted(table.Positions.AsSpan(4 * i, 4), p);
            if (previous >= 0) Turn(previous, position, normal);
            Add(position, normal, origin, joins: previous < 0);
            previous = Count - 1;
        }
        if (Count - start < 3) return;
        _curves.Add((start, Count - start));
        Stretch(start, Count - start);
    }

    private void Stretch(int first, int count)
    {
        var scale = (count - 1.0) / (count - 2.0) / 24;
        var before = Values[first].Normal;
        for (var i = first + 1; i < first + count - 1; i++)
        {
            var (normal, after) = (Values[i].Normal, Values[i + 1].Normal);
            var stretch = 1 + scale * (4 - 2 * Point.Dot(normal, before) - 2 * Point.Dot(normal, after));
            (Values[i].NormalX, Values[i].NormalY, _origins[i].Stretch) = (stretch * normal.X, stretch * normal.Y, stretch);
            before = normal;
        }
    }

    /// <summary>Turns the gradients of the stretched normals into those of the unit normals.</summary>
    private void StretchBackward(int first, int count)
    {
        var twice = (count - 1.0) / (count - 2.0) / 12;
        // q = g.N, the gradient of a normal's stretch; the end normals are not stretched.
        Point before = default, normal = Unit(first);
        var (qBefore, q) = (0.0, 0.0);
        for (var i = first; i < first + count; i++)
        {
            Point after = default;
            var qAfter = 0.0;
            if (i + 1 < first + count)
            {
                after = Unit(i + 1);
                if (i + 2 < first + count) qAfter = Point.Dot(Gradient[i + 1].Normal, after);
            }
            var stretch = _origins[i].Stretch;
            ref var g = ref Gradient[i];
            g.NormalX = stretch * g.NormalX - twice * ((q + qBefore) * before.X + (q + qAfter) * after.X);
            g.NormalY = stretch * g.NormalY - twice * ((q + qBefore) * before.Y + (q + qAfter) * after.Y);
            (before, normal, qBefore, q) = (normal, after, q, qAfter);
        }
    }

    private Point Unit(int i) => 1 / _origins[i].Stretch * Values[i].Normal;

    private void CurveBackward(int i)
    {
        var (origin, g) = (_origins[i], Gradient[i]);
        var table = path.Path.Table(origin.Pieces);
        var weights = table.Positions.AsSpan(4 * origin.Second, 4);
        var directions = Direction(origin, table);
        var gd = DirectionGradient(Weighted(directions, path.Path.Points.AsSpan(2 * origin.First, 8)), Unit(i), g.Normal);
        var to = path.Path.Gradient.AsSpan(2 * origin.First, 8);
        for (var j = 0; j < 4; j++)
        {
            to[2 * j] += weights[j] * g.X + directions[j] * gd.X;
            to[2 * j + 1] += weights[j] * g.Y + directions[j] * gd.Y;
        }
    }

    /// <summary>Stations between the last one and the next, P on the chord and N turned in equal steps.</summary>
    private void Turn(int previous, Point position, Point normal)
    {
        var from = Values[previous];
        if (Point.Dot(from.Normal, normal) >= _cosTurn) return;
        var angle = Math.Atan2(Point.Cross(from.Normal, normal), Point.Dot(from.Normal, normal));
        var steps = (int)Math.Ceiling(Math.Abs(angle) / _turn);
        var next = Count + steps - 1;
        for (var j = 1; j < steps; j++)
        {
            var fraction = (double)j / steps;
            var (sin, cos) = Math.SinCos(fraction * angle);
            Add(from.Position + fraction * (position - from.Position),
                new(cos * from.NormalX - sin * from.NormalY, sin * from.NormalX + cos * from.NormalY),
                new() { Kind = OriginKind.Turned, First = previous, Second = next, Fraction = fraction });
        }
    }

    private void TurnedBackward(int i)
    {
        var (origin, g) = (_origins[i], Gradient[i]);
        // The normal is that of First turned by a fraction of the angle between the two.
        var gAngle = AngleGradient(Unit(i), g.Normal);
        Blend(origin, g.Position, default);
        var (a, b) = (Unit(origin.First), Unit(origin.Second));
        ref var ga = ref Gradient[origin.First];
        ref var gb = ref Gradient[origin.Second];
        var (toA, toB) = ((1 - origin.Fraction) * gAngle, origin.Fraction * gAngle);
        (ga.NormalX, ga.NormalY) = (ga.NormalX - toA * a.Y, ga.NormalY + toA * a.X);
        (gb.NormalX, gb.NormalY) = (gb.NormalX - toB * b.Y, gb.NormalY + toB * b.X);
    }

    private void Blend(in Origin origin, Point position, Point normal)
    {
        ref var a = ref Gradient[origin.First];
        ref var b = ref Gradient[origin.Second];
        var (s, t) = (1 - origin.Fraction, origin.Fraction);
        (a.X, a.Y, a.NormalX, a.NormalY) = (a.X + s * position.X, a.Y + s * position.Y, a.NormalX + s * normal.X, a.NormalY + s * normal.Y);
        (b.X, b.Y, b.NormalX, b.NormalY) = (b.X + t * position.X, b.Y + t * position.Y, b.NormalX + t * normal.X, b.NormalY + t * normal.Y);
    }

    /// <summary>dL/dd for N = (-d_y, d_x) / |d|: only turning d turns N.</summary>
    private static Point DirectionGradient(Point d, Point normal, Point gNormal)
    {
        var g = AngleGradient(normal, gNormal) / Point.Dot(d, d);
        return new(-g * d.Y, g * d.X);
    }

    private DirectionRule Rule(ReadOnlySpan<double> p, int i, FlatteningTable table)
    {
        if (i == 0 && Far(p, 0, 1) == 0) return Far(p, 0, 2) > 0 ? DirectionRule.FirstToThird : DirectionRule.FirstToLast;
        if (i == table.Segments && Far(p, 2, 3) == 0) return Far(p, 1, 3) > 0 ? DirectionRule.SecondToLast : DirectionRule.FirstToLast;
        // At a cusp the derivative vanishes; the direction is taken from just after it.
        if (i > 0 && i < table.Segments && Weighted(table.Derivatives.AsSpan(4 * i, 4), p).Length < 1e-3 * _shortest) return DirectionRule.Next;
        return DirectionRule.Own;
    }

    private static ReadOnlySpan<double> Direction(in Origin origin, FlatteningTable table) => origin.Direction switch
    {
        DirectionRule.Own => table.Derivatives.AsSpan(4 * origin.Second, 4),
        DirectionRule.Next => table.Derivatives.AsSpan(4 * origin.Second + 4, 4),
        DirectionRule.FirstToThird => _firstToThird,
        DirectionRule.SecondToLast => _secondToLast,
        _ => _firstToLast,
    };

    /// <summary>The distance between two control points, 0 where it is too short to have a direction.</summary>
    private double Far(ReadOnlySpan<double> p, int a, int b)
    {
        var d = new Point(p[2 * b] - p[2 * a], p[2 * b + 1] - p[2 * a + 1]).Length;
        return d > _shortest ? d : 0;
    }

    private static Point Weighted(ReadOnlySpan<double> w, ReadOnlySpan<double> p) => new(
        w[0] * p[0] + w[1] * p[2] + w[2] * p[4] + w[3] * p[6], w[0] * p[1] + w[1] * p[3] + w[2] * p[5] + w[3] * p[7]);

    private Point At(int point) => new(path.Path.Points[2 * point], path.Path.Points[2 * point + 1]);

    private void Scatter(int point, Point g)
    {
        path.Path.Gradient[2 * point] += g.X;
        path.Path.Gradient[2 * point + 1] += g.Y;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(Point position, Point normal, in Origin origin, bool joins = false)
    {
        if (Count == Values.Length) Grow();
        Values[Count] = new() { X = position.X, Y = position.Y, NormalX = normal.X, NormalY = normal.Y };
        _origins[Count] = origin;
        _origins[Count].Stretch = 1;
        JoinsPrevious[Count++] = joins;
    }

    private void Grow()
    {
        var size = Math.Max(16, 2 * Count);
        (Values, _origins, JoinsPrevious) =
            (DrawBuffers.Grown(Values, size), DrawBuffers.Grown(_origins, size), DrawBuffers.Grown(JoinsPrevious, size));
    }

    private enum OriginKind : byte { Point, LineStart, LineEnd, Curve, Turned, Between }

    private enum DirectionRule : byte { Own, Next, FirstToThird, SecondToLast, FirstToLast }

    /// <summary>What a station was computed from: points of the path, or (Turned, Between) two other stations.</summary>
    private struct Origin
    {
        public OriginKind Kind;
        public DirectionRule Direction;
        public int First, Second, Pieces;
        public double Fraction, Stretch;
    }
}
