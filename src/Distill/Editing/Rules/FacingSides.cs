using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Sides that face each other across the ink of a line, whatever nodes they are drawn through: the shorter piece follows the longer one across the line.
/// Along the line, and where the longer one goes, both are free.
/// </summary>
internal static class FacingSides
{
    // The cosine of 18 degrees: what opens by more is no line.
    private const double Against = .95;
    private const double Nothing = 1e-9;
    // Where a piece is held: a line by two places, which say all there is to say of it, a curve by two and its smooth ends; one shorter than its line is wide by one.
    private static readonly double[] _ofLine = [.2, .8], _ofCurve = [.3, .7];

    /// <summary>The part of a contour's length that faces another side across the ink.</summary>
    internal static double Part(IEnumerable<OutlinePiece> contour, FilledOutline outline, double widest)
    {
        var (facing, all) = (0.0, 0.0);
        foreach (var piece in contour)
            foreach (var t in Places(piece))
            {
                var part = piece.Length / Places(piece).Length;
                all += part;
                if (Across(piece, t, outline, widest) is not null) facing += part;
            }
        return all > 0 ? facing / all : 0;
    }

    /// <summary>Rows by which a piece follows what it faces, where that is longer.</summary>
    internal static void Follow(OutlinePiece piece, FilledOutline outline, double widest, RelationRows rows)
    {
        if (Across(piece, .5, outline, widest) is { } middle && piece.Length < (middle.Piece.At(middle.T) - piece.At(.5)).Length)
        {
            Follow(.5);
            return;
        }
        foreach (var t in Places(piece))
        {
            // What moves with the node it faces is held there.
            if (piece.IsLine && (t < .5 ? piece.From : piece.To).Facing is not null) continue;
            Follow(t);
        }
        if (piece is { IsLine: false, To: { Facing: null, After.IsLine: false } to } && Point.Dot(to.In, to.Out) >= Against) Follow(1);

        void Follow(double t)
        {
            if (Across(piece, t, outline, widest) is { } place && outline.IsBefore(place.Piece, piece)) Tie(piece, t, place, rows);
        }
    }

    private static double[] Places(OutlinePiece piece) => piece.IsLine ? _ofLine : _ofCurve;

    private static void Tie(OutlinePiece piece, double t, OutlinePlace other, RelationRows rows)
    {
        var normal = Normal(piece.Direction(t));
        rows.Add([.. piece.Along(normal, t, 1), .. other.Piece.Along(normal, other.T, -1)]);
    }

    internal static Point Normal(Point direction) => new(-direction.Y, direction.X);

    /// <summary>The place that lies straight across the ink, where the outline comes back; null where there is none.</summary>
    private static OutlinePlace? Across(OutlinePiece piece, double t, FilledOutline outline, double widest)
    {
        var (from, along) = (piece.At(t), piece.Direction(t));
        foreach (var side in (ReadOnlySpan<double>)[1, -1])
        {
            if (Hit(piece, from, side * Normal(along), outline, widest) is not { } hit || !outline.Holds(.5 * (from + hit.Piece.At(hit.T)))) continue;
            var turn = Point.Dot(along, hit.Piece.Direction(hit.T));
            // A dot, and what is oval, faces itself all round.
            if (hit.Piece.From.Contour == piece.From.Contour && piece.From.Contour.Round is not null) return null;
            return turn <= -Against || (outline.IsEvenOdd && hit.Piece.From.Contour != piece.From.Contour && turn >= Against) ? hit : null;
        }
        return null;
    }

    /// <summary>The first place, not on the piece itself, that a ray meets within a length.</summary>
    internal static OutlinePlace? Hit(OutlinePiece own, Point from, Point direction, FilledOutline outline, double length)
    {
        var (found, nearest) = ((OutlinePlace?)null, length);
        foreach (var piece in outline.Pieces)
        {
            if (piece == own || !piece.Box.Holds(new(from.X, from.Y, from.X, from.Y), length)) continue;
            for (var i = 0; i + 1 < piece.Flat.Length; i++)
            {
                Point p = piece.Flat[i], d = piece.Flat[i + 1] - p;
                var area = Point.Cross(direction, d);
                if (Math.Abs(area) <= Nothing * d.Length) continue;
                var (far, part) = (Point.Cross(p - from, d) / area, Point.Cross(p - from, direction) / area);
                if (far <= Nothing * length || far >= nearest || part is < 0 or > 1) continue;
                (found, nearest) = (new(piece, (i + part) / (piece.Flat.Length - 1)), far);
            }
        }
        return found;
    }
}
