using System.Globalization;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Sampling;
using SvgDistill.Distill.Creating;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Finishing;
using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Svg;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Creating;

/// <summary>
/// Drawings from words: pictures are sampled, the likeliest (by CLIP, else by the model itself) are cut out, fitted with few paths, refined by distillation, drawn with fewer
/// nodes and put in layers.
/// </summary>
internal sealed class Creator : IDisposable
{
    private const int SampleSteps = 30, FitSteps = 200;
    // A third of an edit's: what is drawn anew must still find its form.
    private const double SampleGuidance = 5, FitFairness = .03;
    private const int LossTimesteps = 20, LossNoises = 2;
    private const double SimplifyTolerance = .0015;

    // A refinement, not an edit: a tenth of an edit's way.
    private const double PointRate = .0008, ColorRate = .004;

    private static readonly MethodName _method = new(MethodKind.Csd);

    private readonly CreateRequest _request;
    private readonly DiffusionModel _model;
    private readonly IReporter _reporter;
    private readonly Prompts _prompts;
    private readonly Denoiser _denoiser;
    private readonly (float R, float G, float B) _ground;
    private readonly ClipScorer? _judge;
    private readonly LoraPlace? _place;

    /// <summary>Prepares the texts.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="model">The model; stays the caller's.</param>
    /// <param name="reporter">Where progress goes.</param>
    /// <param name="judge">What pictures and drawings are chosen by; null: the model's own score. Stays the caller's.</param>
    public Creator(CreateRequest request, DiffusionModel model, IReporter reporter, ClipScorer? judge = null)
    {
        (_request, _model, _reporter, _judge) = (request, model, reporter, judge);
        Words = request.Prompt + (model.Defaults.PromptSuffix ?? "");
        _place = LoraPlaces.OfDrawing(request.LoraPlace, model);
        _prompts = new Prompts("", Words, request.Negative, text => model.EncodePrompts(text), model.Tokenize, LoraPlaces.BaseEncoder(_place, model));
        _denoiser = LoraPlaces.Denoiser(_place, model.Denoiser, model.Schedule, _prompts);
        _ground = Backgrounds.Color(model.Defaults.Background is { } color and not Backgrounds.Auto ? color : "#ffffff");
    }

    /// <summary>Pictures that are drawn to choose from. CLIP's look at one takes a hundredth of what the model's own score does, which leaves time for more.</summary>
    public int Samples => _judge is null ? Math.Max(4, 2 * _request.Count) : Math.Max(6, 3 * _request.Count);

    /// <summary>The prompt as the model reads it.</summary>
    public string Words { get; }

    /// <summary>The drawings, the best first.</summary>
    /// <param name="state">What is done already; what is done here joins it.</param>
    /// <param name="save">Told after each picture and each drawing.</param>
    /// <param name="stop">Stops after the picture or the drawing in progress.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<Creation> Run(CreationState state, Action save, CancellationToken stop)
    {
        var pictures = _reporter.Steps(state.Scores.Count, Samples, progress => Sample(state, save, progress, stop));
        var best = state.Scores.Index().OrderByDescending(s => s.Item).Take(_request.Count).ToArray();
        return [.. _reporter.Steps(0, best.Length, progress => best.Select((picture, i) =>
        {
            var seed = _request.Seed + picture.Index;
            if (!state.Drawings.TryGetValue(seed, out var made))
            {
                state.Drawings[seed] = made = Draw(pictures.TryGetValue(seed, out var sampled) ? sampled : Sample(seed, stop).Picture, seed, picture.Item, stop);
                save();
            }
            progress(i + 1, string.Create(CultureInfo.InvariantCulture, $"{made.Paths} paths, score {made.Rank:0.000}"));
            return made;
        }).ToArray()).OrderByDescending(c => c.Rank)];
    }

    public void Dispose()
    {
        _denoiser.Dispose();
        _prompts.Dispose();
    }

    // Pictures by their seeds; those of scores that are known are not sampled.
    private Dictionary<long, Picture> Sample(CreationState state, Action save, Action<int, string> progress, CancellationToken stop)
    {
        var pictures = new Dictionary<long, Picture>();
        while (state.Scores.Count < Samples)
        {
            var seed = _request.Seed + state.Scores.Count;
            var (picture, score) = Sample(seed, stop);
            pictures[seed] = picture;
            state.Scores.Add(score);
            save();
            progress(state.Scores.Count, string.Create(CultureInfo.InvariantCulture, $"score {score:0.000}"));
        }
        return pictures;
    }

