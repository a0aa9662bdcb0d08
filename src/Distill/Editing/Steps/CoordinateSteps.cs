namespace SvgDistill.Distill.Editing.Steps;

/// <summary>Adam with moments of its own for every parameter.</summary>
internal sealed class CoordinateSteps : IStepDirection
{
    private readonly Adam adam;

    internal CoordinateSteps(int size, double beta2)
    {
        adam = new Adam(size, beta2: beta2);
        State = new Dictionary<string, double[]> { ["adam.first"] = adam.First, ["adam.second"] = adam.Second };
    }

    /// <inheritdoc/>
    public int Steps
    {
        get => adam.Steps;
        set => adam.Steps = value;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double[]> State { get; }

    /// <inheritdoc/>
    public void Direction(Span<double> gradient) => adam.Direction(gradient);
}
