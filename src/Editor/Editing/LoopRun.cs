using System.Globalization;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Methods;
using SvgDistill.Editor.Reporting;

namespace SvgDistill.Editor.Editing;

/// <summary>The editing loop: a distillation method's gradient carried back to the drawing at every step.</summary>
internal sealed class LoopRun : IEditRun
{
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

    public void Prepare(IReporter reporter, CancellationToken stop) { }

    public EditEstimate? Estimate() => Loop(null).Estimate();

    public IReadOnlyList<(string, IReadOnlyList<(double, double)>)> Curves =>
        [("|g|, gradient in latents", _norms), ("move of a step, root mean square", _movements)];

    public EditResult Run(EditState? resume, Action<int, string> onStep, CancellationToken stop) => Loop(step =>
    {
        _norms.Add((step.Step, step.GradientNorm));
        _movements.Add((step.Step, step.Movement));
        onStep(step.Step, string.Create(CultureInfo.InvariantCulture, $"|g| {step.GradientNorm:0.000}"));
    }).Run(resume, stop);

    public EditState? Save(int steps) => Loop(null).Save(steps);

    public void Dispose() => _method.Dispose();

    private EditLoop Loop(Action<EditProgress>? onStep) => new(_session.Target, _method, _session.Denoiser, _session.Prompts,
        new EditLoopOptions { Steps = Steps, Seed = (ulong)_session.Request.Seed, OnStep = onStep });
}
