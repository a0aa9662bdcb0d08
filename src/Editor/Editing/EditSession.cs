using System.Collections.Immutable;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Finishing;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Controlling;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Text.Fonts;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Editing;

/// <summary>
/// An edit's parts, made from a request: document, scene, model, method, prompts, and the target that the loop moves.
/// Everything a record names is resolved here.
/// </summary>
internal sealed class EditSession : IDisposable
{
    private readonly SharedModel? _owned;

    private EditSession(EditRequest request, SvgDocument document, DrawingControl limits, SharedModel shared, bool ownsModel)
    {
        var model = shared.Model;
        (Request, Document, Limits, Model, _owned) = (request, document, limits, model, ownsModel ? shared : null);
        var method = request.Via is null ? MethodOf(request, model) : default;
        Settings = request.Via is { } named ? ViaPictureRun.Resolve(named, request.Settings, model.Defaults)
            : EditSettings.Resolve(method, request.Settings, model.Defaults);
        Background = BackgroundChoice.Resolve(request.Background ?? model.Defaults.Background ?? "#ffffff", Scene);
        Control = OpenControl(shared);
        Notes = SceneRasterizer.NotesOf(Scene, model.ImageSize, model.ImageSize, Scene.ToSquare(model.ImageSize, model.Defaults.FrameMargin ?? 0));

        SourcePrompt = PromptWords.Source(request.Source, document.Title, request.Input);
        var suffix = model.Defaults.PromptSuffix ?? "";
        Prompts = new Prompts(SourcePrompt + suffix, request.Target + suffix, request.Negative, shared.Embed, text => model.Tokenizer.Encode(text));
        Denoiser = new Denoiser(ControlGuide.Guided(model, Control, request.Via is { } edit ? edit.Descent : method), model.Schedule);
        Judge = Control is null ? Denoiser : new Denoiser(model.Denoiser, model.Schedule);
        Relations = new DrawingRelations(Scene, new DrawingRelationOptions
        {
            Symmetry = request.Symmetry, FreeForms = request.Scene.FreeShapes, KeepCenters = limits.KeepsCenters,
        });
        Ending = new FinishSetup
        {
            Input = request.Input, Document = document, Svg = Svg, Scene = request.Scene, Relations = Relations, Colors = limits.Colors,
            Side = model.ImageSize, Margin = model.Defaults.FrameMargin ?? 0, Background = Background,
            Clean = request.Clean, Prune = request.Prune, Simplify = request.Simplify, Maker = request.Maker,
        };
        var picture = new SceneOverBackground(Scene, model.ImageSize, model.Defaults.FrameMargin ?? 0, Backgrounds.Color(Background));
        Target = new SvgTarget(Scene, picture, shared.Encoder, new SvgTargetOptions
        {
            PointRate = Settings.PointRate!.Value,
            ColorRate = Settings.ColorRate!.Value,
            Fairness = Settings.Fairness!.Value,
            AnchorShape = Settings.AnchorShape!.Value,
            FilterWidth = Settings.FilterWidth!.Value,
            RateFactors = limits.RateFactors,
            Rules = Ending.Rules,
        });
        Run = request.Via is { } via ? new ViaPictureRun(this, via) : new LoopRun(this, method);
    }

    /// <summary>What was asked.</summary>
    public EditRequest Request { get; }
    /// <summary>The input file.</summary>
    public SvgDocument Document { get; }
    /// <summary>The scene with the way back into the file.</summary>
    public SvgScene Svg => Limits.Svg;
    /// <summary>What of it may change.</summary>
    public DrawingControl Limits { get; }
    /// <summary>The fonts that the file's text is drawn with, or was before it became paths.</summary>
    public ImmutableArray<FontFile> Fonts { get; private init; } = [];
    /// <summary>The scene.</summary>
    public Scene Scene => Svg.Scene;
    /// <summary>The model.</summary>
    public DiffusionModel Model { get; }
    /// <summary>How the drawing is edited.</summary>
    public IEditRun Run { get; }
    /// <summary>What the model sees is not drawn as the file means it: one sentence a kind.</summary>
    public IReadOnlyList<string> Notes { get; }
    /// <summary>The run's numbers; what is null here the method's own options say.</summary>
    public EditSettings Settings { get; }
    /// <summary>The CSS colour behind the drawing.</summary>
    public string Background { get; }
    /// <summary>The source prompt, without the model's suffix.</summary>
    public string SourcePrompt { get; }
    /// <summary>The encoded prompts.</summary>
    public Prompts Prompts { get; }
    /// <summary>The denoiser, which counts its work.</summary>
    public Denoiser Denoiser { get; }
    /// <summary>The denoiser that measures: the model's, without a ControlNet.</summary>
    public Denoiser Judge { get; }
    /// <summary>The ControlNet with its picture; null where none was asked for.</summary>
    public ControlGuide? Control { get; }
    /// <summary>What the drawing keeps.</summary>
    public DrawingRelations Relations { get; }
    /// <summary>What the end of the edit is made with.</summary>
    public FinishSetup Ending { get; }
    /// <summary>What the loop moves.</summary>
    public SvgTarget Target { get; }
    /// <summary>Steps that move the drawing.</summary>
    public int Steps => Run.Steps;

