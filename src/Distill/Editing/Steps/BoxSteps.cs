namespace SvgDistill.Distill.Editing.Steps;

/// <summary>
/// A rectangle, by the places of its four edges (a push on the right edge moves that edge alone, and a drawing's two halves
/// step alike), and its corner radii.
/// </summary>
internal sealed class BoxSteps(int x, int y, int width, int height, int[] radii) : StepGroup
{
    /// <inheritdoc/>
    internal override IEnumerable<int> Parameters => [x, y, width, height, .. radii];

    /// <inheritdoc/>
    internal override int Count => 4 + radii.Length;

    /// <inheritdoc/>
    internal override double Read(ReadOnlySpan<double> gradient, ReadOnlySpan<double> share, Span<double> coordinates)
    {
        // x = left, width = right - left.
        (coordinates[1], coordinates[3]) = (Take(gradient, share, width), Take(gradient, share, height));
        coordinates[0] = Take(gradient, share, x) - coordinates[1];
        coordinates[2] = Take(gradient, share, y) - coordinates[3];
        for (var i = 0; i < radii.Length; i++) coordinates[4 + i] = Take(gradient, share, radii[i]);
        var largest = 0.0;
        foreach (var g in coordinates) largest = Math.Max(largest, g * g);
        return largest;
    }

    /// <inheritdoc/>
    internal override void Write(Span<double> coordinates, ReadOnlySpan<double> share, Span<double> direction)
    {
        Give(coordinates[0], share, x, direction);
        Give(coordinates[1] - coordinates[0], share, width, direction);
        Give(coordinates[2], share, y, direction);
        Give(coordinates[3] - coordinates[2], share, height, direction);
        for (var i = 0; i < radii.Length; i++) Give(coordinates[4 + i], share, radii[i], direction);
    }
}
