using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Lines drawn as filled outlines, as most sets of one colour have them, keep their width: two nodes that face each other across the ink move
/// together, and so do the curves between such pairs and the rounding of an end. The line itself bends as it likes.
/// </summary>
internal static class LineWidths
{
    // Of the canvas diagonal: the widest that counts as a line (3 of 24 units have .088), and how far a node may lie from the one it faces, in widths.
    private const double Widest = .1, Farthest = 2.5;
    // Directions that face each other: the cosine of 18 degrees; how far two nodes may be shifted along the line; how much the widths before and after a corner may differ.
    private const double Against = .95, Shifted = .35, Uneven = .25;
    // A line that is cut off square is longer than wide by this.
    private const double Longer = 1.5;
    // Drawings traced from pictures have no lines.
    private const int MostNodes = 600;

    private sealed class Node(PlacedContour contour, int point, Point before, Point after)
    {
        internal PlacedContour Contour => contour;
        internal int Point => point;
        internal Point At => contour.Source[point];
        /// <summary>The outline's directions before and after the node.</summary>
        internal Point In => before;
        internal Point Out => after;

        /// <summary>The node that it faces; null where there is none.</summary>
        internal Node? Facing { get; set; }
    }

    private sealed record Piece(Node From, int First, int Second, Node To);

    /// <summary>Adds the rows that keep widths.</summary>
    internal static void Keep(IEnumerable<PlacedContour> contours, double diagonal, RelationRows rows)
    {
        foreach (var path in contours.Where(c => c.Kind == ContourKind.Path && c.IsClosed && c.Shape.Fill is not null).GroupBy(c => c.Order))
        {
            var (nodes, pieces) = Read([.. path]);
            if (nodes.Count > MostNodes) continue;
            foreach (var node in nodes) node.Facing = Nearest(node, nodes, Widest * diagonal);
            foreach (var node in nodes)
                if (node.Facing is { } other && other.Facing != node) node.Facing = null;
            var (byFrom, byTo) = (pieces.ToDictionary(p => p.From), pieces.ToDictionary(p => p.To));
            foreach (var piece in pieces)
                if (IsCutEnd(piece, byTo[piece.From], byFrom[piece.To], Widest * diagonal)) (piece.From.Facing, piece.To.Facing) = (piece.To, piece.From);
            var ink = new Ink([.. path]);
            foreach (var node in nodes)
            {
                if (node.Facing is not { } other || ink.Holds(.5 * (node.At + other.At))) continue;
                (node.Facing, other.Facing) = (null, null);
            }
            Tie(nodes, byFrom, rows);
        }
    }

    private static (List<Node>, List<Piece>) Read(PlacedContour[] path)
    {
        var (nodes, pieces) = (new List<Node>(), new List<Piece>());
        foreach (var contour in path)
        {
            var segments = contour.Segments().Where(s => (contour.Source[s.To] - contour.Source[s.From]).Length > 0).ToArray();
            if (segments.Length < 2) continue;
            var own = new Node[segments.Length];
            for (var i = 0; i < own.Length; i++)
            {
                var (before, after) = (segments[(i + own.Length - 1) % own.Length], segments[i]);
                own[i] = new(contour, after.From, Ending(contour.Source, before), Beginning(contour.Source, after));
            }
            nodes.AddRange(own);
            for (var i = 0; i < own.Length; i++) pieces.Add(new(own[i], segments[i].First, segments[i].Second, own[(i + 1) % own.Length]));
        }
        return (nodes, pieces);
    }

    private static Point Beginning(Point[] p, (int From, int First, int Second, int To) s) =>
        s.First < 0 ? Unit(p[s.To] - p[s.From]) : Unit(p[s.First] - p[s.From], p[s.Second] - p[s.From], p[s.To] - p[s.From]);

    private static Point Ending(Point[] p, (int From, int First, int Second, int To) s) =>
        s.First < 0 ? Unit(p[s.To] - p[s.From]) : Unit(p[s.To] - p[s.Second], p[s.To] - p[s.First], p[s.To] - p[s.From]);

    private static Point Unit(params ReadOnlySpan<Point> directions)
    {
        foreach (var d in directions)
            if (d.Length > 1e-9) return 1 / d.Length * d;
        return default;
    }

