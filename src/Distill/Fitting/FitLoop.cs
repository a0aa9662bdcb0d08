using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Editing.Steps;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Fitting;

/// <summary>
/// Moves the leaves of a scene so that its picture becomes the target: mean squared error, Adam, a cosine schedule,
/// optionally a blur of the difference that begins wide so that distant edges are felt.
/// </summary>
internal sealed class FitLoop
{
    // The rate's last value as a fraction of its first: by then steps are below what 8 bits show.
    private const double FinalRate = .05;
    private readonly FitOptions _options;
    private readonly Scene _scene;
    private readonly IFitTarget _target;
    private readonly SceneRasterizer _rasterizer;
    private readonly PathGeometry[] _paths;
    private readonly double[] _rates;
    private readonly double[] _initial;
    private readonly double[] _gradient;
    private readonly float[] _pictureGradient;
    private readonly IStepDirection _steps;
    private readonly bool[] _free;
    private readonly double[] _units;
    private readonly ShapeAnchor? _anchor;
    private readonly SmoothNodeProjection? _smooth;
    private readonly double _pointRate;
    private readonly bool _keepsShapes;

    /// <summary>Prepares a fit.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="target">The picture.</param>
    /// <param name="options">The numbers.</param>
    /// <param name="keepsShapes">True for a drawing with a form of its own: curves stay curves, and the anchor holds shapes.</param>
    /// <param name="start">Where it begins; null for the file's own values.</param>
    public FitLoop(Scene scene, IFitTarget target, FitOptions options, bool keepsShapes = false, double[]? start = null)
    {
        (_scene, _target, _options) = (scene, target, options);
        var (width, height) = (target.Width, target.Height);
        _rasterizer = new SceneRasterizer(scene, width, height, target.SceneToDevice);
        _paths = [.. SceneShapes.Geometries(scene).OfType<PathGeometry>()];
        _initial = scene.InitialValues();
        Theta = start is null ? scene.InitialValues() : [.. start];
        _gradient = new double[Theta.Length];
        _pictureGradient = new float[4 * width * height];
        var diagonal = Math.Sqrt((double)width * width + (double)height * height);
        _pointRate = options.PointRate / diagonal;
        _rates = [.. scene.Parameters.Select((p, i) => options.RateFactors.GetValueOrDefault(i, 1) * (IsLength(p.Kind) ? _pointRate : options.ColorRate))];
        _free = [.. scene.Parameters.Select(p => p.IsLeaf)];
        _steps = FairSteps.Or(scene, _free, options.Fairness, beta2: .99);
        _units = [.. scene.Parameters.Select(p => p.Unit)];
        _keepsShapes = keepsShapes;
        if (!keepsShapes) return;
        _smooth = new SmoothNodeProjection(scene, _free);
        if (options.AnchorShape > 0) _anchor = new ShapeAnchor(scene, _initial);
    }

    /// <summary>The parameters as they are now.</summary>
    public double[] Theta { get; }

    /// <summary>The picture of the last step.</summary>
    public Picture Picture => _rasterizer.Picture;

    /// <summary>Draws the current state and returns its mean squared error.</summary>
    public double Draw() => _target.SquaredError(_rasterizer.Forward(Theta), _pictureGradient, FitView.Plain);

    /// <summary>One step at the given fraction of the way, 0..1; returns the mean squared error before it.</summary>
    public double Step(double progress)
    {
        foreach (var rule in _options.Rules) rule.At(progress);
        var blur = Math.Max(1, _options.BlurWidth + (1 - _options.BlurWidth) * 2 * progress);
        var error = _target.SquaredError(_rasterizer.Forward(Theta), _pictureGradient, new(progress, blur, _options.Robust));
        Array.Clear(_gradient);
        _rasterizer.Backward(_pictureGradient, _gradient);
        if (_options.SelfIntersection > 0) IntersectionLoss.Add(_paths, Theta, _options.SelfIntersection, _gradient);
        if (_options.AnchorPosition > 0) AddAnchor();
        Move(FinalRate + (1 - FinalRate) * .5 * (1 + Math.Cos(Math.PI * progress)));
        return error;
    }

    private void Move(double rateFactor)
    {
        for (var i = 0; i < Theta.Length; i++) _gradient[i] *= _units[i];
        if (_keepsShapes)
            foreach (var rule in _options.Rules) rule.Project(Theta, _gradient);
        _steps.Direction(_gradient);
        for (var i = 0; i < Theta.Length; i++)
            if (_free[i]) Theta[i] -= rateFactor * _rates[i] * _units[i] * _gradient[i];
        _anchor?.Pull(Theta, _units, _free, rateFactor * ShapeAnchor.Strength(_options.AnchorShape, _pointRate), _options.RateFactors);
        _smooth?.Apply(Theta);
        if (_keepsShapes)
            foreach (var rule in _options.Rules) rule.Restore(Theta);
        for (var i = 0; i < Theta.Length; i++)
            if (_free[i]) Theta[i] = Math.Clamp(Theta[i], _scene.Parameters[i].Minimum, _scene.Parameters[i].Maximum);
    }

    // In canvas diagonals, so that a file's own unit does not matter.
    private void AddAnchor()
    {
        var points = 0;
        foreach (var p in _scene.Parameters)
            if (p.IsLeaf && IsLength(p.Kind)) points++;
        for (var i = 0; i < Theta.Length; i++)
        {
            var p = _scene.Parameters[i];
            if (p.IsLeaf && IsLength(p.Kind))
                _gradient[i] += 2 * _options.AnchorPosition * (Theta[i] - _initial[i]) / (points * p.Unit * p.Unit);
        }
    }

    private static bool IsLength(ParameterKind kind) =>
        kind is ParameterKind.PointX or ParameterKind.PointY or ParameterKind.Size or ParameterKind.StrokeWidth
            or ParameterKind.Dash or ParameterKind.GradientGeometry or ParameterKind.Transform or ParameterKind.Filter;
}
