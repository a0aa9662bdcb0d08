using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// A contour that an isometry brings onto another, or onto itself, and where its points go. No points where contours go as wholes: circles,
/// and those that look like each other's image but are drawn through other nodes.
/// </summary>
internal sealed record SymmetryPair(PlacedContour From, PlacedContour To, int[] Points)
{
    /// <summary>Numbers of the contour, and the same of its image: points that go onto one another, or a circle's middle.</summary>
    internal IEnumerable<(RoundForm.Sum FromX, RoundForm.Sum FromY, RoundForm.Sum ToX, RoundForm.Sum ToY)> Places()
    {
        if (Points.Length == 0) yield return (From.Whole.X, From.Whole.Y, To.Whole.X, To.Whole.Y);
        for (var i = 0; i < Points.Length; i++)
        {
            var (p, q) = (From.Points[i], To.Points[Points[i]]);
            yield return (new(p.X), new(p.Y), new(q.X), new(q.Y));
        }
    }
}

/// <summary>What an isometry of the drawing, or of a part of it, brings onto what.</summary>
/// <param name="Linear">The isometry without its shift.</param>
/// <param name="Free">Directions in which the axis or centre may move with the part: all of it (1), along x, along y; none where it is fixed.</param>
/// <param name="Pairs">Contours and their images, each pair once.</param>
internal sealed record SymmetryRelation(Matrix Linear, (bool X, bool Y) Free, IReadOnlyList<SymmetryPair> Pairs)
{
    /// <summary>
    /// Rows that keep the symmetry: the move of each image is the image of the move. Where the axis may move, all images differ from that by
    /// one and the same vector, that of the first point.
    /// </summary>
    internal void AddTo(RelationRows rows)
    {
        var (firstX, firstY, imageX, imageY) = Pairs[0].Places().First();
        var (shiftX, shiftY) = (Free.X ? 1 : 0, Free.Y ? 1 : 0);
        foreach (var pair in Pairs)
        {
            foreach (var (x, y, toX, toY) in pair.Places())
            {
                rows.Add([.. toX.Times(1), .. x.Times(-Linear.A), .. y.Times(-Linear.C),
                    .. imageX.Times(-shiftX), .. firstX.Times(shiftX * Linear.A), .. firstY.Times(shiftX * Linear.C)]);
                rows.Add([.. toY.Times(1), .. x.Times(-Linear.B), .. y.Times(-Linear.D),
                    .. imageY.Times(-shiftY), .. firstX.Times(shiftY * Linear.B), .. firstY.Times(shiftY * Linear.D)]);
            }
            if (pair.Points.Length == 0) TieWholes(pair, rows);
            PaintMatch.Tie(pair.From.Shape, pair.To.Shape, rows);
            if (pair.From.Radii.Length > 0) TieRadii(pair, rows);
        }
    }

    /// <summary>Rows by which contours that go as wholes only move and stretch.</summary>
    internal void AddForms(RelationRows rows)
    {
        foreach (var pair in Pairs)
        {
            if (pair.Points.Length > 0) continue;
            pair.From.Whole.Keep(rows);
            if (pair.From != pair.To) pair.To.Whole.Keep(rows);
        }
    }

    private static void TieWholes(SymmetryPair pair, RelationRows rows)
    {
        if (pair.From == pair.To) return;
        rows.Add([.. pair.From.Whole.Radius.Times(1), .. pair.To.Whole.Radius.Times(-1)]);
        if (!pair.From.Whole.IsCircle) rows.Add([.. pair.From.Whole.RadiusY.Times(1), .. pair.To.Whole.RadiusY.Times(-1)]);
    }

    private void TieRadii(SymmetryPair pair, RelationRows rows)
    {
        // A quarter turn of the canvas swaps a rectangle's radii.
        var swaps = Math.Abs(Linear.A) < .5;
        for (var i = 0; i < 2; i++) rows.Equal(pair.From.Radii[i], pair.To.Radii[swaps ? 1 - i : i]);
    }
}
