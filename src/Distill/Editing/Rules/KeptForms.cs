using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>
/// Forms that a path's curves and lines make and that an edit keeps: circles and ellipses, level and upright lines, straight lines through
/// several nodes or drawn as curves, the directions of a right angle's sides, and rectangles with round corners.
/// </summary>
internal static class KeptForms
{
    // The sine of an angle that counts as none: a fifth of a degree.
    private const double Angle = 3.5e-3;
    // Of the canvas diagonal: what is bent or out of level by more is so on purpose, however long.
    private const double Bend = 5e-4;
    private const double Nothing = 1e-6;
    // A quarter circle's handles lie .5523 of the radius from its ends; what draws quarter ellipses differs a little.
    private const double LeastHandle = .5, GreatestHandle = .6;
    private const double SameRadii = .02;
    // Of the canvas diagonal: the radius up to which an arc rounds a corner (2 of 24 units are .059).
    private const double LargestRounding = .06;

    /// <summary>Adds the rows that keep a contour's forms.</summary>
    internal static void Keep(PlacedContour contour, double diagonal, RelationRows rows)
    {
        if (contour.Kind != ContourKind.Path) return;
        if (contour.Round is { } round)
        {
            round.Keep(rows);
            return;
        }
        var lines = new List<(int From, int To)>();
        var (segments, arcs) = (contour.Segments().ToList(), new List<(int From, int First, int Second, int To)>());
        foreach (var s in segments)
        {
            if (IsStraight(contour, s, diagonal))
            {
                lines.Add((s.From, s.To));
                if (s.First >= 0) KeepHandles(contour, s, rows);
                if (IsLevel(contour, s.From, s.To, diagonal)) rows.Equal(contour.Points[s.From].Y, contour.Points[s.To].Y);
                if (IsUpright(contour, s.From, s.To, diagonal)) rows.Equal(contour.Points[s.From].X, contour.Points[s.To].X);
            }
            else if (s.First >= 0 && IsQuarter(contour, s, diagonal)) arcs.Add(s);
        }
        KeepCorners(contour, lines, diagonal, rows);
        var along = lines.Where(l => IsLevel(contour, l.From, l.To, diagonal) || IsUpright(contour, l.From, l.To, diagonal)).ToHashSet();
        // Where all is level, upright or a quarter, one quarter may follow another; elsewhere each stands between two such lines, or at one where it rounds a corner.
        if (arcs.Count + along.Count < segments.Count)
        {
            var (ends, starts) = (along.Select(l => l.To).ToHashSet(), along.Select(l => l.From).ToHashSet());
            arcs.RemoveAll(s => (ends.Contains(s.From) ? 1 : 0) + (starts.Contains(s.To) ? 1 : 0) < (IsRounding(contour, s, diagonal) ? 1 : 2));
        }
        KeepRoundCorners(contour, arcs, rows);
    }

    /// <summary>Whether a line from one point to another is kept level.</summary>
    internal static bool IsLevel(Point a, Point b, double diagonal) => IsAlong(b - a, new(1, 0), diagonal);

    /// <summary>Whether a line from one point to another is kept upright.</summary>
    internal static bool IsUpright(Point a, Point b, double diagonal) => IsAlong(b - a, new(0, 1), diagonal);

    private static bool IsLevel(PlacedContour c, int a, int b, double diagonal) => IsLevel(c.Source[a], c.Source[b], diagonal);

    private static bool IsUpright(PlacedContour c, int a, int b, double diagonal) => IsUpright(c.Source[a], c.Source[b], diagonal);

    private static bool IsAlong(Point d, Point direction, double diagonal) =>
        d.Length > Nothing * diagonal && Math.Abs(Point.Cross(d, direction)) <= Math.Min(Angle * d.Length, Bend * diagonal);

    /// <summary>A line, or a curve whose handles lie on its chord between the ends.</summary>
    private static bool IsStraight(PlacedContour c, (int From, int First, int Second, int To) s, double diagonal)
    {
        var chord = c.Source[s.To] - c.Source[s.From];
        if (chord.Length <= Nothing * diagonal) return false;
        return s.First < 0 || (Lies(c.Source[s.First]) && Lies(c.Source[s.Second]));

        bool Lies(Point handle)
        {
            var d = handle - c.Source[s.From];
            var along = Point.Dot(d, chord) / (chord.Length * chord.Length);
            return along is >= -Angle and <= 1 + Angle && Math.Abs(Point.Cross(chord, d)) <= Math.Min(Angle * chord.Length, Bend * diagonal) * chord.Length;
        }
    }

    // Handles go with the ends, at the same parts of the chord.
    private static void KeepHandles(PlacedContour c, (int From, int First, int Second, int To) s, RelationRows rows)
    {
        var chord = c.Source[s.To] - c.Source[s.From];
        foreach (var handle in (ReadOnlySpan<int>)[s.First, s.Second])
        {
            var part = Point.Dot(c.Source[handle] - c.Source[s.From], chord) / (chord.Length * chord.Length);
            rows.Add((1, c.Points[handle].X), (part - 1, c.Points[s.From].X), (-part, c.Points[s.To].X));
            rows.Add((1, c.Points[handle].Y), (part - 1, c.Points[s.From].Y), (-part, c.Points[s.To].Y));
        }
    }

