using System.Diagnostics;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Imaging;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Editing;

/// <summary>The drawing's picture is edited first, the best of some, then the drawing is moved to it.</summary>
internal sealed class ViaPictureRun : ViaRun
{
    private readonly BestPicture _edit;
    private Picture? _picture;
    private EditResult _spent;

    public ViaPictureRun(EditSession session, PictureMethod method) : base(session, method) =>
        _edit = new BestPicture(method, session.PictureModel, session.Judge, session.Settings, (ulong)session.Request.Seed,
            method.Sampler is null ? session.Request.Pictures ?? 1 : session.SampledPictures, session.Looks);

    protected override IReadOnlyList<object> PictureOptions => _edit.Options;

    protected override int FitSteps => 300;

    protected override Picture? Wanted => _picture;

    public override void Prepare(IReporter reporter, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var result = reporter.Steps(0, _edit.Steps,
            progress => _edit.Run(Session.Target.Source, done => progress(done, "editing the picture"), null, stop));
        stop.ThrowIfCancellationRequested();
        _picture = Opaque(result.Picture);
        _spent = result.Outcome;
    }

    protected override EditResult Follow(Action<int, string> onStep, CancellationToken stop)
    {
        var picture = _picture ?? throw new InvalidOperationException("Run follows Prepare.");
        var clock = Stopwatch.StartNew();
        // New shapes join when the drawing's own are at the picture as far as they can be: edges far away are not felt any more.
        var grow = Session.AddPaths > 0 ? FitSteps / 2 : FitSteps;
        var steps = Move(picture, null, 0, grow, onStep, stop);
        if (grow < FitSteps && steps == grow && !stop.IsCancellationRequested)
        {
            ShapeGrowth.Grow(Session, RgbPicture.Over(picture, (1, 1, 1)), stop);
            steps = Move(picture, null, grow, FitSteps, onStep, stop);
        }
        return new(steps, steps < Steps, _spent.Elapsed + clock.Elapsed, _spent.SamplesForwarded, _spent.SamplesDifferentiated);
    }

    public override void Dispose()
    {
        _edit.Dispose();
        base.Dispose();
    }
}
