using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Forms that <c>rect</c> and <c>ellipse</c> have by their own numbers and that an edit keeps: an ellipse of two equal radii is a circle; a rectangle's
/// corners are as sharp, as round, or as full a half circle as they were, in proportion to its shorter side.
/// </summary>
internal static class BasicForms
{
    // Of the larger of two lengths: files round their digits.
    private const double Same = .01;
    // The cosine of an angle between axes that counts as a right one; lengths that rounding alone keeps apart.
    private const double Square = 1e-6, Rounding = 1e-9;

    /// <summary>Adds the rows that keep a contour's form.</summary>
    internal static void Keep(PlacedContour contour, ReadOnlySpan<double> source, RelationRows rows)
    {
        if (contour.Shape.Geometry is EllipseGeometry e) KeepCircle(e, contour.Frame, source, rows);
        if (contour.Shape.Geometry is RectGeometry r) KeepCorners(r, source, rows);
    }

    private static void KeepCircle(EllipseGeometry e, in Matrix frame, ReadOnlySpan<double> source, RelationRows rows)
    {
        Point across = new(frame.A, frame.B), down = new(frame.C, frame.D);
        if (Math.Abs(Point.Dot(across, down)) > Square * across.Length * down.Length) return;
        if (!Alike(across.Length * e.Rx.Value(source), down.Length * e.Ry.Value(source))) return;
        var ratio = down.Length / across.Length;
        if (Math.Abs(ratio - 1) < Rounding) ratio = 1;
        rows.Add((1, LinearForm.Of(e.Rx)), (-ratio, LinearForm.Of(e.Ry)));
    }

    private static void KeepCorners(RectGeometry r, ReadOnlySpan<double> source, RelationRows rows)
    {
        var (width, height) = (r.Width.Value(source), r.Height.Value(source));
        if (width <= 0 || height <= 0) return;
        // What is larger than half a side is drawn as half of it (SVG 2, section 10.2).
        var (rx, ry) = (Math.Min(r.Rx.Value(source), width / 2), Math.Min(r.Ry.Value(source), height / 2));
        LinearForm w = LinearForm.Of(r.Width), h = LinearForm.Of(r.Height);
        if (rx <= 0 || ry <= 0)
        {
            rows.Add((1, LinearForm.Of(r.Rx)));
            rows.Add((1, LinearForm.Of(r.Ry)));
            return;
        }
        var isSquare = Alike(width, height);
        if (isSquare && Alike(rx, width / 2) && Alike(ry, height / 2)) rows.Equal(w, h); // a disc
        if (Alike(rx, ry)) TieBoth(isSquare ? .5 * (w + h) : width < height ? w : h, Math.Min(width, height));
        else if (r.Rx == r.Ry) TieBoth(width > height ? w : h, Math.Max(width, height)); // one number, cut along the shorter side
        else
        {
            Tie(r.Rx, rx, w, width, rows);
            Tie(r.Ry, ry, h, height, rows);
        }

        void TieBoth(in LinearForm side, double length)
        {
            Tie(r.Rx, Math.Max(rx, ry), side, length, rows);
            if (r.Ry != r.Rx) Tie(r.Ry, ry, side, length, rows);
        }
    }

    private static void Tie(Scalar radius, double drawn, in LinearForm side, double length, RelationRows rows) =>
        rows.Add((1, LinearForm.Of(radius)), (Alike(2 * drawn, length) ? -.5 : -drawn / length, side));

    private static bool Alike(double a, double b) => Math.Abs(a - b) <= Same * Math.Max(Math.Abs(a), Math.Abs(b));
}
