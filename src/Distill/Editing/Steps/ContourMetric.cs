namespace SvgDistill.Distill.Editing.Steps;

/// <summary>
/// A contour's Sobolev metric at rest (Sundaramoorthi, Yezzi, Mennucci 2007, "Sobolev active contours"): S = (M + l^2 K)^-1 M with
/// M the length of outline that a point stands for, K the graph Laplacian of the control polygon with weights 1/length, l a length.
/// S keeps shifts and takes away what turns within less than l; it is self-adjoint under M. Between points a distance h apart it is
/// the (I + lambda L)^-1 of Nicolet, Jacobson, Jakob 2021 ("Large steps in inverse rendering of geometry") with lambda = (l/h)^2, and
/// unlike that it does not change with the number of points.
/// </summary>
internal sealed class ContourMetric
{
    private readonly double[] _mass;
    private readonly ChainSystem _system;

    /// <summary>Prepares the metric.</summary>
    /// <param name="mass">The length that each point stands for, positive.</param>
    /// <param name="edges">The distance of each point to the next, positive; as many as points for a cycle, one fewer for a chain.</param>
    /// <param name="length">l.</param>
    internal ContourMetric(double[] mass, ReadOnlySpan<double> edges, double length)
    {
        _mass = mass;
        var ties = new double[edges.Length];
        for (var i = 0; i < ties.Length; i++) ties[i] = length * length / edges[i];
        _system = new ChainSystem(mass, ties);
        foreach (var m in mass) Length += m;
    }

    /// <summary>The contour's length at rest.</summary>
    internal double Length { get; }

    /// <summary>The field that a gradient by points stands for, smoothed: S M^-1 g times the contour's length, in place.</summary>
    internal void ToField(Span<double> gradient)
    {
        _system.Solve(gradient);
        foreach (ref var value in gradient) value *= Length;
    }

    /// <summary>S u in place.</summary>
    internal void Smooth(Span<double> field)
    {
        for (var i = 0; i < field.Length; i++) field[i] *= _mass[i];
        _system.Solve(field);
    }
}
