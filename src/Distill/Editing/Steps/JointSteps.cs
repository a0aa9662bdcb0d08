namespace SvgDistill.Distill.Editing.Steps;

/// <summary>Parameters that are coordinates themselves: a circle's or an ellipse's attributes, a colour's components.</summary>
/// <param name="vectors">
/// The parameters in vectors whose length counts (a centre's x and y), others each alone. The longest makes the second moment.
/// </param>
internal sealed class JointSteps(int[][] vectors) : StepGroup
{
    private readonly int[] _parameters = [.. vectors.SelectMany(v => v)];

    /// <inheritdoc/>
    internal override IEnumerable<int> Parameters => _parameters;

    /// <inheritdoc/>
    internal override int Count => _parameters.Length;

    /// <inheritdoc/>
    internal override double Read(ReadOnlySpan<double> gradient, ReadOnlySpan<double> share, Span<double> coordinates)
    {
        var (largest, next) = (0.0, 0);
        foreach (var vector in vectors)
        {
            var sum = 0.0;
            foreach (var index in vector)
            {
                var g = coordinates[next++] = Take(gradient, share, index);
                sum += g * g;
            }
            largest = Math.Max(largest, sum);
        }
        return largest;
    }

    /// <inheritdoc/>
    internal override void Write(Span<double> coordinates, ReadOnlySpan<double> share, Span<double> direction)
    {
        for (var i = 0; i < _parameters.Length; i++) Give(coordinates[i], share, _parameters[i], direction);
    }
}
