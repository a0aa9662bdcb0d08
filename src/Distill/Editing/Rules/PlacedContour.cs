using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>What a contour is made of.</summary>
internal enum ContourKind
{
    /// <summary>Nodes with handles between them.</summary>
    Path,
    /// <summary>A rectangle's four corners.</summary>
    Rectangle,
    /// <summary>The ends of an ellipse's two axes, right, bottom, left, top in its own frame.</summary>
    Ellipse,
}

/// <summary>A contour where it lies on the canvas (CSS pixels), its points as sums over parameters.</summary>
internal sealed class PlacedContour
{
    /// <summary>The shape that it belongs to.</summary>
    internal required ShapeNode Shape { get; init; }
    /// <summary>The shape's number in drawing order.</summary>
    internal required int Order { get; init; }
    /// <summary>What it is made of.</summary>
    internal required ContourKind Kind { get; init; }
    /// <summary>From the shape's space to the canvas.</summary>
    internal required Matrix Frame { get; init; }
    /// <summary>Nodes, with two handles between those that a curve joins; a closed contour's first node is not repeated.</summary>
    internal required LinearPoint[] Points { get; init; }
    /// <summary>Which of the points are nodes.</summary>
    internal required bool[] IsNode { get; init; }
    /// <summary>True where the last node is joined to the first, by a line where it has no handles.</summary>
    internal required bool IsClosed { get; init; }
    /// <summary>A last node that is the first but for rounding, and moves with it; null where there is none.</summary>
    internal LinearPoint? Repeated { get; init; }
    /// <summary>A rectangle's radii in its own space, one after the other.</summary>
    internal LinearForm[] Radii { get; init; } = [];
    /// <summary>The points in the source.</summary>
    internal required Point[] Source { get; init; }
    /// <summary>Left, top, right and bottom of the curve in the source.</summary>
    internal Extent Extent => _extent ??= ContourCurve.Extent(this, Source);
    private Extent? _extent;
    /// <summary>The circle or ellipse that the source's curve is; null for other forms.</summary>
    internal RoundForm? Round => (_round ??= (RoundForm.Of(this), true)).Item1;
    private (RoundForm?, bool)? _round;
    /// <summary>The contour as a whole that moves and stretches: its round form, else its box.</summary>
    internal RoundForm Whole => Round ?? (_whole ??= RoundForm.Box(this));
    private RoundForm? _whole;

    /// <summary>The middle of the source's extent.</summary>
    internal Point Middle => new((Extent.Left + Extent.Right) / 2, (Extent.Top + Extent.Bottom) / 2);

    /// <summary>What an isometry brings onto the same of the image: a circle's middle, the mean of other contours' points.</summary>
    internal Point Center => _center ??= Round is { IsCircle: true } ? Middle
        : new(Source.Average(p => p.X), Source.Average(p => p.Y));
    private Point? _center;

    /// <summary>Twice the root mean square of the points' distances from their mean, which turns leave alone; a rectangle's diagonal.</summary>
    internal double Spread => _spread ??= 2 * Math.Sqrt(Source.Average(p => Point.Dot(p - Center, p - Center)));
    private double? _spread;

    /// <summary>The diagonal of the source's extent.</summary>
    internal double Size => new Point(Extent.Right - Extent.Left, Extent.Bottom - Extent.Top).Length;

    /// <summary>Half the stroke's width on the canvas; 0 where there is none.</summary>
    internal double HalfStroke(ReadOnlySpan<double> theta) => Shape.Stroke is not { } stroke ? 0
        : Math.Max(0, stroke.Width.Value(theta)) / 2 * (stroke.IsNonScaling ? 1 : Frame.MeanScale);

    /// <summary>The pieces between nodes: positions of first node, handles (-1 for a line) and last node.</summary>
    internal IEnumerable<(int From, int First, int Second, int To)> Segments()
    {
        if (Kind == ContourKind.Ellipse) yield break;
        for (var i = 0; i < Points.Length;)
        {
            var curve = i + 1 < Points.Length && !IsNode[i + 1];
            var to = i + (curve ? 3 : 1);
            if (to >= Points.Length && !IsClosed) yield break;
            yield return (i, curve ? i + 1 : -1, curve ? i + 2 : -1, to % Points.Length);
            i = to;
        }
    }

    /// <summary>The points at the given parameters.</summary>
    internal Point[] At(ReadOnlySpan<double> theta)
    {
        var points = new Point[Points.Length];
        for (var i = 0; i < points.Length; i++) points[i] = Points[i].Value(theta);
        return points;
    }
}

/// <summary>A box that holds a curve.</summary>
internal readonly record struct Extent(double Left, double Top, double Right, double Bottom)
{
    internal static readonly Extent Empty = new(double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);

    internal double Area => (Right - Left) * (Bottom - Top);

    internal Extent With(Point p) => new(Math.Min(Left, p.X), Math.Min(Top, p.Y), Math.Max(Right, p.X), Math.Max(Bottom, p.Y));

    internal bool Meets(Extent other, double margin) =>
        Left <= other.Right + margin && other.Left <= Right + margin && Top <= other.Bottom + margin && other.Top <= Bottom + margin;

    internal bool Holds(Extent other, double margin) =>
        other.Left >= Left - margin && other.Right <= Right + margin && other.Top >= Top - margin && other.Bottom <= Bottom + margin;
}
