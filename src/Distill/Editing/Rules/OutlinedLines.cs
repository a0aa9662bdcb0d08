using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Lines drawn as filled outlines, as most sets of one colour have them, keep their width: two nodes that face each other across the ink move
/// together, and so do level and upright sides, the curves between such pairs, and the rounding of an end. The line itself bends as it likes. Contours
/// that are lines only here and there, a body with a thin tail, are free.
/// </summary>
internal static class OutlinedLines
{
    // Of the canvas diagonal: the widest that counts as a line (3 of 24 units have .088), and how far a node may lie from the one it faces, in widths.
    private const double Widest = .1, Farthest = 2.5;
    // Directions that face each other: the cosine of 18 degrees; how far two nodes may be shifted along the line; how much the widths before and after a corner may differ.
    private const double Against = .95, Shifted = .35, Uneven = .25;
    // A line that is cut off square is longer than wide by this.
    private const double Longer = 1.5;
    // The part of a contour's nodes that lie on lines, from which on it is made of lines.
    private const double Mostly = .6;
    // And of its length, whatever its nodes.
    private const double MostOfLength = .75;
    // Drawings traced from pictures have no lines.
    private const int MostNodes = 600;

    /// <summary>Adds the rows that keep widths.</summary>
    internal static void Keep(IReadOnlyList<PlacedContour> contours, double diagonal, RelationRows rows)
    {
        var followers = new InkFollowers(contours, Widest * diagonal, diagonal);
        foreach (var path in contours.Where(c => c.Kind == ContourKind.Path && c.IsClosed && c.Shape.Fill is not null).GroupBy(c => c.Order))
        {
            var outline = new FilledOutline([.. path]);
            if (outline.Nodes.Count > MostNodes) continue;
            FaceNodes(outline, Widest * diagonal);
            var sides = Sides(outline, Widest * diagonal, diagonal);
            foreach (var node in sides.SelectMany(s => new[] { s.A.From, s.A.To, s.B.From, s.B.To })) node.IsOnLine = true;
            var lines = outline.Nodes.GroupBy(n => n.Contour).Where(c => c.Count(n => n.Facing is not null || n.IsOnLine) >= Mostly * c.Count()).Select(c => c.Key).ToHashSet();
            foreach (var contour in outline.Pieces.GroupBy(p => p.From.Contour))
                if (!lines.Contains(contour.Key) && FacingSides.Part(contour, outline, Widest * diagonal) >= MostOfLength) lines.Add(contour.Key);
            foreach (var node in outline.Nodes)
                if (node.Facing is { } other && !(lines.Contains(node.Contour) && lines.Contains(other.Contour))) (node.Facing, other.Facing) = (null, null);
            Tie(outline, rows);
            foreach (var piece in outline.Pieces)
                if (lines.Contains(piece.From.Contour) && !IsTied(piece)) FacingSides.Follow(piece, outline, Widest * diagonal, rows);
            foreach (var (a, b, isLevel) in sides)
            {
                if (!lines.Contains(a.From.Contour) || !lines.Contains(b.From.Contour)) continue;
                rows.Equal(isLevel ? a.From.Form.Y : a.From.Form.X, isLevel ? b.From.Form.Y : b.From.Form.X);
            }
            if (lines.Count > 0) followers.Keep(outline, lines, rows);
        }
    }

    private static void FaceNodes(FilledOutline outline, double widest)
    {
        foreach (var node in outline.Nodes) node.Facing = Nearest(node, outline, widest);
        foreach (var node in outline.Nodes)
            if (node.Facing is { } other && other.Facing != node) node.Facing = null;
        // A dot faces itself all round: what would be the tip of a line's end faces the other tip.
        var dots = outline.Nodes.Where(n => n.Facing is not null && n.Before.From.Facing == n.After.To).Select(n => n.Contour).ToHashSet();
        foreach (var node in outline.Nodes)
            if (node.Facing is { } other && other.Contour == node.Contour && dots.Contains(node.Contour)) (node.Facing, other.Facing) = (null, null);
        foreach (var node in outline.Nodes)
            if (node.Facing is { } other && !outline.Holds(.5 * (node.At + other.At))) (node.Facing, other.Facing) = (null, null);
        foreach (var piece in outline.Pieces)
            if (IsCutEnd(piece, outline, widest)) (piece.From.Facing, piece.To.Facing) = (piece.To, piece.From);
    }

