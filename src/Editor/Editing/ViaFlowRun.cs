using System.Diagnostics;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Compositing;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Editing;

/// <summary>The drawing follows the edit of its picture step by step, and the edit goes on from what was drawn (<see cref="LedFlow"/>).</summary>
internal sealed class ViaFlowRun : ViaRun
{
    // Steps toward each picture on the way, and at the end to the last one.
    private const int StepsEach = 8, LastPart = 2;

    private readonly LedFlow _flow;
    private Picture? _picture;

    public ViaFlowRun(EditSession session) : base(session, PictureMethod.FlowEdit) =>
        _flow = new LedFlow(session.PictureModel, session.Target.Source, session.Settings, (ulong)session.Request.Seed);

    protected override IReadOnlyList<object> PictureOptions => _flow.Options;

    protected override int FitSteps => (StepsEach + LastPart) * _flow.Count;

    protected override Picture? Wanted => _picture;

    // Before the last picture on the way there is more to follow.
    public override bool MayRest(int step) => step > StepsEach * _flow.Count && base.MayRest(step);

    public override void Prepare(IReporter reporter, CancellationToken stop) { }

    protected override EditResult Follow(Action<int, string> onStep, CancellationToken stop)
    {
        var (clock, forwarded) = (Stopwatch.StartNew(), Session.Denoiser.SamplesForwarded);
        var way = StepsEach * _flow.Count;
        if (way == 0) return new(0, false, clock.Elapsed, 0, 0);
        var steps = Move(Led(0), Led, 0, Session.AddPaths > 0 ? way : FitSteps, onStep, stop);
        try
        {
            if (steps == way && steps < FitSteps && !stop.IsCancellationRequested) steps = MoveWithNewShapes(way, onStep, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { } // The drawing stands as the last step left it.
        return new(steps, steps < Steps, clock.Elapsed, Session.Denoiser.SamplesForwarded - forwarded, 0);
    }

    private int MoveWithNewShapes(int first, Action<int, string> onStep, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var wanted = ShapeGrowth.Wanted(Session, PictureMethod.FlowEdit, Session.Settings, stop);
        ShapeGrowth.Grow(Session, wanted, stop);
        return Move(_picture = Opaque(wanted.ToTensor()), null, first, FitSteps, onStep, stop);
    }

    // The picture on the way at a part of the run; each is made when the drawing is where the one before led it.
    private Picture Led(double progress)
    {
        var i = Math.Min((int)Math.Round(progress * FitSteps) / StepsEach, _flow.Count - 1);
        while (_flow.Done <= i)
        {
            using var scope = NewDisposeScope();
            _picture = Opaque(_flow.Next(Session.Target.Current));
        }
        return _picture!;
    }

    public override void Dispose()
    {
        _flow.Dispose();
        base.Dispose();
    }
}
