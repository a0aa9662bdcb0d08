using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Fitting;

/// <summary>A closed chain of cubics: curve i goes from Nodes[i] over Controls[2 i], Controls[2 i + 1] to Nodes[i + 1] (cyclic).</summary>
internal sealed record CubicChain(List<Point> Nodes, List<Point> Controls);

/// <summary>
/// Turns a traced contour into few cubics: corners are found first, then least squares between them, split where the
/// error is too large (P. J. Schneider, "An algorithm for automatically fitting digitized curves", Graphics Gems I, 1990).
/// </summary>
internal static class CurveFitter
{
    // A corner is a turn of more than this over Reach samples on either side; a circle of radius 6 turns by 40 degrees there.
    private const double CornerAngle = 55 * Math.PI / 180;
    private const int Reach = 4;
    private const int Rounds = 6;

    /// <summary>Fits a closed contour of lattice corners within <paramref name="tolerance"/> pixels.</summary>
    public static CubicChain Fit(IReadOnlyList<Point> lattice, double tolerance)
    {
        var samples = Midpoints(lattice);
        var corners = Corners(samples);
        var chain = new CubicChain([], []);
        for (var c = 0; c < corners.Count; c++)
        {
            var (from, to) = (corners[c], corners[(c + 1) % corners.Count]);
            var run = Smooth(Run(samples, from, to), corners.Count == 1);
            var (begin, end) = (Tangent(run, false), Tangent(run, true));
            if (corners.Count == 1)
            {
                // A contour without corners begins anywhere; one direction serves both ends, so that it is smooth there too.
                var through = Unit(begin - end);
                (begin, end) = (through, -1 * through);
            }
            FitRun(run, begin, end, tolerance, chain, 0);
        }
        return chain;
    }

    /// <summary>
    /// Fits an open run of samples one apart, corners between its ends included; the chain ends with the run's last point and has no curve back.
    /// </summary>
    /// <param name="samples">The run.</param>
    /// <param name="tolerance">In pixels.</param>
    /// <param name="begin">The direction at its begin; null for its own.</param>
    /// <param name="end">The direction at its end, into the run; null for its own.</param>
    public static CubicChain FitOpen(List<Point> samples, double tolerance, Point? begin, Point? end)
    {
        List<int> ends = [0, .. Corners(samples).Where(c => c >= Reach && c < samples.Count - Reach), samples.Count - 1];
        var chain = new CubicChain([], []);
        for (var c = 0; c + 1 < ends.Count; c++)
        {
            var run = Smooth(samples[ends[c]..(ends[c + 1] + 1)], cyclic: false);
            FitRun(run, c == 0 && begin is { } b ? b : Tangent(run, false), c + 2 == ends.Count && end is { } e ? e : Tangent(run, true), tolerance, chain, 0);
        }
        chain.Nodes.Add(samples[^1]);
        return chain;
    }

    /// <summary>One cubic through a run's ends along the given directions; <c>Error</c> is its largest squared distance from the run.</summary>
    internal static (Point C1, Point C2, double Error) FitOne(List<Point> run, Point begin, Point end)
    {
        var u = ChordLengths(run);
        var (c1, c2) = LeastSquares(run, u, begin, end);
        var (error, _) = WorstError(run, u, c1, c2);
        for (var round = 0; round < Rounds; round++)
        {
            Reparametrize(run, u, c1, c2);
            var (d1, d2) = LeastSquares(run, u, begin, end);
            var (better, _) = WorstError(run, u, d1, d2);
            if (better >= error) break;
            (c1, c2, error) = (d1, d2, better);
        }
        return (c1, c2, error);
    }

    // The middles of the cracks: half the staircase is gone, straight edges stay where they are.
    internal static List<Point> Midpoints(IReadOnlyList<Point> lattice)
    {
        var points = new List<Point>(lattice.Count);
        for (var i = 0; i < lattice.Count; i++) points.Add(.5 * (lattice[i] + lattice[(i + 1) % lattice.Count]));
        return points;
    }

    private static List<int> Corners(List<Point> samples)
    {
        var n = samples.Count;
        var corners = new List<int>();
        if (n >= 4 * Reach)
        {
            var turns = new double[n];
            for (var i = 0; i < n; i++)
            {
                var before = samples[i] - samples[(i - Reach + n) % n];
                var after = samples[(i + Reach) % n] - samples[i];
                turns[i] = Math.Abs(Math.Atan2(Point.Cross(before, after), Point.Dot(before, after)));
            }
            for (var i = 0; i < n; i++)
            {
                if (turns[i] < CornerAngle) continue;
                var greatest = true;
                for (var k = 1; k <= Reach && greatest; k++)
                    greatest = turns[i] > turns[(i + k) % n] && turns[i] >= turns[(i - k + n) % n];
                if (greatest) corners.Add(i);
            }
        }
        if (corners.Count == 0) corners.Add(0);
        return corners;
    }

    private static List<Point> Run(List<Point> samples, int from, int to)
    {
        var n = samples.Count;
        var length = (to - from + n) % n;
        if (length == 0) length = n;
        var run = new List<Point>(length + 1);
        for (var k = 0; k <= length; k++) run.Add(samples[(from + k) % n]);
        return run;
    }

    // The staircase's period is a few samples where an edge is nearly level; six binomial passes (deviation 1.7 samples) level it, and
    // pull a circle of radius r in by only 1.5 / r pixels. Ends stay, but for a contour without corners, where they are no ends.
    private static List<Point> Smooth(List<Point> run, bool cyclic)
    {
        const int Passes = 6;
        var n = run.Count - 1;
        for (var pass = 0; pass < Passes; pass++)
        {
            var smoothed = new List<Point>(run);
            for (var i = cyclic ? 0 : 1; i < n; i++)
                smoothed[i] = .25 * run[(i - 1 + n) % n] + .5 * run[i] + .25 * run[cyclic ? (i + 1) % n : i + 1];
            if (cyclic) smoothed[n] = smoothed[0];
            run = smoothed;
        }
        return run;
    }

