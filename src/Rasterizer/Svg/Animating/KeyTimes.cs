namespace SvgDistill.Rasterizer.Svg.Animating;

/// <summary>
/// Of a run of moments the few that it can be told by: straight lines between them come near all the others
/// (Douglas and Peucker 1973, in the direction of the values).
/// </summary>
internal static class KeyTimes
{
    /// <summary>The kept moments' places, the first and the last among them.</summary>
    /// <param name="times">The moments, ascending.</param>
    /// <param name="values">The numbers at each.</param>
    /// <param name="tolerance">How far any number may be off.</param>
    /// <param name="most">How many are kept at most: those where the way turns most.</param>
    public static List<int> Of(IReadOnlyList<double> times, double[][] values, double tolerance, int most)
    {
        var kept = new SortedSet<int> { 0, times.Count - 1 };
        var spans = new PriorityQueue<(int From, int Worst, int To), double>();
        Add(0, times.Count - 1);
        while (kept.Count < most && spans.TryDequeue(out var span, out _))
        {
            kept.Add(span.Worst);
            Add(span.From, span.Worst);
            Add(span.Worst, span.To);
        }
        return [.. kept];

        void Add(int from, int to)
        {
            var (worst, error) = (-1, tolerance);
            for (var k = from + 1; k < to; k++)
            {
                var part = (times[k] - times[from]) / (times[to] - times[from]);
                var off = 0.0;
                for (var n = 0; n < values[k].Length; n++)
                    off = Math.Max(off, Math.Abs(values[k][n] - values[from][n] - part * (values[to][n] - values[from][n])));
                if (off > error) (worst, error) = (k, off);
            }
            if (worst >= 0) spans.Enqueue((from, worst, to), -error);
        }
    }
}