    /// <summary>Nodes between two lines: one through the node stays one; the sides of a right angle keep their directions.</summary>
    private static void KeepCorners(PlacedContour c, List<(int From, int To)> lines, double diagonal, RelationRows rows)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var (before, after) = (lines[i], lines[(i + 1) % lines.Count]);
            if (lines.Count < 2 || before.To != after.From) continue;
            var (d, e) = (c.Source[before.To] - c.Source[before.From], c.Source[after.To] - c.Source[after.From]);
            if (IsAlong(d, new(1, 0), diagonal) || IsAlong(d, new(0, 1), diagonal)) continue;
            var (a, b, z) = (c.Points[before.From], c.Points[before.To], c.Points[after.To]);
            if (Math.Abs(Point.Dot(d, e)) <= Angle * d.Length * e.Length)
            {
                KeepDirection(a, b, d, rows);
                KeepDirection(b, z, e, rows);
            }
            else if (Point.Dot(d, e) > 0 && Math.Abs(Point.Cross(d, e)) <= Angle * d.Length * e.Length)
            {
                // At the same part of the line, so that it stays on it however the line turns.
                var part = d.Length / (d.Length + e.Length);
                rows.Add((1, b.X), (part - 1, a.X), (-part, z.X));
                rows.Add((1, b.Y), (part - 1, a.Y), (-part, z.Y));
            }
        }
    }

    private static void KeepDirection(in LinearPoint a, in LinearPoint b, Point direction, RelationRows rows) =>
        rows.Add((direction.X, b.Y), (-direction.X, a.Y), (-direction.Y, b.X), (direction.Y, a.X));

    /// <summary>A quarter of an ellipse between an upright and a level tangent.</summary>
    private static bool IsQuarter(PlacedContour c, (int From, int First, int Second, int To) s, double diagonal)
    {
        var (a, b) = (c.Source[s.From], c.Source[s.To]);
        var (u, v, whole) = (c.Source[s.First] - a, c.Source[s.Second] - b, b - a);
        var level = IsAlong(u, new(1, 0), diagonal) && IsAlong(v, new(0, 1), diagonal);
        if (!level && !(IsAlong(u, new(0, 1), diagonal) && IsAlong(v, new(1, 0), diagonal))) return false;
        var (first, second) = level ? (u.X / whole.X, v.Y / -whole.Y) : (u.Y / whole.Y, v.X / -whole.X);
        return first is >= LeastHandle and <= GreatestHandle && second is >= LeastHandle and <= GreatestHandle;
    }

    /// <summary>A quarter of a small circle.</summary>
    private static bool IsRounding(PlacedContour c, (int From, int First, int Second, int To) s, double diagonal)
    {
        var (across, down) = (Math.Abs(c.Source[s.To].X - c.Source[s.From].X), Math.Abs(c.Source[s.To].Y - c.Source[s.From].Y));
        return Math.Abs(across - down) <= SameRadii * across && across <= LargestRounding * diagonal;
    }

    private static void KeepRoundCorners(PlacedContour c, List<(int From, int First, int Second, int To)> arcs, RelationRows rows)
    {
        foreach (var s in arcs)
        {
            var (a, b, p, q) = (c.Points[s.From], c.Points[s.To], c.Points[s.First], c.Points[s.Second]);
            var (from, to, first, second) = (c.Source[s.From], c.Source[s.To], c.Source[s.First], c.Source[s.Second]);
            Keep(p.X, a.X, b.X, (first.X - from.X) / (to.X - from.X), rows);
            Keep(p.Y, a.Y, b.Y, (first.Y - from.Y) / (to.Y - from.Y), rows);
            Keep(q.X, a.X, b.X, (second.X - from.X) / (to.X - from.X), rows);
            Keep(q.Y, a.Y, b.Y, (second.Y - from.Y) / (to.Y - from.Y), rows);
        }
        // All radii that are the same stay the same.
        var sides = arcs.SelectMany(s =>
        {
            var d = c.Source[s.To] - c.Source[s.From];
            return new[] { (A: c.Points[s.From].X, B: c.Points[s.To].X, D: d.X), (A: c.Points[s.From].Y, B: c.Points[s.To].Y, D: d.Y) };
        }).ToList();
        foreach (var (a, b, d) in sides.Skip(1))
        {
            var same = sides.Find(s => Math.Abs(Math.Abs(s.D) - Math.Abs(d)) <= SameRadii * Math.Abs(d));
            if (same.D != d || !same.A.Equals(a)) rows.Add((1 / d, b), (-1 / d, a), (-1 / same.D, same.B), (1 / same.D, same.A));
        }
    }

    private static void Keep(in LinearForm handle, in LinearForm a, in LinearForm b, double part, RelationRows rows) =>
        rows.Add((1, handle), (part - 1, a), (-part, b));
}
