using System.Globalization;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Growing;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Editing;

/// <summary>The editing loop: a distillation method's gradient carried back to the drawing at every step.</summary>
internal sealed class LoopRun : IEditRun
{
    // How far from the drawing a picture may be that new shapes are taken from.
    private static readonly EditSettings _near = new() { Strength = .6 };

    private readonly EditSession _session;
    private readonly IDistillationMethod _method;
    private readonly MethodName _name;
    private readonly List<(double, double)> _norms = [], _movements = [];

    public LoopRun(EditSession session, MethodName name)
    {
        (_session, _name) = (session, name);
        (_method, Options) = MethodCatalog.Create(name, session.Settings, session.Control?.Condition);
    }

    public string Name => _name.ToString();

    public IReadOnlyList<object> Options { get; }

    public int Steps => _session.Settings.Steps!.Value;

    public bool MayRest(int step) => _session.AddPaths == 0 || _session.Grown is not null || step > ShapeGrowth.Step(Steps);

    public void Prepare(IReporter reporter, CancellationToken stop) { }

    public EditEstimate? Estimate() => Loop(null).Estimate();

    public IReadOnlyList<(string, IReadOnlyList<(double, double)>)> Curves =>
        [("|g|, gradient in latents", _norms), ("move of a step, root mean square", _movements)];

    public EditResult Run(EditState? resume, Action<int, string> onStep, CancellationToken stop)
    {
        void Report(EditProgress step)
        {
            _norms.Add((step.Step, step.GradientNorm));
            _movements.Add((step.Step, step.Movement));
            onStep(step.Step, string.Create(CultureInfo.InvariantCulture, $"|g| {step.GradientNorm:0.000}"));
        }
        if (resume?.Document is { } document)
            _session.Grow(GrownDrawing.Read(SvgDocument.Parse(document, _session.Request.Input), _session.Svg.Document, _session.Request.Scene), 1);
        var at = ShapeGrowth.Step(Steps);
        if (_session.AddPaths == 0 || _session.Grown is not null || resume?.Step > at || Steps == 0) return Loop(Report).Run(resume, stop);

        var first = Loop(Report, at).Run(resume, stop);
        if (first.Steps < at || stop.IsCancellationRequested) return first;
        try
        {
            ShapeGrowth.Grow(_session, ShapeGrowth.Wanted(_session, PictureMethod.SdEdit, _near, stop), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return first with { Interrupted = true }; // The drawing stands as the last step left it; the shapes join when the run goes on.
        }
        using var state = Loop(null).Save(at);
        var second = Loop(Report).Run(state, stop);
        return second with
        {
            Elapsed = first.Elapsed + second.Elapsed,
            SamplesForwarded = first.SamplesForwarded + second.SamplesForwarded,
            SamplesDifferentiated = first.SamplesDifferentiated + second.SamplesDifferentiated,
        };
    }

    public EditState? Save(int steps)
    {
        var state = Loop(null).Save(steps);
        if (_session.Grown is { } grown) state.Document = grown.Svg.Document.ToBytes();
        return state;
    }

    public void Dispose() => _method.Dispose();

    private EditLoop Loop(Action<EditProgress>? onStep, int? until = null) => new(_session.Target, _method, _session.Denoiser, _session.Asked,
        new EditLoopOptions { Steps = Steps, Until = until, Seed = (ulong)_session.Request.Seed, OnStep = onStep });
}