    private (Picture Picture, double Score) Sample(long seed, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var side = _model.ImageSize;
        var image = DdimSampler.TextToImage(_model, Words, _request.Negative, seed, SampleSteps, SampleGuidance, side, baseNull: _place == LoraPlace.Target, cancellation: stop);
        var picture = new Picture(side, side);
        image.cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray().CopyTo(picture.Data);
        picture.Plane(3).Fill(1);
        return (picture, Likeness(image.cpu()) ?? Score(image));
    }

    // The likeness of a picture [1,3,S,S] and the prompt, at CLIP's size.
    private double? Likeness(Tensor image) => _judge?.Score(nn.functional.interpolate(image.to(ScalarType.Float32), [_judge.PictureSide, _judge.PictureSide],
        mode: InterpolationMode.Bicubic, align_corners: false).clamp(0, 1).ToPicture(), _request.Prompt);

    // How much better the words explain a picture than no words do, of what no words leave.
    private double Score(Tensor image)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var loss = new DenoisingLoss(_denoiser, LossTimesteps, LossNoises);
        var latents = _model.EncodeImage(image.to(_model.Unet.Device));
        var losses = loss.Of((latents, _prompts.Target), (latents, _prompts.Null));
        return 1 - losses[0] / losses[1];
    }

    private double Score(SvgScene drawing, double[] theta)
    {
        using var scope = NewDisposeScope();
        return Score(Drawn(drawing, theta, _model.ImageSize).ToTensor());
    }

    private RgbPicture Drawn(SvgScene drawing, double[] theta, int side) =>
        RgbPicture.Over(new SceneRasterizer(drawing.Scene, side, side, drawing.Scene.ToSquare(side, 0)).Forward(theta, keep: false), _ground);

    private Creation Draw(Picture picture, long seed, double pictureScore, CancellationToken stop)
    {
        var cut = PlainGround.Cut(picture, _ground);
        var mirrored = _request.Symmetric ? MirroredPicture.Of(cut) : null;
        var fit = new PictureFit(new FitTarget(mirrored ?? cut), new FitOptions { Paths = _request.Paths, Steps = FitSteps, Fairness = FitFairness }).Draw(stop);
        stop.ThrowIfCancellationRequested();
        var layered = NamedLayers.Write(fit.Svg, _request.Prompt);
        var drawing = SvgSceneReader.Read(SvgDocument.Parse(layered, "drawing"));
        var (theta, score) = (drawing.Scene.InitialValues(), Score(drawing, drawing.Scene.InitialValues()));
        var (isRefined, refined) = (false, _request.Steps > 0 ? Refine(drawing, seed, stop) : theta);
        if (Score(drawing, refined) is var better && better > score) (theta, score, isRefined) = (refined, better, true);
        var likeness = _judge?.Score(Drawn(drawing, theta, _judge.PictureSide), _request.Prompt);
        return new Creation(Simplified(drawing, theta), seed, pictureScore, score, fit.Paths, mirrored is not null, isRefined, likeness);
    }

    private double[] Refine(SvgScene drawing, long seed, CancellationToken stop)
    {
        var settings = EditSettings.Resolve(_method, new EditSettings { Steps = _request.Steps, PointRate = PointRate, ColorRate = ColorRate }, _model.Defaults);
        var view = new SceneOverBackground(drawing.Scene, _model.ImageSize, 0, _ground);
        var encoder = new PictureEncoder(p => _model.EncodeImage(p.to(_model.Unet.Device)), p => _model.EncodeForGradient(p.to(_model.Unet.Device)));
        var relations = new DrawingRelations(drawing.Scene, new DrawingRelationOptions());
        using var target = new SvgTarget(drawing.Scene, view, encoder, new SvgTargetOptions
        {
            PointRate = PointRate, ColorRate = ColorRate, Fairness = settings.Fairness!.Value, AnchorShape = settings.AnchorShape!.Value, Rules = [relations],
        });
        using var method = MethodCatalog.Create(_method, settings).Method;
        new EditLoop(target, method, _denoiser, _prompts, new EditLoopOptions { Steps = _request.Steps, Seed = (ulong)seed }).Run(null, stop);
        stop.ThrowIfCancellationRequested();
        double[] theta = [.. target.Theta];
        relations.Settle(theta);
        return Finisher.Finish(drawing.Scene, drawing.Scene.InitialValues(), theta, new FinishOptions
        {
            Side = _model.ImageSize, Margin = 0, Background = _ground, Rules = [relations],
        }).Theta;
    }

    private static byte[] Simplified(SvgScene drawing, double[] theta) => SvgWriter.Write(drawing, theta, new StructureChanges
    {
        Outlines = PathSimplifier.Simplify(drawing.Scene, theta, SimplifyTolerance, SimplifyTolerance / 16, PlainShapes.Of(drawing.Document)),
    });
}