    /// <summary>Reads the drawing, loads the model, resolves every option.</summary>
    /// <exception cref="EditorException">The drawing is empty, or something that was asked for cannot be had.</exception>
    /// <param name="request">What is asked.</param>
    /// <param name="reporter">Where notes go.</param>
    /// <param name="shared">A model that is loaded already and stays the caller's; null loads the request's.</param>
    /// <param name="document">The drawing; null reads the request's file.</param>
    public static EditSession Open(EditRequest request, IReporter reporter, SharedModel? shared = null, SvgDocument? document = null)
    {
        document ??= InputFile.Load(request.Input);
        var read = SvgSceneReader.Read(document, request.Scene);
        foreach (var note in read.Scene.Notes) reporter.Note(note);
        var svg = request.OutlineText ? SvgSceneReader.Read(TextOutlines.Write(document, request.Scene), request.Scene) : read;
        var limits = DrawingControl.Open(request.Limits, svg);
        RequireDrawing(request, limits.Svg.Scene);
        var model = shared ?? SharedModel.Open(request);
        try
        {
            var session = new EditSession(request, document, limits, model, ownsModel: shared is null) { Fonts = read.Fonts };
            foreach (var note in session.Notes.Except(read.Scene.Notes)) reporter.Note(note);
            return session;
        }
        catch
        {
            if (shared is null) model.Dispose();
            throw;
        }
    }

    /// <summary>What was tidied up after the last step; null where that did not happen.</summary>
    public FinishReport? Finished { get; private set; }

    /// <summary>What the result has besides other numbers.</summary>
    public StructureChanges Changes { get; private set; } = StructureChanges.None;

    /// <summary>All that the end gave; null before.</summary>
    public FinishedEdit? Ended { get; private set; }

    /// <summary>What other strengths can be made from later; null before the end.</summary>
    public string? Strengths { get; private set; }

    /// <summary>Does what follows the last step.</summary>
    /// <param name="reporter">Where notes go.</param>
    /// <param name="folder">The folder that the result will stand in.</param>
    public void Finish(IReporter reporter, string folder = ".")
    {
        double[] edited = [.. Target.Theta];
        Strengths = StrengthFile.Write(Ending, Request.Symmetry, Limits, Request.OutlineText, edited, folder);
        // By way of a picture the strength is the picture's.
        var strength = Request.Via is null ? Request.Limits.Strength : 1;
        var finished = EditFinish.Finish(strength == 0 ? Ending with { Simplify = null } : Ending, Ending.At(strength, edited), reporter);
        Target.Place(finished.Theta);
        (Finished, Changes, Ended) = (finished.Report, finished.Changes, finished);
    }

    /// <summary>The file at the present parameters.</summary>
    public byte[] Write() => Ended?.Layers ?? SvgWriter.Write(Svg, Theta, Changes);

    /// <summary>The present parameters, as the file has them.</summary>
    public double[] Theta => Ending.Settled(Target.Theta);

    /// <summary>Alpha of the picture that the model sees, [H,W].</summary>
    public Tensor Silhouette(double[] theta)
    {
        var side = Model.ImageSize;
        var picture = new SceneRasterizer(Scene, side, side, Scene.ToSquare(side, Model.Defaults.FrameMargin ?? 0)).Forward(theta, keep: false);
        return tensor(picture.Plane(3).ToArray(), [side, side]);
    }

    public void Dispose()
    {
        Run.Dispose();
        // Texts that they keep stay pinned in the network, which a comparison shares.
        Denoiser.Dispose();
        if (!ReferenceEquals(Judge, Denoiser)) Judge.Dispose();
        Target.Dispose();
        Prompts.Dispose();
        Control?.Dispose();
        _owned?.Dispose();
    }

    private ControlGuide? OpenControl(SharedModel shared)
    {
        var (side, margin) = (Model.ImageSize, Model.Defaults.FrameMargin ?? 0);
        var frame = Scene.ToSquare(side, margin);
        RgbPicture Source()
        {
            var (r, g, b) = Backgrounds.Color(Background);
            return RgbPicture.Over(new SceneRasterizer(Scene, side, side, frame).Forward(Scene.InitialValues(), keep: false), (r, g, b));
        }
        return ControlGuide.Open(Request.Adapters.Control, Model, side, Source, (frame.E, frame.F, frame.A * Scene.Width, frame.D * Scene.Height),
            shared.Control(Request.Adapters.Control));
    }

    /// <summary>The method asked for, or the model's.</summary>
    /// <exception cref="EditorException">The model names one that is none.</exception>
    internal static MethodName MethodOf(EditRequest request, DiffusionModel model) =>
        request.Method is { } given ? given
        : model.Defaults.Method is not { } name ? MethodName.Ids
        : MethodName.TryParse(name, out var method) ? method
        : throw new EditorException(EditorErrorKind.Model, $"{Path.Combine(model.Path, "svgdistill.json")}: 'method' names no method: '{name}'.");

    private static void RequireDrawing(EditRequest request, Scene scene)
    {
        const int Side = 64;
        var alpha = new SceneRasterizer(scene, Side, Side, scene.ToSquare(Side, 0)).Forward(scene.InitialValues(), keep: false).Plane(3);
        if (!alpha.ContainsAnyExceptInRange(float.MinValue, 0))
            throw new EditorException(EditorErrorKind.Input, $"{request.Input}: it draws nothing inside its viewBox that could be edited.");
        if (scene.Parameters.Any(p => p.IsLeaf)) return;
        var limited = request.Scene.Only.Length > 0 || request.Scene.Lock.Length > 0 || request.Scene.LockColors.Length > 0
            || request.Limits != ControlRequest.None || request.Scene.Optimize != OptimizeKinds.Default;
        throw limited
            ? EditorException.Usage("nothing is left that may move: give --only, --freeze, --lock, --lock-colors, --mask and --optimize more room")
            : new EditorException(EditorErrorKind.Input, $"{request.Input}: it has no shape or colour that could be edited.");
    }
}
