using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Restoration;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Restoring;

/// <summary>The parts of a restoration over a loaded model: the start, the data term, the method, and the target that the loop moves.</summary>
internal sealed class RestoreSession : IDisposable
{
    private readonly SvgScene _svg;
    private readonly SharedModel _shared;
    private readonly DreamSampler _method;
    private readonly DegradedTarget _y;
    private readonly DataTerm _data;
    private readonly Prompts _prompts;
    private readonly SvgTarget _target;
    private readonly Denoiser _denoiser;

    /// <summary>Puts the parts together.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="input">y.</param>
    /// <param name="y">y and A; stays the caller's.</param>
    /// <param name="start">The drawing to begin with, an SVG.</param>
    /// <param name="shared">The model; stays the caller's.</param>
    public RestoreSession(RestoreRequest request, DegradedPicture input, DegradedTarget y, byte[] start, SharedModel shared)
    {
        var model = shared.Model;
        (Request, Input, _y, _shared, Settings) = (request, input, y, shared, RestoreSettings.Resolve(request));
        _svg = SvgSceneReader.Read(SvgDocument.Parse(start, "start"), DegradedFit.SceneKinds);
        Suffix = model.Defaults.PromptSuffix ?? RestoreSettings.Suffix;
        Background = model.Defaults.Background is { } color and not Backgrounds.Auto ? color : "#ffffff";
        _prompts = new Prompts("", request.Target is { } text ? text + Suffix : request.Negative, request.Negative, shared.Embed);
        var frame = Scene.ToSquare(model.ImageSize, model.Defaults.FrameMargin ?? 0);
        Control = ControlGuide.Open(request.Adapters.Control, model, model.ImageSize, () => SeenByModel(frame),
            (frame.E, frame.F, frame.A * Scene.Width, frame.D * Scene.Height), shared.Control(request.Adapters.Control));
        _denoiser = new Denoiser(ControlGuide.Guided(model, Control), model.Schedule);
        MethodOptions = new DreamSamplerOptions { Guidance = Settings.Guidance, Timesteps = Settings.Timesteps };
        _method = new DreamSampler(MethodOptions);
        _data = new DataTerm(Scene, y, Settings.Gamma);
        var picture = new SceneOverBackground(Scene, model.ImageSize, model.Defaults.FrameMargin ?? 0, Backgrounds.Color(Background));
        _target = new SvgTarget(Scene, picture, shared.Encoder, new SvgTargetOptions
        {
            PointRate = Settings.PointRate,
            ColorRate = Settings.ColorRate,
            Fairness = Settings.Fairness,
            AnchorShape = 0,
            KeepSmooth = false,
            AdamBeta2 = RestoreSettings.AdamBeta2,
            Locked = Ground(moves: false).ToHashSet(),
            RateFactors = Ground(moves: true).ToDictionary(i => i, _ => RestoreSettings.GroundRate),
            Terms = [_data, new SelfIntersectionTerm(Scene, Settings.SelfIntersection)],
        });
    }

    /// <summary>What was asked.</summary>
    public RestoreRequest Request { get; }
    /// <summary>y.</summary>
    public DegradedPicture Input { get; }
    /// <summary>The run's numbers.</summary>
    public RestoreSettings Settings { get; }
    /// <summary>What follows the prompt.</summary>
    public string Suffix { get; }
    /// <summary>What the model sees behind the drawing.</summary>
    public string Background { get; }
    /// <summary>The method's options, for the record.</summary>
    public DreamSamplerOptions MethodOptions { get; }
    /// <summary>The ControlNet with its picture, by default the start's lines; null where none was asked for.</summary>
    public ControlGuide? Control { get; }
    /// <summary>The model.</summary>
    public DiffusionModel Model => _shared.Model;
    /// <summary>The drawing.</summary>
    public Scene Scene => _svg.Scene;
    /// <summary>Paths and the ground.</summary>
    public int Shapes => CountShapes(Scene.Root);
    /// <summary>PSNR in dB of A(render) against y over all four channels, as of the last step.</summary>
    public double DataPsnr => -10 * Math.Log10(Math.Max(_data.MeanSquaredError, 1e-12));

    /// <summary>The loop over the session's parts.</summary>
    public EditLoop Loop(Action<EditProgress>? onStep = null) => new(_target, _method, _denoiser, _prompts, new EditLoopOptions
    {
        Steps = Request.Steps,
        Seed = (ulong)Request.Seed,
        Rates = new WarmUpSchedule(),
        OnStep = onStep,
    });

    /// <summary>The SVG at the present parameters.</summary>
    public byte[] Write() => SvgWriter.Write(_svg, Theta);

    /// <summary>The drawing's picture of the restored size as it was at the start.</summary>
    public Picture DrawStart() => Draw(Scene.InitialValues());

    /// <summary>The drawing's picture of the restored size as it is.</summary>
    public Picture Draw() => Draw(Theta);

    /// <summary>A of such a picture.</summary>
    public Picture Degrade(Picture picture) => _y.Degrade(picture);

    public void Dispose()
    {
        _target.Dispose();
        _prompts.Dispose();
        _method.Dispose();
        _denoiser.Dispose();
        Control?.Dispose();
    }

    private double[] Theta => [.. _target.Theta];

    private Picture Draw(double[] theta) => new SceneRasterizer(Scene, _y.Width, _y.Height).Forward(theta, keep: false);

    private RgbPicture SeenByModel(Matrix frame)
    {
        var (r, g, b) = Backgrounds.Color(Background);
        var side = Model.ImageSize;
        return RgbPicture.Over(new SceneRasterizer(Scene, side, side, frame).Forward(Scene.InitialValues(), keep: false), (r, g, b));
    }

    // The ground's colour moves slowly, its rectangle not at all.
    private IEnumerable<int> Ground(bool moves) => Enumerable.Range(0, Scene.Parameters.Length).Where(i =>
        Scene.Parameters[i] is { Element.Id: RandomShapes.GroundId } p && p.Kind == ParameterKind.Color == moves);

    private static int CountShapes(SceneNode node) => node is GroupNode group ? group.Children.Sum(CountShapes) : 1;
}