    private static Node? Nearest(Node node, List<Node> nodes, double widest)
    {
        var (nearest, least) = ((Node?)null, double.PositiveInfinity);
        foreach (var other in nodes)
        {
            var across = other.At - node.At;
            var distance = across.Length;
            if (other == node || distance >= least || distance > Farthest * widest || !Faces(node, other, across, distance, widest)) continue;
            (nearest, least) = (other, distance);
        }
        return nearest;
    }

    /// <summary>Whether the outline comes back past the other node the way it goes past this one, a line's width away.</summary>
    private static bool Faces(Node a, Node b, Point across, double distance, double widest)
    {
        if (distance == 0 || Point.Dot(a.Out, b.In) > -Against || Point.Dot(a.In, b.Out) > -Against) return false;
        var (before, after) = (Math.Abs(Point.Cross(a.In, across)), Math.Abs(Point.Cross(a.Out, across)));
        return Math.Max(before, after) is > 0 and var width && width <= widest && Math.Abs(before - after) <= Uneven * width
            && distance <= Farthest * width && Math.Abs(Point.Dot(Unit(a.In + a.Out), across)) <= Shifted * distance;
    }

    /// <summary>Whether a piece is the square end of a line, from where it comes to where it goes back.</summary>
    private static bool IsCutEnd(Piece piece, Piece before, Piece after, double widest)
    {
        var (a, b) = (piece.From, piece.To);
        var across = b.At - a.At;
        return piece.First < 0 && a.Facing is null && b.Facing is null && across.Length <= widest && Point.Dot(a.In, b.Out) <= -Against
            && Math.Abs(Point.Dot(a.In, across)) <= Shifted * across.Length
            && Math.Min((before.From.At - a.At).Length, (after.To.At - b.At).Length) >= Longer * across.Length;
    }

    private static void Tie(List<Node> nodes, Dictionary<Node, Piece> byFrom, RelationRows rows)
    {
        foreach (var node in nodes)
            if (node.Facing is { } other && (node.Contour != other.Contour || node.Point < other.Point)) Equal(node, node.Point, other, other.Point, rows);
        foreach (var piece in byFrom.Values)
        {
            if (piece.From.Facing is not { } end) continue;
            // There and back: first handle with second, second with first.
            if (piece.To.Facing is { } start && start != piece.From && byFrom[start] is { } back && back.To == end)
            {
                if (piece.First < 0 || back.First < 0) continue;
                Equal(piece.From, piece.First, start, back.Second, rows);
                Equal(piece.From, piece.Second, start, back.First, rows);
            }
            // An end's rounding, in one curve or two: it goes with the line.
            else if (piece.To == end) Follow(piece, rows);
            else if (piece.To.Facing is null && byFrom[piece.To] is var second && second.To == end)
            {
                Equal(piece.From, piece.From.Point, piece.To, piece.To.Point, rows);
                Follow(piece, rows);
                Follow(second, rows);
            }
        }
    }

    private static void Follow(Piece piece, RelationRows rows)
    {
        if (piece.First < 0) return;
        Equal(piece.From, piece.From.Point, piece.From, piece.First, rows);
        Equal(piece.From, piece.From.Point, piece.From, piece.Second, rows);
    }

    private static void Equal(Node a, int point, Node b, int other, RelationRows rows)
    {
        rows.Equal(a.Contour.Points[point].X, b.Contour.Points[other].X);
        rows.Equal(a.Contour.Points[point].Y, b.Contour.Points[other].Y);
    }

    /// <summary>Where a path is filled.</summary>
    private sealed class Ink(PlacedContour[] path)
    {
        private readonly Point[][] _contours = [.. path.Select(c => ContourCurve.Flatten(c, c.Source))];
        private readonly FillRule _rule = path[0].Shape.FillRule;

        internal bool Holds(Point p)
        {
            var winding = 0;
            foreach (var contour in _contours)
                for (var i = 0; i < contour.Length; i++)
                {
                    var (a, b) = (contour[i], contour[(i + 1) % contour.Length]);
                    if (a.Y <= p.Y != b.Y <= p.Y && Point.Cross(b - a, p - a) > 0 == b.Y > a.Y) winding += b.Y > a.Y ? 1 : -1;
                }
            return _rule == FillRule.EvenOdd ? winding % 2 != 0 : winding != 0;
        }
    }
}
