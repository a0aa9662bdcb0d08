using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Editing.Steps;

/// <summary>
/// The moves of a contour that keep its form, to first order: shifts, a turn, a change of size. An orthonormal basis under the points' masses.
/// </summary>
internal sealed class Similarity
{
    private const int Modes = 4;
    private readonly double[] mass;
    private readonly double[][] x, y;

    /// <summary>The moves of points at their places.</summary>
    internal Similarity(Point[] places, double[] mass)
    {
        this.mass = mass;
        var (total, center, spread) = (mass.Sum(), new Point(0, 0), 0.0);
        for (var i = 0; i < mass.Length; i++) center += mass[i] / total * places[i];
        for (var i = 0; i < mass.Length; i++) spread += mass[i] * Math.Pow((places[i] - center).Length, 2);
        var (shift, turn) = (1 / Math.Sqrt(total), spread > 1e-18 ? 1 / Math.Sqrt(spread) : 0);
        var away = places.Select(p => turn * (p - center)).ToArray();
        double[] Each(Func<Point, double> value) => [.. away.Select(value)];
        x = [Each(_ => shift), Each(_ => 0), Each(p => -p.Y), Each(p => p.X)];
        y = [Each(_ => 0), Each(_ => shift), Each(p => p.X), Each(p => p.Y)];
    }

    /// <summary>Takes these moves out of a field and hands their amounts over.</summary>
    internal void TakeOut(Span<double> across, Span<double> down, Span<double> amounts)
    {
        for (var k = 0; k < Modes; k++)
        {
            amounts[k] = 0;
            for (var i = 0; i < mass.Length; i++) amounts[k] += mass[i] * (across[i] * x[k][i] + down[i] * y[k][i]);
        }
        Add(amounts, -1, across, down);
    }

    /// <summary>Adds moves to a field.</summary>
    internal void Add(ReadOnlySpan<double> amounts, double factor, Span<double> across, Span<double> down)
    {
        for (var k = 0; k < Modes; k++)
            for (var i = 0; i < mass.Length; i++)
            {
                across[i] += factor * amounts[k] * x[k][i];
                down[i] += factor * amounts[k] * y[k][i];
            }
    }
}
