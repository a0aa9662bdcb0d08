namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// Each pixel's distance to the nearest that is meant, exact: the lower envelope of parabolas, by columns and then by rows (Felzenszwalb and
/// Huttenlocher 2012, "Distance transforms of sampled functions").
/// </summary>
internal static class DistanceField
{
    /// <summary>The distances in pixels; where none is meant, more than any on the grid.</summary>
    internal static float[] Of(int width, int height, Func<int, bool> isMeant)
    {
        // Farther than anything on the grid, and still finite.
        var none = 4.0 * (width + height) * (width + height);
        var squares = new double[width * height];
        for (var i = 0; i < squares.Length; i++) squares[i] = isMeant(i) ? 0 : none;
        var (line, envelope) = (new double[Math.Max(width, height)], new (int At, double From)[Math.Max(width, height)]);
        for (var x = 0; x < width; x++) Transform(x, width, height);
        for (var y = 0; y < height; y++) Transform(y * width, 1, width);
        return Array.ConvertAll(squares, s => (float)Math.Sqrt(s));

        void Transform(int start, int step, int count)
        {
            for (var i = 0; i < count; i++) line[i] = squares[start + i * step];
            var last = 0;
            envelope[0] = (0, double.NegativeInfinity);
            for (var i = 1; i < count; i++)
            {
                double from;
                while ((from = Crossing(envelope[last].At, i)) <= envelope[last].From) last--;
                envelope[++last] = (i, from);
            }
            for (var (i, k) = (0, 0); i < count; i++)
            {
                while (k < last && envelope[k + 1].From < i) k++;
                var d = i - envelope[k].At;
                squares[start + i * step] = d * d + line[envelope[k].At];
            }
        }

        double Crossing(int a, int b) => (line[b] + (double)b * b - line[a] - (double)a * a) / (2.0 * (b - a));
    }
}
