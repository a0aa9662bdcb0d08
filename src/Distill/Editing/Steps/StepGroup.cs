namespace SvgDistill.Distill.Editing.Steps;

/// <summary>Parameters that step together: they share a second moment, and perhaps a metric.</summary>
internal abstract class StepGroup
{
    /// <summary>The parameters, once for every coordinate that they stand behind; -1 where nothing moves one.</summary>
    internal abstract IEnumerable<int> Parameters { get; }

    /// <summary>Coordinates, each with a first moment.</summary>
    internal abstract int Count { get; }

    /// <summary>Reads the coordinates' gradient.</summary>
    /// <param name="gradient">By parameter.</param>
    /// <param name="share">Of each parameter: one over the number of coordinates that it stands behind.</param>
    /// <param name="coordinates">Written.</param>
    /// <returns>The largest squared gradient.</returns>
    internal abstract double Read(ReadOnlySpan<double> gradient, ReadOnlySpan<double> share, Span<double> coordinates);

    /// <summary>Adds the coordinates' directions to the parameters'; where several stand for one parameter, their mean.</summary>
    internal abstract void Write(Span<double> coordinates, ReadOnlySpan<double> share, Span<double> direction);

    /// <summary>A parameter's share in a coordinate; 0 where the coordinate is constant.</summary>
    protected static double Take(ReadOnlySpan<double> gradient, ReadOnlySpan<double> share, int index) =>
        index < 0 ? 0 : gradient[index] * share[index];

    /// <summary>The way back.</summary>
    protected static void Give(double value, ReadOnlySpan<double> share, int index, Span<double> direction)
    {
        if (index >= 0) direction[index] += value * share[index];
    }
}
