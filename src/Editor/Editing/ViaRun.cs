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
/// An edit by way of pictures: curves and colours are moved toward an edited picture, held by the shape anchor (<c>fit --from</c>), then a short
/// distillation follows.
/// </summary>
internal abstract class ViaRun : IEditRun
{
    // The rate that a refinement falls to.
    private const double FinalRefineRate = .1;

    private readonly PictureMethod _method;
    private readonly IReadOnlyList<object> _refineOptions;
    private readonly List<(double, double)> _likeness = [];
    private readonly IDistillationMethod _ids;

    protected ViaRun(EditSession session, PictureMethod method)
    {
        (Session, _method) = (session, method);
        Refine = session.Request.Refine ?? EditRequest.RefineSteps;
        // The settings of the session are the picture method's.
        var refining = EditSettings.Resolve(MethodName.Ids, session.Request.Settings, session.Model.Defaults);
        (_ids, var options) = MethodCatalog.Create(MethodName.Ids, refining, session.Control?.Condition);
        _refineOptions = Refine > 0 ? [new RefineOptions(Refine), .. options] : [];
    }

    /// <summary>How an edit by way of a method's pictures runs.</summary>
    public static ViaRun Of(EditSession session, PictureMethod method) =>
        method == PictureMethod.FlowEdit ? new ViaFlowRun(session) : new ViaPictureRun(session, method);

    public string Name => $"via-{_method}";

    public IReadOnlyList<object> Options => [.. PictureOptions, .. _refineOptions];

    public int Steps => FitSteps + Refine;

    public virtual bool MayRest(int step) => step > FitSteps || Refine == 0 && Session.AddPaths == 0;

    public IReadOnlyList<(string, IReadOnlyList<(double, double)>)> Curves => [("likeness to the edited picture, PSNR in dB", _likeness)];

    /// <summary>The edited picture, once it is there.</summary>
    public RgbaImage? Edited => Wanted is { } picture ? RgbaImage.FromPicture(picture) : null;

    protected EditSession Session { get; }

    /// <summary>Steps of the refinement.</summary>
    protected int Refine { get; }

    /// <summary>What the edit of the picture runs with.</summary>
    protected abstract IReadOnlyList<object> PictureOptions { get; }

    /// <summary>Steps toward pictures.</summary>
    protected abstract int FitSteps { get; }

    /// <summary>The picture that is moved to; null before there is one.</summary>
    protected abstract Picture? Wanted { get; }

    /// <summary>The settings of such an edit: the command line's, then the picture method's, then those of moving curves toward a picture.</summary>
    /// <param name="method">What edits the picture.</param>
    /// <param name="commandLine">The command line's.</param>
    /// <param name="model">What the model recommends.</param>
    /// <param name="side">The model's picture, pixels.</param>
    public static EditSettings Resolve(PictureMethod method, EditSettings commandLine, ModelDefaults model, int side)
    {
        var edit = PictureSettings.Resolve(method, commandLine, model);
        // Half a pixel of 128.
        var fit = commandLine.Over(new() { PointRate = .0028, ColorRate = .02, Fairness = FitOptions.MovedFairness, AnchorShape = 1, FilterWidth = FitOptions.Moved(side, side).BlurWidth });
        return edit with { PointRate = fit.PointRate, ColorRate = fit.ColorRate, Fairness = fit.Fairness, AnchorShape = fit.AnchorShape, FilterWidth = fit.FilterWidth };
    }

    /// <summary>How curves and colours are moved by such settings.</summary>
    /// <param name="settings">Resolved.</param>
    /// <param name="side">The model's picture, pixels.</param>
    internal static FitOptions Fitting(EditSettings settings, int side) => new()
    {
        PointRate = settings.PointRate!.Value * side * Math.Sqrt(2),
        ColorRate = settings.ColorRate!.Value,
        Fairness = settings.Fairness!.Value,
        AnchorShape = settings.AnchorShape!.Value,
        BlurWidth = settings.FilterWidth!.Value,
        Robust = FitOptions.MovedRobust,
    };

    public abstract void Prepare(IReporter reporter, CancellationToken stop);

    public EditEstimate? Estimate() => null;

    public EditResult Run(EditState? resume, Action<int, string> onStep, CancellationToken stop)
    {
        var result = Follow(onStep, stop);
        if (Refine == 0 || result.Steps < FitSteps || stop.IsCancellationRequested) return result;
        var refined = new EditLoop(Session.Target, _ids, Session.Denoiser, Session.Asked, new EditLoopOptions
        {
            Steps = Refine, Seed = (ulong)Session.Request.Seed, Rates = new RateSchedule(0, FinalRefineRate),
            OnStep = step => onStep(FitSteps + step.Step, string.Create(CultureInfo.InvariantCulture, $"|g| {step.GradientNorm:0.000}")),
        }).Run(null, stop);
        return new(FitSteps + refined.Steps, refined.Interrupted, result.Elapsed + refined.Elapsed,
            result.SamplesForwarded + refined.SamplesForwarded, result.SamplesDifferentiated + refined.SamplesDifferentiated);
    }

    public EditState? Save(int steps) => null;

    public virtual void Dispose() => _ids.Dispose();

    /// <summary>The steps toward pictures.</summary>
    protected abstract EditResult Follow(Action<int, string> onStep, CancellationToken stop);

    /// <summary>Moves the drawing, which is at step <paramref name="first"/>; the number of steps done then.</summary>
    /// <param name="picture">Toward which picture.</param>
    /// <param name="led">Pictures that come before it; null for none.</param>
    /// <param name="first">Steps done.</param>
    /// <param name="last">Steps that will be done at the end.</param>
    /// <param name="onStep">Told the steps done and a word on them.</param>
    /// <param name="stop">Stops between two steps.</param>
    protected int Move(Picture picture, Func<double, Picture>? led, int first, int last, Action<int, string> onStep, CancellationToken stop)
    {
        var (side, settings) = (Session.Model.ImageSize, Session.Settings);
        var frame = Session.Scene.ToSquare(side, Session.Model.Defaults.FrameMargin ?? 0);
        var options = Fitting(settings, side) with { Steps = FitSteps, RateFactors = Session.Limits.RateFactors, Rules = Session.Target.Options.Rules };
        var fit = new PictureFit(new FitTarget(picture, frame, Backgrounds.Color(Session.Background)) { Led = led }, options)
        {
            Progress = (step, _) =>
            {
                Session.Target.Place(step.Theta.Span);
                _likeness.Add((step.Step, step.Psnr));
                onStep(step.Step, string.Create(CultureInfo.InvariantCulture, $"{step.Psnr:0.0} dB"));
            },
        };
        return fit.Move(Session.Svg, [.. Session.Target.Theta], first, last, stop).Steps;
    }

    /// <summary>A picture [1,3,S,S] as what a drawing is moved to.</summary>
    protected Picture Opaque(Tensor rgb)
    {
        var side = Session.Model.ImageSize;
        var picture = new Picture(side, side);
        rgb.cpu().contiguous().data<float>().ToArray().CopyTo(picture.Data);
        picture.Plane(3).Fill(1);
        return picture;
    }
}
