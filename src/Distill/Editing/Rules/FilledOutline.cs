using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>A node of a filled outline, with the outline's directions (of length one) before and after it.</summary>
internal sealed class OutlineNode(PlacedContour contour, int point, Point before, Point after)
{
    internal PlacedContour Contour => contour;
    internal int Point => point;
    internal Point At => contour.Source[point];
    internal LinearPoint Form => contour.Points[point];
    internal Point In => before;
    internal Point Out => after;

    /// <summary>The piece that ends here.</summary>
    internal OutlinePiece Before { get; set; } = null!;
    /// <summary>The piece that begins here.</summary>
    internal OutlinePiece After { get; set; } = null!;
    /// <summary>The node that it faces across the ink; null where there is none.</summary>
    internal OutlineNode? Facing { get; set; }
    /// <summary>Whether a side that begins or ends here faces another across the ink.</summary>
    internal bool IsOnLine { get; set; }
}

/// <summary>A line (handles of -1) or a curve between two nodes of an outline.</summary>
internal sealed class OutlinePiece
{
    private const int StepsOfCurve = 12;

    private readonly Point[] _source;
    private readonly LinearPoint[] _forms;

    internal OutlinePiece(OutlineNode from, int first, int second, OutlineNode to)
    {
        (From, To, IsLine) = (from, to, first < 0);
        int[] points = IsLine ? [from.Point, to.Point] : [from.Point, first, second, to.Point];
        (_source, _forms) = ([.. points.Select(p => from.Contour.Source[p])], [.. points.Select(p => from.Contour.Points[p])]);
        Flat = [.. Enumerable.Range(0, (IsLine ? 1 : StepsOfCurve) + 1).Select(i => At(i / (IsLine ? 1.0 : StepsOfCurve)))];
        Box = Flat.Aggregate(Extent.Empty, (b, p) => b.With(p));
        Length = Flat.Zip(Flat.Skip(1), (p, q) => (q - p).Length).Sum();
    }

    internal OutlineNode From { get; }
    internal OutlineNode To { get; }
    internal bool IsLine { get; }
    internal LinearPoint First => _forms[1];
    internal LinearPoint Second => _forms[^2];

    /// <summary>Points along the piece, at equal steps of its parameter.</summary>
    internal Point[] Flat { get; }
    internal Extent Box { get; }
    internal double Length { get; }

    /// <summary>Where the piece is at a parameter of 0 to 1.</summary>
    internal Point At(double t) => IsLine ? (1 - t) * _source[0] + t * _source[1] : ContourCurve.Cubic(_source[0], _source[1], _source[2], _source[3], t);

    /// <summary>Where it goes there, at length one.</summary>
    internal Point Direction(double t)
    {
        var s = 1 - t;
        return IsLine ? FilledOutline.Unit(_source[1] - _source[0])
            : FilledOutline.Unit(s * s * (_source[1] - _source[0]) + 2 * s * t * (_source[2] - _source[1]) + t * t * (_source[3] - _source[2]), _source[3] - _source[0]);
    }

    /// <summary>A point's part along a direction as a sum of forms, times a factor.</summary>
    internal IEnumerable<(double Factor, LinearForm Form)> Along(Point direction, double t, double factor)
    {
        var s = 1 - t;
        double[] weights = IsLine ? [s, t] : [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
        for (var i = 0; i < weights.Length; i++)
        {
            yield return (factor * weights[i] * direction.X, _forms[i].X);
            yield return (factor * weights[i] * direction.Y, _forms[i].Y);
        }
    }
}

/// <summary>A place on a piece of an outline, by its parameter of 0 to 1.</summary>
internal readonly record struct OutlinePlace(OutlinePiece Piece, double T);

/// <summary>The closed contours of a path as an outline of ink: nodes with their directions, pieces between them, and where it is filled.</summary>
internal sealed class FilledOutline
{
    private const double Rounding = 1e-9;

    private readonly Point[][] _contours;
    private readonly FillRule _rule;

