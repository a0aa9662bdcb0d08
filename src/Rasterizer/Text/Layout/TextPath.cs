using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Text.Layout;

/// <summary>A path that text is laid along (SVG 2 section 11.8), measured from its begin across all its contours.</summary>
internal sealed class TextPath
{
    private const int Chords = 64;

    private readonly record struct Piece(Point P0, Point P1, Point P2, Point P3, double[] Lengths);

    private readonly List<Piece> _pieces = [];
    private readonly List<double> _starts = [];

    /// <param name="commands">The path's commands.</param>
    /// <param name="points">Their points, in the text's space.</param>
    /// <param name="isReversed"><c>side="right"</c>.</param>
    public TextPath(IEnumerable<PathCommand> commands, IReadOnlyList<Point> points, bool isReversed)
    {
        var (i, start, last) = (0, default(Point), default(Point));
        foreach (var command in commands)
            switch (command)
            {
                case PathCommand.Move:
                    start = last = points[i++];
                    break;
                case PathCommand.Line:
                    Line(points[i++]);
                    break;
                case PathCommand.Cubic:
                    Add(last, points[i], points[i + 1], points[i + 2]);
                    last = points[i + 2];
                    i += 3;
                    break;
                default:
                    Line(start);
                    break;
            }
        if (isReversed)
        {
            _pieces.Reverse();
            for (var k = 0; k < _pieces.Count; k++)
            {
                var p = _pieces[k];
                _pieces[k] = p.Lengths.Length > 2 ? Measured(p.P3, p.P2, p.P1, p.P0) : new Piece(p.P3, p.P2, p.P1, p.P0, p.Lengths);
            }
        }
        foreach (var piece in _pieces)
        {
            _starts.Add(Length);
            Length += piece.Lengths[^1];
        }

        void Line(Point to)
        {
            if (to != last) _pieces.Add(new Piece(last, last + 1.0 / 3 * (to - last), last + 2.0 / 3 * (to - last), to, [0, (to - last).Length]));
            last = to;
        }
    }

    /// <summary>The length of all contours.</summary>
    public double Length { get; private init; }

    /// <summary>How far along it the text begins.</summary>
    public double Offset { get; private init; }

    /// <summary>The same path with the text beginning at a distance.</summary>
    public TextPath At(double offset) => new(_pieces, _starts, Length, offset);

    private TextPath(List<Piece> pieces, List<double> starts, double length, double offset) =>
        (_pieces, _starts, Length, Offset) = (pieces, starts, length, offset);

    /// <summary>The point at a distance along the path and the direction there in radians; null off its ends.</summary>
    public (Point At, double Angle)? Place(double distance)
    {
        if (_pieces.Count == 0 || !(distance >= 0 && distance <= Length)) return null;
        var index = _starts.BinarySearch(distance);
        if (index < 0) index = ~index - 1;
        var piece = _pieces[index];
        var t = Parameter(piece.Lengths, distance - _starts[index]);
        var s = 1 - t;
        var at = s * s * s * piece.P0 + 3 * s * s * t * piece.P1 + 3 * s * t * t * piece.P2 + t * t * t * piece.P3;
        var direction = s * s * (piece.P1 - piece.P0) + 2 * s * t * (piece.P2 - piece.P1) + t * t * (piece.P3 - piece.P2);
        // Handles on a node leave no derivative there.
        if (direction.Length < 1e-12) direction = piece.P3 - piece.P0;
        return (at, Math.Atan2(direction.Y, direction.X));
    }

    private void Add(Point p0, Point p1, Point p2, Point p3)
    {
        var piece = Measured(p0, p1, p2, p3);
        if (piece.Lengths[^1] > 0) _pieces.Add(piece);
    }

    private static Piece Measured(Point p0, Point p1, Point p2, Point p3)
    {
        var (lengths, last) = (new double[Chords + 1], p0);
        for (var k = 1; k <= Chords; k++)
        {
            var (t, s) = ((double)k / Chords, 1 - (double)k / Chords);
            var p = s * s * s * p0 + 3 * s * s * t * p1 + 3 * s * t * t * p2 + t * t * t * p3;
            lengths[k] = lengths[k - 1] + (p - last).Length;
            last = p;
        }
        return new Piece(p0, p1, p2, p3, lengths);
    }

    private static double Parameter(double[] lengths, double distance)
    {
        var k = Array.BinarySearch(lengths, distance);
        var chords = lengths.Length - 1;
        if (k >= 0) return (double)k / chords;
        k = Math.Clamp(~k, 1, chords);
        var span = lengths[k] - lengths[k - 1];
        return (k - 1 + (span > 0 ? (distance - lengths[k - 1]) / span : 0)) / chords;
    }
}