    /// <summary>Each level or upright side with the nearest one that it faces across the ink: their nodes need not face each other (the bars of a window).</summary>
    private static List<(OutlinePiece A, OutlinePiece B, bool IsLevel)> Sides(FilledOutline outline, double widest, double diagonal)
    {
        var found = new List<(OutlinePiece, OutlinePiece, bool)>();
        foreach (var isLevel in (ReadOnlySpan<bool>)[true, false])
        {
            var sides = outline.Pieces.Where(p => p.IsLine && (isLevel ? KeptForms.IsLevel(p.From.At, p.To.At, diagonal) : KeptForms.IsUpright(p.From.At, p.To.At, diagonal)))
                .Select(p => (Piece: p, From: Along(p.From.At), To: Along(p.To.At), At: Across(p.From.At))).ToArray();
            foreach (var a in sides)
            {
                var (nearest, least) = ((OutlinePiece?)null, widest);
                foreach (var b in sides)
                {
                    var (width, low, high) = (Math.Abs(b.At - a.At), Math.Max(Math.Min(a.From, a.To), Math.Min(b.From, b.To)), Math.Min(Math.Max(a.From, a.To), Math.Max(b.From, b.To)));
                    if (width == 0 || width > least || (a.To > a.From == b.To > b.From && !outline.IsEvenOdd) || high - low < .5 * Math.Min(Math.Abs(a.To - a.From), Math.Abs(b.To - b.From))) continue;
                    var (along, across) = ((low + high) / 2, (a.At + b.At) / 2);
                    if (outline.Holds(isLevel ? new(along, across) : new(across, along))) (nearest, least) = (b.Piece, width);
                }
                if (nearest is not null) found.Add((a.Piece, nearest, isLevel));
            }

            double Along(Point p) => isLevel ? p.X : p.Y;
            double Across(Point p) => isLevel ? p.Y : p.X;
        }
        return found;
    }

    private static OutlineNode? Nearest(OutlineNode node, FilledOutline outline, double widest)
    {
        var (nearest, least) = ((OutlineNode?)null, double.PositiveInfinity);
        foreach (var other in outline.Nodes)
        {
            var across = other.At - node.At;
            var distance = across.Length;
            if (other == node || distance >= least || distance > Farthest * widest || !Faces(node, other, across, distance, widest, outline.IsEvenOdd)) continue;
            (nearest, least) = (other, distance);
        }
        return nearest;
    }

    /// <summary>
    /// Whether the outline comes back past the other node the way it goes past this one, a line's width away. Under the even-odd rule a hole may go the same way
    /// round as what it is in.
    /// </summary>
    private static bool Faces(OutlineNode a, OutlineNode b, Point across, double distance, double widest, bool isEvenOdd)
    {
        var isBack = Point.Dot(a.Out, b.In) <= -Against && Point.Dot(a.In, b.Out) <= -Against;
        var isBeside = isEvenOdd && a.Contour != b.Contour && Point.Dot(a.Out, b.Out) >= Against && Point.Dot(a.In, b.In) >= Against;
        if (distance == 0 || !(isBack || isBeside)) return false;
        var (before, after) = (Math.Abs(Point.Cross(a.In, across)), Math.Abs(Point.Cross(a.Out, across)));
        return Math.Max(before, after) is > 0 and var width && width <= widest && Math.Abs(before - after) <= Uneven * width
            && distance <= Farthest * width && Math.Abs(Point.Dot(FilledOutline.Unit(a.In + a.Out), across)) <= Shifted * distance;
    }

    /// <summary>Whether a piece is the square end of a line, from where it comes to where it goes back.</summary>
    private static bool IsCutEnd(OutlinePiece piece, FilledOutline outline, double widest)
    {
        var (a, b) = (piece.From, piece.To);
        var across = b.At - a.At;
        return piece.IsLine && a.Facing is null && b.Facing is null && across.Length <= widest && Point.Dot(a.In, b.Out) <= -Against
            && Math.Abs(Point.Dot(a.In, across)) <= Shifted * across.Length
            && Math.Min((a.Before.From.At - a.At).Length, (b.After.To.At - b.At).Length) >= Longer * across.Length
            && outline.Holds(.5 * (a.At + b.At) - .5 * across.Length * a.In); // the end's own middle lies on the outline
    }

    private static void Tie(FilledOutline outline, RelationRows rows)
    {
        foreach (var node in outline.Nodes)
            if (node.Facing is { } other) rows.Equal(node.Form, other.Form);
        foreach (var piece in outline.Pieces)
        {
            if (piece.From.Facing is not { } end) continue;
            // There and back: first handle with second; the piece that goes back says it of the other two. A hole of two pieces comes back even where it goes the same way round.
            if (piece.To.Facing is { } start && start != piece.From && start.After.To == end && Point.Dot(piece.From.Out, end.In) <= -Against)
            {
                if (!piece.IsLine && !start.After.IsLine) rows.Equal(piece.First, start.After.Second);
            }
            // Beside one another.
            else if (piece.To != end && piece.To.Facing == end.After.To)
            {
                if (piece.IsLine || end.After.IsLine) continue;
                rows.Equal(piece.First, end.After.First);
                rows.Equal(piece.Second, end.After.Second);
            }
            // An end's rounding, in one curve or two: it goes with the line.
            else if (piece.To == end) Follow(piece.From, piece, rows);
            else if (piece.To.Facing is null && piece.To.After.To == end)
            {
                rows.Equal(piece.From.Form, piece.To.Form);
                Follow(piece.From, piece, rows);
                Follow(piece.To, piece.To.After, rows);
            }
        }
    }

    // Both its nodes move with others, and what is between those with what is between these.
    private static bool IsTied(OutlinePiece piece) => piece.From.Facing is { } end && piece.To.Facing is { } start
        && (start.After.To == end || end.After.To == start || piece.From.Facing == piece.To);

    private static void Follow(OutlineNode node, OutlinePiece piece, RelationRows rows)
    {
        if (piece.IsLine) return;
        rows.Equal(node.Form, piece.First);
        rows.Equal(node.Form, piece.Second);
    }
}
