using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// What lies in the ink of a line that is drawn as a filled outline goes with it: the edge of a second colour under the line, the ends of a handle within a cup's wall. A node keeps
/// its part of the way from one side of the line to the other.
/// </summary>
internal sealed class InkFollowers(IReadOnlyList<PlacedContour> contours, double widest, double diagonal)
{
    // Contours of more points are traced pictures.
    private const int MostPoints = 300;
    // Rows, and pieces that are looked at for them, in the whole drawing.
    private const int MostFound = 1000;
    private const long MostWork = 10_000_000;
    // Of the canvas diagonal: what lies on a side touches it.
    private const double OnSide = 1e-4;
    // Of the way from a node to the one that it faces.
    private const double NearPair = .25;
    private static readonly double[] _ofCurve = [.3, .7];

    private int _found;
    private long _work;

    /// <summary>Adds the rows by which other contours follow a path's lines.</summary>
    internal void Keep(FilledOutline outline, IReadOnlySet<PlacedContour> lines, RelationRows rows)
    {
        OutlinePiece[] sides = [.. outline.Pieces.Where(p => lines.Contains(p.From.Contour))];
        var box = sides.SelectMany(s => s.Flat).Aggregate(Extent.Empty, (b, p) => b.With(p));
        foreach (var contour in contours)
        {
            if (contour.Order == sides[0].From.Contour.Order || contour.Round is not null || contour.Points.Length > MostPoints || !contour.Extent.Meets(box, 0)) continue;
            var places = new (OutlinePlace A, OutlinePlace B, double Part)?[contour.Points.Length];
            for (var i = 0; i < places.Length; i++)
            {
                if (!contour.IsNode[i] || Place(contour.Source[i], outline, sides, box) is not { } place) continue;
                places[i] = place;
                foreach (var axis in (ReadOnlySpan<Point>)[new(1, 0), new(0, 1)])
                    rows.Add([(axis.X, contour.Points[i].X), (axis.Y, contour.Points[i].Y), .. Between(axis, place)]);
                _found++;
            }
            foreach (var (from, first, second, to) in contour.Segments())
            {
                if (first < 0 || places[from] is null || places[to] is null) continue;
                Curve(contour, [from, first, second, to]);
            }
        }

        void Curve(PlacedContour contour, int[] points)
        {
            foreach (var t in _ofCurve)
            {
                var s = 1 - t;
                double[] weights = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
                var at = ContourCurve.Cubic(contour.Source[points[0]], contour.Source[points[1]], contour.Source[points[2]], contour.Source[points[3]], t);
                if (Place(at, outline, sides, box) is not { } place) continue;
                var across = FacingSides.Normal(place.A.Piece.Direction(place.A.T));
                rows.Add([.. points.SelectMany((p, i) => new[] { (weights[i] * across.X, contour.Points[p].X), (weights[i] * across.Y, contour.Points[p].Y) }), .. Between(across, place)]);
            }
        }
    }

    private static IEnumerable<(double, LinearForm)> Between(Point axis, (OutlinePlace A, OutlinePlace B, double Part) place) =>
        [.. place.A.Piece.Along(axis, place.A.T, place.Part - 1), .. place.B.Piece.Along(axis, place.B.T, -place.Part)];

    /// <summary>The places on both sides of the line that a point lies in, and its part of the way between them; null where it lies in none.</summary>
    private (OutlinePlace A, OutlinePlace B, double Part)? Place(Point p, FilledOutline outline, OutlinePiece[] sides, in Extent box)
    {
        if (_found >= MostFound || _work > MostWork || !box.Holds(new(p.X, p.Y, p.X, p.Y), 0)) return null;
        _work += outline.Pieces.Count;
        if (!outline.Holds(p)) return null;
        if (FilledOutline.Nearest(sides, p, widest) is not var (nearest, least) || least < OnSide * diagonal) return null;
        if (AtPair(p, outline) is { } pair) return pair;
        var from = nearest.Piece.At(nearest.T);
        if (FacingSides.Hit(nearest.Piece, from, FilledOutline.Unit(p - from), outline, widest) is not { } hit) return (nearest, nearest, 0);
        var width = (hit.Piece.At(hit.T) - from).Length;
        return width > least ? (nearest, hit, least / width) : null;
    }

    /// <summary>The nodes that face each other where a point lies near the way from one to the other: at a corner what is straight across is the next line, lengthwise.</summary>
    private static (OutlinePlace A, OutlinePlace B, double Part)? AtPair(Point p, FilledOutline outline)
    {
        var (found, least) = (((OutlinePlace, OutlinePlace, double)?)null, double.PositiveInfinity);
        foreach (var node in outline.Nodes)
        {
            if (node.Facing is not { } other) continue;
            var way = other.At - node.At;
            var part = Math.Clamp(Point.Dot(p - node.At, way) / Point.Dot(way, way), 0, 1);
            var far = (node.At + part * way - p).Length;
            if (far < least && far <= NearPair * way.Length) (found, least) = ((new(node.After, 0), new(other.After, 0), part), far);
        }
        return found;
    }
}
