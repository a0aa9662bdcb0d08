using System.Globalization;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Imaging;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Editing;

/// <summary>What follows an edit by way of a picture.</summary>
/// <param name="Refine">Steps of distillation.</param>
internal sealed record RefineOptions(int Refine);

/// <summary>
/// An edit by way of a picture: the drawing's picture is edited first, then its curves and colours are moved toward the result,
/// held by the shape anchor (<c>fit --from</c>).
/// </summary>
internal sealed class ViaPictureRun : IEditRun
{
    private const int FitSteps = 300;
    // The rate that a refinement falls to.
    private const double FinalRefineRate = .1;

    // Half a pixel of the embedded prior's 128; an edge nine pixels away is felt at first.
    private static readonly EditSettings _fit = new() { PointRate = .0028, ColorRate = .02, Fairness = FitOptions.MovedFairness, AnchorShape = 1, FilterWidth = 9 };

    private readonly EditSession _session;
    private readonly PictureMethod _method;
    private readonly BestPicture _edit;
    private readonly List<(double, double)> _likeness = [];
    private readonly IDistillationMethod _ids;
    private readonly int _refine;
    private Picture? _picture;
    private EditResult _spent;

    public ViaPictureRun(EditSession session, PictureMethod method)
    {
        (_session, _method) = (session, method);
        _edit = new BestPicture(method, session.PictureModel, session.Judge, session.Settings, (ulong)session.Request.Seed,
            method.Sampler is null ? session.Request.Pictures ?? 1 : session.SampledPictures, session.Looks);
        _refine = session.Request.Refine ?? EditRequest.RefineSteps;
        // The settings of the session are the picture method's.
        var refining = EditSettings.Resolve(MethodName.Ids, session.Request.Settings, session.Model.Defaults);
        (_ids, var options) = MethodCatalog.Create(MethodName.Ids, refining, session.Control?.Condition);
        Options = _refine > 0 ? [.. _edit.Options, new RefineOptions(_refine), .. options] : _edit.Options;
    }

    public string Name => $"via-{_method}";

    public IReadOnlyList<object> Options { get; }

    public int Steps => FitSteps + _refine;

    public bool MayRest(int step) => step > FitSteps || _refine == 0 && _session.AddPaths == 0;

    public IReadOnlyList<(string, IReadOnlyList<(double, double)>)> Curves => [("likeness to the edited picture, PSNR in dB", _likeness)];

    /// <summary>The edited picture, once it is there.</summary>
    public RgbaImage? Edited => _picture is { } picture ? RgbaImage.FromPicture(picture) : null;

    /// <summary>The settings of such an edit: the command line's, then the picture method's, then those of moving curves toward a picture.</summary>
    public static EditSettings Resolve(PictureMethod method, EditSettings commandLine, ModelDefaults model)
    {
        var edit = PictureSettings.Resolve(method, commandLine, model);
        var fit = commandLine.Over(_fit);
        return edit with { PointRate = fit.PointRate, ColorRate = fit.ColorRate, Fairness = fit.Fairness, AnchorShape = fit.AnchorShape, FilterWidth = fit.FilterWidth };
    }

    public void Prepare(IReporter reporter, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var result = reporter.Steps(0, _edit.Steps,
            progress => _edit.Run(_session.Target.Source, done => progress(done, "editing the picture"), null, stop));
        stop.ThrowIfCancellationRequested();
        var side = _session.Model.ImageSize;
        _picture = new Picture(side, side);
        result.Picture.cpu().data<float>().ToArray().CopyTo(_picture.Data);
        _picture.Plane(3).Fill(1);
        _spent = result.Outcome;
    }

    public EditEstimate? Estimate() => null;

    public EditResult Run(EditState? resume, Action<int, string> onStep, CancellationToken stop)
    {
        var picture = _picture ?? throw new InvalidOperationException("Run follows Prepare.");
        var (side, settings) = (_session.Model.ImageSize, _session.Settings);
        var frame = _session.Scene.ToSquare(side, _session.Model.Defaults.FrameMargin ?? 0);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        // New shapes join when the drawing's own are at the picture as far as they can be: edges far away are not felt any more.
        var grow = _session.AddPaths > 0 ? FitSteps / 2 : FitSteps;
        var steps = Move(0, grow).Steps;
        if (grow < FitSteps && steps == grow && !stop.IsCancellationRequested)
        {
            ShapeGrowth.Grow(_session, RgbPicture.Over(picture, (1, 1, 1)), stop);
            steps = Move(grow, FitSteps).Steps;
        }
        var result = new EditResult(steps, steps < Steps, _spent.Elapsed + clock.Elapsed, _spent.SamplesForwarded, _spent.SamplesDifferentiated);
        if (_refine == 0 || steps < FitSteps || stop.IsCancellationRequested) return result;
        var refined = new EditLoop(_session.Target, _ids, _session.Denoiser, _session.Asked, new EditLoopOptions
        {
            Steps = _refine, Seed = (ulong)_session.Request.Seed, Rates = new RateSchedule(0, FinalRefineRate),
            OnStep = step => onStep(FitSteps + step.Step, string.Create(CultureInfo.InvariantCulture, $"|g| {step.GradientNorm:0.000}")),
        }).Run(null, stop);
        return new(FitSteps + refined.Steps, refined.Interrupted, result.Elapsed + refined.Elapsed,
            result.SamplesForwarded + refined.SamplesForwarded, result.SamplesDifferentiated + refined.SamplesDifferentiated);

        FitResult Move(int first, int last)
        {
            var fit = new PictureFit(new FitTarget(picture, frame, Backgrounds.Color(_session.Background)), new FitOptions
            {
                Steps = FitSteps,
                PointRate = settings.PointRate!.Value * side * Math.Sqrt(2),
                ColorRate = settings.ColorRate!.Value,
                Fairness = settings.Fairness!.Value,
                AnchorShape = settings.AnchorShape!.Value,
                FilterWidth = settings.FilterWidth!.Value,
                RateFactors = _session.Limits.RateFactors,
                Rules = _session.Target.Options.Rules,
            })
            {
                Progress = (step, _) =>
                {
                    _session.Target.Place(step.Theta.Span);
                    _likeness.Add((step.Step, step.Psnr));
                    onStep(step.Step, string.Create(CultureInfo.InvariantCulture, $"{step.Psnr:0.0} dB"));
                },
            };
            return fit.Move(_session.Svg, [.. _session.Target.Theta], first, last, stop);
        }
    }

    public EditState? Save(int steps) => null;

    public void Dispose()
    {
        _edit.Dispose();
        _ids.Dispose();
    }
}
