using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>Whether two shapes are painted alike in the source, and the rows that keep it so.</summary>
internal sealed class PaintMatch(double[] theta)
{
    // What 8 bits cannot tell.
    private const double ColorTolerance = .5 / 255;

    /// <summary>True where fill, stroke, opacities and stroke widths are the same.</summary>
    internal bool Alike(ShapeNode a, ShapeNode b) => ReferenceEquals(a, b)
        || (Alike(a.Fill, b.Fill) && Alike(a.Stroke?.Paint, b.Stroke?.Paint) && Near(a.FillOpacity, b.FillOpacity)
            && (a.Stroke is not { } s || b.Stroke is not { } t
                || (Near(s.Opacity, t.Opacity) && Math.Abs(s.Width.Value(theta) - t.Width.Value(theta)) <= 1e-3 * Math.Abs(s.Width.Value(theta)))));

    /// <summary>Colours, opacities and stroke widths of two shapes that are alike change alike.</summary>
    internal static void Tie(ShapeNode a, ShapeNode b, RelationRows rows)
    {
        if (ReferenceEquals(a, b)) return;
        Tie(a.Fill, b.Fill, rows);
        Tie(a.Stroke?.Paint, b.Stroke?.Paint, rows);
        Equal(a.FillOpacity, b.FillOpacity, rows);
        if (a.Stroke is not { } s || b.Stroke is not { } t) return;
        Equal(s.Opacity, t.Opacity, rows);
        Equal(s.Width, t.Width, rows);
    }

    private bool Alike(Paint? a, Paint? b) => ReferenceEquals(a, b) || (a, b) switch
    {
        (SolidPaint s, SolidPaint t) => Near(s.Color, t.Color),
        (GradientPaint s, GradientPaint t) => s.GetType() == t.GetType() && s.Stops.Length == t.Stops.Length
            && s.Stops.Zip(t.Stops).All(p => Near(p.First.Offset, p.Second.Offset) && Near(p.First.Color, p.Second.Color)),
        _ => false,
    };

    private bool Near(ScalarColor a, ScalarColor b) => Near(a.R, b.R) && Near(a.G, b.G) && Near(a.B, b.B) && Near(a.A, b.A);

    private bool Near(Scalar a, Scalar b) => Math.Abs(a.Value(theta) - b.Value(theta)) <= ColorTolerance;

    private static void Tie(Paint? a, Paint? b, RelationRows rows)
    {
        if (ReferenceEquals(a, b)) return;
        if ((a, b) is (SolidPaint s, SolidPaint t)) Tie(s.Color, t.Color, rows);
        else if ((a, b) is (GradientPaint g, GradientPaint h))
            foreach (var (first, second) in g.Stops.Zip(h.Stops))
            {
                Tie(first.Color, second.Color, rows);
                Equal(first.Offset, second.Offset, rows);
            }
    }

    private static void Tie(ScalarColor a, ScalarColor b, RelationRows rows)
    {
        Equal(a.R, b.R, rows);
        Equal(a.G, b.G, rows);
        Equal(a.B, b.B, rows);
        Equal(a.A, b.A, rows);
    }

    private static void Equal(Scalar a, Scalar b, RelationRows rows)
    {
        // A number that is not written cannot follow one that is.
        if (!a.IsConstant && !b.IsConstant) rows.Equal(LinearForm.Of(a), LinearForm.Of(b));
    }
}
