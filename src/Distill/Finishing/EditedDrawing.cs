using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Finishing;

/// <summary>
/// An edited drawing beside its source, as finishing works on it: the parameters reached so far, what may be moved, and what a change
/// has to pass. Every change goes through <see cref="TryChange"/>.
/// </summary>
internal sealed class EditedDrawing
{
    // Points looked at, a pass of the rasterizer counting as so many: keeps huge drawings at a minute, whatever the machine.
    private const long MostWork = 20_000_000, WorkOfPoint = 4, WorkOfPass = 20_000;

    private readonly FinishOptions _options;
    private readonly SmoothNodeProjection _smooth;
    private readonly SceneRasterizer _rasterizer;
    private readonly RgbPicture _edited;
    private readonly double _flatness;
    private readonly VisibleAreas _areas;
    private readonly int _points;
    private long _work = MostWork;
    private IReadOnlyList<ShapeOutline>? _outlines;

    public EditedDrawing(Scene scene, double[] source, double[] edited, FinishOptions options)
    {
        (Scene, Source, _options, Theta) = (scene, source, options, edited);
        Free = [.. scene.Parameters.Select((p, i) => p.IsLeaf && options.Locked?.Contains(i) != true)];
        _smooth = new SmoothNodeProjection(scene, Free);
        var frame = scene.ToSquare(options.Side, options.Margin);
        Scale = frame.A;
        _flatness = DrawingComplexity.Scale(scene);
        _rasterizer = new SceneRasterizer(scene, options.Side, options.Side, frame);
        SourceOutlines = ShapeOutline.Of(scene, source);
        _edited = Draw(edited);
        _areas = new VisibleAreas(scene, options.Side, options.Margin);
        _points = SourceOutlines.Sum(o => o.Points.Length);
    }

    public Scene Scene { get; }
    /// <summary>The source's parameters.</summary>
    public double[] Source { get; }
    /// <summary>The drawing's parameters now; never changed in place.</summary>
    public double[] Theta { get; private set; }
    /// <summary>Which parameters may be moved.</summary>
    public bool[] Free { get; }
    /// <summary>Pixels of the model's picture a unit of the scene.</summary>
    public double Scale { get; }
    public IReadOnlyList<ShapeOutline> SourceOutlines { get; }
    /// <summary>The outlines at <see cref="Theta"/>.</summary>
    public IReadOnlyList<ShapeOutline> Outlines => _outlines ??= ShapeOutline.Of(Scene, Theta);
    /// <summary>True once so much has been tried that what is left stays.</summary>
    public bool IsSpent => _work < 0;

    /// <summary>What each shape shows.</summary>
    public double[] Areas(double[] theta)
    {
        _work -= WorkOfPass + _points;
        return _areas.At(theta);
    }

    /// <summary>What is wrong with a shape through these points.</summary>
    public IReadOnlyList<ContourFault> Faults(int shape, ShapeOutline outline)
    {
        _work -= WorkOfPoint * outline.Points.Length;
        return [.. AddedCrossings.In(SourceOutlines[shape], outline, _flatness, out _), .. Slivers.In(SourceOutlines[shape], outline, Scale)];
    }

    /// <summary>Whether something is wrong with a shape now.</summary>
    public bool IsFaulty(int shape) => Faults(shape, Outlines[shape]).Count > 0;

    /// <summary>How much of the picture differs from what the edit gave, 0..1.</summary>
    public double PictureChange(double[] theta) => Draw(theta).MeanDifference(_edited);

    /// <summary>
    /// Takes a change over if, once smooth nodes and rules are put back, it mends something and spoils nothing: the shapes that it moves
    /// have fewer faults than before (or, for a change that is about something else, no more), and the picture stays within its bound.
    /// </summary>
    /// <param name="candidate">The parameters; changed.</param>
    /// <param name="fewerFaults">Whether faults must become fewer.</param>
    /// <param name="passes">What else must hold, told the settled parameters.</param>
    public bool TryChange(double[] candidate, bool fewerFaults, Func<double[], bool>? passes = null)
    {
        _work -= WorkOfPass + WorkOfPoint * _points;
        _smooth.Apply(candidate);
        Settle(candidate);
        var outlines = ShapeOutline.Of(Scene, candidate);
        var change = 0;
        for (var i = 0; i < outlines.Count; i++)
            if (!outlines[i].Points.AsSpan().SequenceEqual(Outlines[i].Points.AsSpan()))
                change += Faults(i, outlines[i]).Count - Faults(i, Outlines[i]).Count;
        if (fewerFaults ? change >= 0 : change > 0) return false;
        if (PictureChange(candidate) > _options.PictureBound || passes?.Invoke(candidate) == false) return false;
        Take(candidate);
        return true;
    }

    /// <summary>Puts rules and ranges back.</summary>
    public void Settle(double[] candidate)
    {
        foreach (var rule in _options.Rules) rule.Restore(candidate);
        for (var i = 0; i < candidate.Length; i++)
            candidate[i] = Free[i] ? Math.Clamp(candidate[i], Scene.Parameters[i].Minimum, Scene.Parameters[i].Maximum) : Theta[i];
    }

    /// <summary>Takes a change over that needs no check.</summary>
    public void Take(double[] theta) => (Theta, _outlines) = (theta, null);

    private RgbPicture Draw(double[] theta) => RgbPicture.Over(_rasterizer.Forward(theta, keep: false), _options.Background);
}
