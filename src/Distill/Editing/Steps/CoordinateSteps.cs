namespace SvgDistill.Distill.Editing.Steps;

/// <summary>Adam with moments of its own for every parameter.</summary>
internal sealed class CoordinateSteps : IStepDirection
{
    private readonly Adam _adam;

    internal CoordinateSteps(int size, double beta2)
    {
        _adam = new Adam(size, beta2: beta2);
        State = new Dictionary<string, double[]> { ["adam.first"] = _adam.First, ["adam.second"] = _adam.Second };
    }

    /// <inheritdoc/>
    public int Steps
    {
        get => _adam.Steps;
        set => _adam.Steps = value;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double[]> State { get; }

    /// <inheritdoc/>
    public void Direction(Span<double> gradient) => _adam.Direction(gradient);
}
