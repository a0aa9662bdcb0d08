using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Reports;

/// <summary>Where an edit took the points of a drawing: of each small square of the canvas the one that moved most.</summary>
public static class MovedPoints
{
    // Squares a side, and the least move, in canvas diagonals, that is worth an arrow.
    private const int Squares = 20;
    private const double Least = .012;

    /// <summary>The moves, from a point's place in the source to that in the result, in the scene's space.</summary>
    public static IReadOnlyList<(Point From, Point To)> Between(Scene scene, double[] before, double[] after)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var (width, height) = (scene.Width, scene.Height);
        var least = Least * Math.Sqrt(width * width + height * height);
        var moves = new Dictionary<(int, int), (Point From, Point To, double Length)>();
        foreach (var (a, b) in ShapeOutline.Of(scene, before).Zip(ShapeOutline.Of(scene, after)))
        {
            if (a.HasVanished || b.HasVanished) continue;
            foreach (var (from, to) in a.Points.Zip(b.Points))
            {
                var length = Math.Sqrt((to.X - from.X) * (to.X - from.X) + (to.Y - from.Y) * (to.Y - from.Y));
                if (!(length >= least)) continue;
                var square = ((int)Math.Floor(Squares * from.X / width), (int)Math.Floor(Squares * from.Y / height));
                if (!moves.TryGetValue(square, out var known) || length > known.Length) moves[square] = (from, to, length);
            }
        }
        return [.. moves.OrderBy(m => m.Key.Item2).ThenBy(m => m.Key.Item1).Select(m => (m.Value.From, m.Value.To))];
    }

    // Of an arrow picture's sides.
    private const double Longest = 1000;

    /// <summary>The moves as arrows, an SVG of the canvas for a page.</summary>
    internal static string Arrows(Scene scene, IReadOnlyList<(Point From, Point To)> moves)
    {
        // Numbers that the digits below are fine enough for, whatever the canvas is measured in.
        var scale = Longest / Math.Max(scene.Width, scene.Height);
        var head = .014 * Longest;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg class="moves" viewBox="0 0 {scale * scene.Width:0.###} {scale * scene.Height:0.###}" preserveAspectRatio="none" aria-hidden="true">""");
        var path = new StringBuilder();
        foreach (var (start, end) in moves)
        {
            var (from, to) = (scale * start, scale * end);
            var (dx, dy) = (to.X - from.X, to.Y - from.Y);
            var length = Math.Sqrt(dx * dx + dy * dy);
            var (ux, uy) = (head * dx / length, head * dy / length);
            path.Append(CultureInfo.InvariantCulture,
                $"M{from.X:0.##} {from.Y:0.##}L{to.X:0.##} {to.Y:0.##}M{to.X - ux - .6 * uy:0.##} {to.Y - uy + .6 * ux:0.##}L{to.X:0.##} {to.Y:0.##}L{to.X - ux + .6 * uy:0.##} {to.Y - uy - .6 * ux:0.##}");
        }
        // White under dark: seen on every colour.
        return svg.Append($"""<path class="halo" d="{path}"/><path d="{path}"/></svg>""").ToString();
    }
}
