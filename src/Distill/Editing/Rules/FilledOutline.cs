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
internal sealed class OutlinePiece(OutlineNode from, int first, int second, OutlineNode to)
{
    internal OutlineNode From => from;
    internal OutlineNode To => to;
    internal bool IsLine => first < 0;
    internal LinearPoint First => from.Contour.Points[first];
    internal LinearPoint Second => from.Contour.Points[second];
}

/// <summary>The closed contours of a path as an outline of ink: nodes with their directions, pieces between them, and where it is filled.</summary>
internal sealed class FilledOutline
{
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
