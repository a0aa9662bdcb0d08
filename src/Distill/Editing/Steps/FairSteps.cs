using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Steps;

/// <summary>
/// Steps that keep a drawing drawn: every contour moves in a smooth metric (<see cref="ContourSteps"/>), every basic shape by its own
/// attributes, every colour along its gradient, each with one second moment (the largest, as Nicolet et al.'s AdamUniform); other parameters have their own.
/// </summary>
internal sealed class FairSteps : IStepDirection
{
    // The prototype's of docs/methods.md.
    private const double SharedBeta2 = .99;

    // Smoothing takes from the steps of everything but shifts; measured in docs/methods.md.
    private const double ShapeRate = 2;

    private readonly StepGroup[] _groups;
    private readonly double[] _share, _first, _second, _direction, _coordinates;
    private readonly bool[] _isShape;
    private readonly Adam _others;
    private readonly double _beta2;

    /// <summary>What an edit takes.</summary>
    internal const double DefaultFairness = .1;

    /// <summary>Fair steps, or with a fairness of 0 those of every number by itself.</summary>
    internal static IStepDirection Or(Scene scene, ReadOnlySpan<bool> free, double fairness, double beta2) =>
        fairness > 0 ? new FairSteps(scene, free, fairness, beta2) : new CoordinateSteps(free.Length, beta2);

    /// <summary>Collects the groups of a scene.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="free">Which parameters may move.</param>
    /// <param name="fairness">l, the length along an outline within which it moves as one, in canvas diagonals; positive.</param>
    /// <param name="beta2">Adam's decay of the squared gradient's mean.</param>
    internal FairSteps(Scene scene, ReadOnlySpan<bool> free, double fairness, double beta2)
    {
        _beta2 = Math.Min(beta2, SharedBeta2);
        var shapes = Shapes(scene, free, fairness);
        _groups = [.. shapes, .. Colors(scene, free)];
        var uses = new int[free.Length];
        foreach (var index in _groups.SelectMany(g => g.Parameters))
            if (index >= 0) uses[index]++;
        _share = [.. uses.Select(n => n == 0 ? 0 : 1.0 / n)];
        _isShape = new bool[free.Length];
        foreach (var index in shapes.SelectMany(g => g.Parameters))
            if (index >= 0) _isShape[index] = true;
        _first = new double[_groups.Sum(g => g.Count)];
        _second = new double[_groups.Length];
        _direction = new double[free.Length];
        _coordinates = new double[_groups.Select(g => g.Count).DefaultIfEmpty().Max()];
        _others = new Adam(free.Length, beta2: beta2);
        State = new Dictionary<string, double[]>
        {
            ["adam.first"] = _others.First, ["adam.second"] = _others.Second,
            ["fair.first"] = _first, ["fair.second"] = _second,
        };
    }

    /// <inheritdoc/>
    public int Steps
    {
        get => _others.Steps;
        set => _others.Steps = value;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double[]> State { get; }

    /// <inheritdoc/>
    public void Direction(Span<double> gradient)
    {
        Array.Clear(_direction);
        var moments = new StepMoments(Steps + 1, _beta2);
        var next = 0;
        for (var i = 0; i < _groups.Length; i++)
        {
            var group = _groups[i];
            var values = _coordinates.AsSpan(0, group.Count);
            var squared = group.Read(gradient, _share, values);
            moments.Advance(values, _first.AsSpan(next, group.Count), ref _second[i], squared);
            group.Write(values, _share, _direction);
            next += group.Count;
        }
        for (var i = 0; i < gradient.Length; i++)
            if (_share[i] > 0) gradient[i] = 0;
        _others.Direction(gradient);
        for (var i = 0; i < gradient.Length; i++)
            if (_share[i] > 0) gradient[i] = (_isShape[i] ? ShapeRate : 1) * _direction[i];
    }

    private static List<StepGroup> Shapes(Scene scene, ReadOnlySpan<bool> free, double fairness)
    {
        List<StepGroup> groups = [];
        foreach (var geometry in SceneShapes.Geometries(scene))
        {
            switch (geometry)
            {
                case PathGeometry path:
                    foreach (var contour in PathContour.Of(path))
                        if (ContourSteps.Of(contour, scene, free, fairness) is { } steps) groups.Add(steps);
                    break;
                case RectGeometry r:
                    AddBox(r, free, groups);
                    break;
                case EllipseGeometry e:
                    AddJoint([[e.Center.X, e.Center.Y], [e.Rx], [e.Ry]], free, groups);
                    break;
            }
        }
        return groups;
    }

    private static void AddBox(RectGeometry r, ReadOnlySpan<bool> free, List<StepGroup> groups)
    {
        Scalar[] edges = [r.X, r.Y, r.Width, r.Height];
        var allFree = true;
        foreach (var edge in edges) allFree &= IsFree(edge, free);
        if (allFree && edges.DistinctBy(e => e.Index).Count() == edges.Length)
        {
            List<int> radii = [];
            foreach (var radius in new[] { r.Rx, r.Ry })
                if (IsFree(radius, free) && !radii.Contains(radius.Index)) radii.Add(radius.Index);
            groups.Add(new BoxSteps(r.X.Index, r.Y.Index, r.Width.Index, r.Height.Index, [.. radii]));
        }
        else AddJoint([[r.X], [r.Y], [r.Width], [r.Height], [r.Rx], [r.Ry]], free, groups);
    }

    private static List<StepGroup> Colors(Scene scene, ReadOnlySpan<bool> free)
    {
        List<StepGroup> groups = [];
        foreach (var color in SceneShapes.Colors(scene)) AddJoint([[color.R], [color.G], [color.B]], free, groups);
        return groups;
    }

    private static void AddJoint(Scalar[][] vectors, ReadOnlySpan<bool> free, List<StepGroup> groups)
    {
        List<int[]> found = [];
        HashSet<int> seen = [];
        foreach (var vector in vectors)
        {
            List<int> indices = [];
            foreach (var scalar in vector)
                if (IsFree(scalar, free) && seen.Add(scalar.Index)) indices.Add(scalar.Index);
            if (indices.Count > 0) found.Add([.. indices]);
        }
        if (found.Count > 0) groups.Add(new JointSteps([.. found]));
    }

    private static bool IsFree(Scalar scalar, ReadOnlySpan<bool> free) => scalar.Index >= 0 && free[scalar.Index];
}
