using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Distill.Tests.Metrics;

public class SelfIntersectionsTests
{
    private static Point[] Points(params double[] xy) => [.. xy.Chunk(2).Select(p => new Point(p[0], p[1]))];

    private static long Count(Point[] points, bool closed = true)
    {
        var count = SelfIntersections.Count(points, closed);
        Assert.True(count.Complete);
        return count.Crossings;
    }

    [Fact]
    public void A_square_has_none() => Assert.Equal(0, Count(Points(0, 0, 10, 0, 10, 10, 0, 10)));

    [Fact]
    public void A_bow_tie_has_one() => Assert.Equal(1, Count(Points(0, 0, 10, 10, 10, 0, 0, 10)));

    [Fact]
    public void An_open_bow_tie_without_its_crossing_segments_joined_has_one() =>
        Assert.Equal(1, Count(Points(0, 0, 10, 10, 10, 0, 0, 10), closed: false));

    [Theory]
    [InlineData(5, 2, 5)]
    [InlineData(7, 2, 7)]
    [InlineData(7, 3, 14)]
    [InlineData(101, 50, 101 * 49)]
    public void A_star_polygon_crosses_itself_n_times_k_minus_one(int n, int k, long crossings)
    {
        var star = Enumerable.Range(0, n).Select(i => 2 * Math.PI * k * i / n).Select(t => new Point(Math.Cos(t), Math.Sin(t))).ToArray();
        Assert.Equal(crossings, Count(star));
    }

    [Fact]
    public void A_figure_of_eight_through_a_shared_vertex_crosses_once() =>
        Assert.Equal(1, Count(Points(0, 0, 5, 5, 10, 10, 10, 0, 5, 5, 0, 10)));

    [Fact]
    public void A_vertex_on_the_middle_of_another_segment_crosses_once() =>
        Assert.Equal(1, Count(Points(0, 0, 10, 10, 10, 0, 5, 5, 0, 10)));

    [Fact]
    public void Loops_that_only_touch_at_a_vertex_do_not_cross() =>
        Assert.Equal(0, Count(Points(0, 0, 5, 5, 10, 0, 10, 10, 5, 5, 0, 10)));

    [Fact]
    public void A_vertex_that_touches_a_segment_does_not_cross() =>
        Assert.Equal(0, Count(Points(0, 0, 10, 0, 10, 10, 5, 0, 0, 10)));

    [Fact]
    public void A_slit_walked_forth_and_back_does_not_cross() =>
        Assert.Equal(0, Count(Points(0, 0, 5, 0, 5, 5, 5, 0, 10, 0, 10, 10, 0, 10)));

    [Fact]
    public void Repeated_vertices_change_nothing() =>
        Assert.Equal(1, Count(Points(0, 0, 0, 0, 10, 10, 10, 10, 10, 0, 0, 10, 0, 10, 0, 0)));

    [Fact]
    public void Fewer_than_three_segments_cannot_cross()
    {
        Assert.Equal(0, Count([]));
        Assert.Equal(0, Count(Points(1, 1)));
        Assert.Equal(0, Count(Points(1, 1, 2, 2), closed: true));
    }

    [Fact]
    public void Sides_are_decided_exactly_where_doubles_cannot()
    {
        // In doubles the differences to 24 round the offset of 2^-53 away; a point right of the diagonal lies counter-clockwise of it.
        Point a = new(.5, .5), b = new(12, 12), far = new(24, 24);
        var offset = Math.Pow(2, -53);
        Assert.Equal(0, Orientation.Of(b, far, a));
        Assert.Equal(-1, Orientation.Of(b, far, new(.5 + offset, .5)));
        Assert.Equal(1, Orientation.Of(b, far, new(.5, .5 + offset)));
        Assert.Equal(0, Orientation.Of(new(0, 0), new(1e-300, 3e-300), new(2e-300, 6e-300)));
    }

    [Fact]
    public void The_grid_finds_what_all_pairs_find()
    {
        var coordinates = Gen.Choose(0, 40).Select(i => i / 4.0);
        var contour = coordinates.Two().Select(p => new Point(p.Item1, p.Item2)).ArrayOf().Where(points => points.Length <= 60);
        Prop.ForAll(contour.ToArbitrary(), points => Count(points) == Brute(points)).Check(RandomCases.Of(100));
    }

    [Fact]
    public void A_contour_of_fifty_thousand_segments_is_counted_whole()
    {
        const int n = 50_000;
        var spiral = Enumerable.Range(0, n).Select(i => (double)i / n)
            .Select(t => new Point(t * Math.Cos(300 * t), t * Math.Sin(300 * t))).ToArray();
        // All pairs would be more comparisons than the count's own limit: Complete says that the grid spared them.
        var counted = SelfIntersections.Count(spiral, closed: false);
        Assert.Equal((0, true), (counted.Crossings, counted.Complete));
    }

    [Fact]
    public void A_hostile_contour_ends_with_a_count_that_is_marked_incomplete()
    {
        var zigzag = Enumerable.Range(0, 40_000).Select(i => new Point(i % 2 == 0 ? 0 : 1, (i * 7919L % 40_000) / 40_000.0)).ToArray();
        Assert.False(SelfIntersections.Count(zigzag, closed: true).Complete);
    }

    // Crossings of a small perturbation do not depend on where strands touch; here, exactly representable positions and
    // the definition itself: a pair of strands about every meeting point, all pairs tried.
    private static long Brute(Point[] points)
    {
        var vertices = points.Where((p, i) => i == 0 || points[i - 1] != p).ToList();
        while (vertices.Count > 1 && vertices[^1] == vertices[0]) vertices.RemoveAt(vertices.Count - 1);
        var n = vertices.Count;
        if (n < 3) return 0;
        Point V(int i) => vertices[(i + n) % n];
        double Side(Point a, Point b, Point c) => Math.Sign(Point.Cross(b - a, c - a)); // exact: quarters below 16
        double Angle(Point p, Point q) => Math.Atan2(q.Y - p.Y, q.X - p.X);
        var count = 0L;
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
            {
                if (i == j) continue;
                // Inner point on inner point.
                if (i < j && Side(V(i), V(i + 1), V(j)) * Side(V(i), V(i + 1), V(j + 1)) < 0
                          && Side(V(j), V(j + 1), V(i)) * Side(V(j), V(j + 1), V(i + 1)) < 0) count++;
                // Vertex j on the inside of segment i.
                var p = V(j);
                if (Side(V(i), V(i + 1), p) == 0 && Point.Dot(V(i) - p, V(i + 1) - p) < 0
                    && Side(V(i), V(i + 1), V(j - 1)) * Side(V(i), V(i + 1), V(j + 1)) < 0) count++;
                // Vertex on vertex: the four directions alternate around the circle.
                if (i < j && V(i) == p)
                {
                    var order = new[] { (Angle(p, V(i - 1)), 0), (Angle(p, V(i + 1)), 0), (Angle(p, V(j - 1)), 1), (Angle(p, V(j + 1)), 1) }
                        .OrderBy(d => d.Item1).ToArray();
                    var shared = Enumerable.Range(0, 4).Any(k => Math.Abs(order[k].Item1 - order[(k + 1) % 4].Item1) is < 1e-9 or > 2 * Math.PI - 1e-9
                        && order[k].Item2 != order[(k + 1) % 4].Item2);
                    if (!shared && order[0].Item2 == order[2].Item2 && order[1].Item2 == order[3].Item2) count++;
                }
            }
        return count;
    }
}
