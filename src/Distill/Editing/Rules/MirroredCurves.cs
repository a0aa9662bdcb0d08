using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Closed contours whose curve is its own mirror image though its nodes are not, as optimisers leave them (one half in two arcs, the other in one): places along one side
/// follow those of the other across the curve. Contours with the same nodes on both sides are tied point by point (<see cref="MirrorSymmetry"/>).
/// </summary>
internal static class MirroredCurves
{
    // Of the canvas diagonal: small contours go as they like, or as wholes; of the drawing's larger ones so many are looked at, with so many points at most.
    private const double Smallest = .1;
    private const int MostContours = 100, MostPoints = 300;
    // Of the canvas diagonal, and of the contour's size: how far a place may lie from the image of its image.
    private const double Off = .0015, OffOfSize = .02;
    // Two places say all there is to say of a line; a curve has six ways to change, two of them along itself.
    private static readonly double[] _ofLine = [.2, .8], _ofCurve = [.1, .3, .5, .7, .9];

    /// <summary>Adds the rows that keep such contours symmetric.</summary>
    internal static void Keep(IReadOnlyList<PlacedContour> contours, IReadOnlyList<SymmetryRelation> found, Extent canvas, double diagonal, SymmetryMode mode, RelationRows rows)
    {
        if (mode == SymmetryMode.None) return;
        var box = contours.Aggregate(Extent.Empty, (b, c) => b.With(new(c.Extent.Left, c.Extent.Top)).With(new(c.Extent.Right, c.Extent.Bottom)));
        PlacedContour[] large = [.. contours.Where(c => c is { Kind: ContourKind.Path, IsClosed: true, Round: null } && c.Points.Length <= MostPoints && c.Size >= Smallest * diagonal)
            .OrderByDescending(c => c.Size).ThenBy(c => c.Order).Take(MostContours)];
        foreach (var upright in (ReadOnlySpan<bool>)[true, false])
        {
            if (mode == (upright ? SymmetryMode.Y : SymmetryMode.X)) continue;
            var tied = found.Where(f => upright ? f.Linear.A < 0 && f.Linear.D > 0 : f.Linear.D < 0 && f.Linear.A > 0)
                .SelectMany(f => f.Pairs).Where(p => p.From == p.To).Select(p => p.From).ToHashSet();
            foreach (var contour in large)
            {
                if (tied.Contains(contour)) continue;
                var axis = Middle(contour.Extent, upright);
                var isFixed = Math.Min(Math.Abs(axis - Middle(canvas, upright)), Math.Abs(axis - Middle(box, upright))) <= ContourMatch.Place * diagonal;
                var mirror = upright ? new Matrix(-1, 0, 0, 1, 2 * axis, 0) : new Matrix(1, 0, 0, -1, 0, 2 * axis);
                var outline = new FilledOutline([contour]);
                var off = Math.Min(Off * diagonal, OffOfSize * contour.Size);
                if (IsMirrored(outline, mirror, off)) Tie(outline, mirror, off, isFixed, rows);
            }
        }
    }

    private static double Middle(in Extent e, bool upright) => upright ? (e.Left + e.Right) / 2 : (e.Top + e.Bottom) / 2;

    private static bool IsMirrored(FilledOutline outline, Matrix mirror, double off) =>
        outline.Pieces.Count > 1 && outline.Pieces.SelectMany(p => p.Flat).All(p => FilledOutline.Nearest(outline.Pieces, mirror.Apply(p), off) is not null);

    private static void Tie(FilledOutline outline, Matrix mirror, double off, bool isFixed, RelationRows rows)
    {
        // Twice the axis's move is what a place and its image move together.
        var first = new OutlinePlace(outline.Pieces[0], .5);
        var image = Image(first);
        var along = mirror.A < 0 ? new Point(1, 0) : new Point(0, 1);
        foreach (var piece in outline.Pieces)
        {
            foreach (var t in piece.IsLine ? _ofLine : _ofCurve) Follow(new(piece, t));
            // A node on the axis stays there.
            if ((mirror.Apply(piece.From.At) - piece.From.At).Length <= off) rows.Add([.. piece.Along(along, 0, 2), .. Axis(isFixed ? 0 : -1)]);
        }

        OutlinePlace Image(OutlinePlace place) => FilledOutline.Nearest(outline.Pieces, mirror.Apply(place.Piece.At(place.T)), double.PositiveInfinity)!.Value.Place;

        void Follow(OutlinePlace place)
        {
            var other = Image(place);
            if (other.Piece != place.Piece && !outline.IsBefore(other.Piece, place.Piece)) return;
            // Along the curve a place may slide.
            var across = FacingSides.Normal(place.Piece.Direction(place.T));
            var mirrored = mirror.ApplyVector(across);
            var shift = isFixed ? 0 : Point.Dot(mirrored, along);
            rows.Add([.. other.Piece.Along(mirrored, other.T, 1), .. place.Piece.Along(across, place.T, -1), .. Axis(-shift)]);
        }

        IEnumerable<(double, LinearForm)> Axis(double factor) => [.. first.Piece.Along(along, first.T, factor), .. image.Piece.Along(along, image.T, factor)];
    }
}
