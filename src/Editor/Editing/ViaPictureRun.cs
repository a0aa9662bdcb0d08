using System.Globalization;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Imaging;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Editing;

/// <summary>
/// An edit by way of a picture: the drawing's picture is edited first, then its curves and colours are moved toward the result,
/// held by the shape anchor (<c>fit --from</c>).
/// </summary>
internal sealed class ViaPictureRun : IEditRun
{
    private const int FitSteps = 300;

    // Half a pixel of the embedded prior's 128; an edge nine pixels away is felt at first.
    private static readonly EditSettings _fit = new() { PointRate = .0028, ColorRate = .02, Fairness = FitOptions.MovedFairness, AnchorShape = 1, FilterWidth = 9 };

    private readonly EditSession _session;
    private readonly PictureMethod _method;
    private readonly IPictureEdit _edit;
    private readonly List<(double, double)> _likeness = [];
    private Picture? _picture;
    private EditResult _spent;

    public ViaPictureRun(EditSession session, PictureMethod method)
    {
        (_session, _method) = (session, method);
        var model = session.Model;
        _edit = PictureEditCatalog.Create(method,
            new PictureModel(session.Denoiser, session.Prompts, image => model.EncodeImage(image.to(model.Unet.Device)), z => model.Decode(z),
                session.Control?.Condition),
            session.Settings, (ulong)session.Request.Seed);
    }

    public string Name => $"via-{_method}";

    public IReadOnlyList<object> Options => _edit.Options;

    public int Steps => FitSteps;

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
        var moved = fit.Move(_session.Svg, stop);
        return new EditResult(moved.Steps, moved.Steps < FitSteps, _spent.Elapsed + clock.Elapsed,
            _spent.SamplesForwarded, _spent.SamplesDifferentiated);
    }

    public EditState? Save(int steps) => null;

    public void Dispose() => _edit.Dispose();
}