    internal FilledOutline(PlacedContour[] path)
    {
        foreach (var contour in path) Add(contour);
        (_contours, _rule) = ([.. path.Select(c => ContourCurve.Flatten(c, c.Source))], path[0].Shape.FillRule);
    }

    internal List<OutlineNode> Nodes { get; } = [];
    internal List<OutlinePiece> Pieces { get; } = [];

    /// <summary>Whether what two contours go round is no ink.</summary>
    internal bool IsEvenOdd => _rule == FillRule.EvenOdd;

    /// <summary>Whether a point of the source lies in the ink.</summary>
    internal bool Holds(Point p)
    {
        var winding = 0;
        foreach (var contour in _contours)
            for (var i = 0; i < contour.Length; i++) winding += Polygon.Turn(p, contour[i], contour[(i + 1) % contour.Length]);
        return IsEvenOdd ? winding % 2 != 0 : winding != 0;
    }

    /// <summary>Whether of two pieces this one leads: the longer, or the first of two that are as long.</summary>
    internal bool IsBefore(OutlinePiece a, OutlinePiece b) =>
        a.Length > b.Length * (1 + Rounding) || (a.Length >= b.Length * (1 - Rounding) && Pieces.IndexOf(a) < Pieces.IndexOf(b));

    /// <summary>The place of some pieces that lies nearest to a point, and its distance; null where none lies within one.</summary>
    internal static (OutlinePlace Place, double Distance)? Nearest(IEnumerable<OutlinePiece> pieces, Point p, double within)
    {
        var (nearest, least) = ((OutlinePlace?)null, within);
        foreach (var piece in pieces)
        {
            if (!piece.Box.Holds(new(p.X, p.Y, p.X, p.Y), least)) continue;
            for (var i = 0; i + 1 < piece.Flat.Length; i++)
            {
                Point a = piece.Flat[i], d = piece.Flat[i + 1] - a;
                var part = Math.Clamp(Point.Dot(p - a, d) / Math.Max(Point.Dot(d, d), 1e-300), 0, 1);
                var far = (a + part * d - p).Length;
                if (far < least) (nearest, least) = (new(piece, (i + part) / (piece.Flat.Length - 1)), far);
            }
        }
        return nearest is { } place ? (place, least) : null;
    }

    /// <summary>The first of some vectors that has a direction, at length one.</summary>
    internal static Point Unit(params ReadOnlySpan<Point> directions)
    {
        foreach (var d in directions)
            if (d.Length > 1e-9) return 1 / d.Length * d;
        return default;
    }

    private void Add(PlacedContour contour)
    {
        var segments = contour.Segments().Where(s => (contour.Source[s.To] - contour.Source[s.From]).Length > 0).ToArray();
        if (segments.Length < 2) return;
        var own = new OutlineNode[segments.Length];
        for (var i = 0; i < own.Length; i++)
        {
            var (before, after) = (segments[(i + own.Length - 1) % own.Length], segments[i]);
            own[i] = new(contour, after.From, Ending(contour.Source, before), Beginning(contour.Source, after));
        }
        Nodes.AddRange(own);
        for (var i = 0; i < own.Length; i++)
        {
            var piece = new OutlinePiece(own[i], segments[i].First, segments[i].Second, own[(i + 1) % own.Length]);
            (piece.From.After, piece.To.Before) = (piece, piece);
            Pieces.Add(piece);
        }
    }

    private static Point Beginning(Point[] p, (int From, int First, int Second, int To) s) =>
        s.First < 0 ? Unit(p[s.To] - p[s.From]) : Unit(p[s.First] - p[s.From], p[s.Second] - p[s.From], p[s.To] - p[s.From]);

    private static Point Ending(Point[] p, (int From, int First, int Second, int To) s) =>
        s.First < 0 ? Unit(p[s.To] - p[s.From]) : Unit(p[s.To] - p[s.Second], p[s.To] - p[s.First], p[s.To] - p[s.From]);
}
