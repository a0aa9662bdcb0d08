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
    public static List<int> Of(IReadOnlyList<double> times, double[][] values, double tolerance)
    {
        var kept = new SortedSet<int> { 0, times.Count - 1 };
        var pending = new Stack<(int From, int To)>([(0, times.Count - 1)]);
        while (pending.TryPop(out var span))
        {
            var (worst, error) = (-1, tolerance);
            for (var k = span.From + 1; k < span.To; k++)
            {
                var part = (times[k] - times[span.From]) / (times[span.To] - times[span.From]);
                var off = 0.0;
                for (var n = 0; n < values[k].Length; n++)
                    off = Math.Max(off, Math.Abs(values[k][n] - values[span.From][n] - part * (values[span.To][n] - values[span.From][n])));
                if (off > error) (worst, error) = (k, off);
            }
            if (worst < 0) continue;
            kept.Add(worst);
            pending.Push((span.From, worst));
            pending.Push((worst, span.To));
        }
        return [.. kept];
    }
}