    private static Point Tangent(List<Point> run, bool atEnd)
    {
        var k = Math.Min(Reach, run.Count - 1);
        return Unit(atEnd ? run[^(1 + k)] - run[^1] : run[k] - run[0]);
    }

    private static Point Unit(Point v)
    {
        var length = v.Length;
        return length > 0 ? (1 / length) * v : new(1, 0);
    }

    private static void FitRun(List<Point> run, Point begin, Point end, double tolerance, CubicChain chain, int depth)
    {
        if (run.Count <= 3)
        {
            var third = (run[^1] - run[0]).Length / 3;
            Add(chain, run[0], run[0] + third * begin, run[^1] + third * end);
            return;
        }
        var u = ChordLengths(run);
        var (c1, c2) = LeastSquares(run, u, begin, end);
        var (error, worst) = WorstError(run, u, c1, c2);
        for (var round = 0; round < Rounds && error > tolerance * tolerance; round++)
        {
            Reparametrize(run, u, c1, c2);
            (c1, c2) = LeastSquares(run, u, begin, end);
            (error, worst) = WorstError(run, u, c1, c2);
        }
        if (error <= tolerance * tolerance || depth > 12)
        {
            Add(chain, run[0], c1, c2);
            return;
        }
        var split = Math.Clamp(worst, 1, run.Count - 2);
        var k = Math.Min(Reach, Math.Min(split, run.Count - 1 - split));
        var middle = Unit(run[split - k] - run[split + k]);
        FitRun(run[..(split + 1)], begin, middle, tolerance, chain, depth + 1);
        FitRun(run[split..], -1 * middle, end, tolerance, chain, depth + 1);
    }

    private static void Add(CubicChain chain, Point from, Point c1, Point c2)
    {
        chain.Nodes.Add(from);
        chain.Controls.Add(c1);
        chain.Controls.Add(c2);
    }

    private static double[] ChordLengths(List<Point> run)
    {
        var u = new double[run.Count];
        for (var i = 1; i < u.Length; i++) u[i] = u[i - 1] + (run[i] - run[i - 1]).Length;
        for (var i = 1; i < u.Length; i++) u[i] /= u[^1];
        return u;
    }

    // Schneider's equations: the two handle lengths that minimise the squared distance at the given parameters.
    private static (Point C1, Point C2) LeastSquares(List<Point> run, double[] u, Point begin, Point end)
    {
        var (first, last) = (run[0], run[^1]);
        double c00 = 0, c01 = 0, c11 = 0, x0 = 0, x1 = 0;
        for (var i = 0; i < u.Length; i++)
        {
            var (t, s) = (u[i], 1 - u[i]);
            var (a1, a2) = (3 * s * s * t * begin, 3 * s * t * t * end);
            var rest = run[i] - ((s * s * s + 3 * s * s * t) * first + (t * t * t + 3 * s * t * t) * last);
            c00 += Point.Dot(a1, a1);
            c01 += Point.Dot(a1, a2);
            c11 += Point.Dot(a2, a2);
            x0 += Point.Dot(a1, rest);
            x1 += Point.Dot(a2, rest);
        }
        var determinant = c00 * c11 - c01 * c01;
        var chord = (last - first).Length;
        var (alpha, beta) = determinant > 1e-12 * (c00 * c11)
            ? ((x0 * c11 - x1 * c01) / determinant, (c00 * x1 - c01 * x0) / determinant)
            : (0, 0);
        // Handles that are absurdly short, negative or long make loops; Wu and Barsky's third of the chord is the fallback.
        var extent = u.Length;
        if (alpha < 1e-3 * chord || beta < 1e-3 * chord || alpha > extent || beta > extent)
            alpha = beta = (chord > 0 ? chord : extent / 3.0) / 3;
        return (first + alpha * begin, last + beta * end);
    }

    private static (double Squared, int Index) WorstError(List<Point> run, double[] u, Point c1, Point c2)
    {
        var (worst, index) = (0.0, run.Count / 2);
        for (var i = 1; i < u.Length - 1; i++)
        {
            var d = At(run[0], c1, c2, run[^1], u[i]) - run[i];
            var squared = Point.Dot(d, d);
            if (squared > worst) (worst, index) = (squared, i);
        }
        return (worst, index);
    }

    // One Newton step a sample on (B(u) - p) . B'(u) = 0.
    private static void Reparametrize(List<Point> run, double[] u, Point c1, Point c2)
    {
        var (p0, p3) = (run[0], run[^1]);
        var (d1, d2, d3) = (3 * (c1 - p0), 3 * (c2 - c1), 3 * (p3 - c2));
        for (var i = 1; i < u.Length - 1; i++)
        {
            var (t, s) = (u[i], 1 - u[i]);
            var offset = At(p0, c1, c2, p3, t) - run[i];
            var velocity = s * s * d1 + 2 * s * t * d2 + t * t * d3;
            var acceleration = 2 * s * (d2 - d1) + 2 * t * (d3 - d2);
            var slope = Point.Dot(velocity, velocity) + Point.Dot(offset, acceleration);
            if (slope > 0) u[i] = Math.Clamp(t - Point.Dot(offset, velocity) / slope, u[i - 1], 1);
        }
    }

    private static Point At(Point p0, Point c1, Point c2, Point p3, double t)
    {
        var s = 1 - t;
        return s * s * s * p0 + 3 * s * s * t * c1 + 3 * s * t * t * c2 + t * t * t * p3;
    }
}
