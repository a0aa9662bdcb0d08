using System.Collections.Immutable;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Finishing;
using SvgDistill.Distill.Growing;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Controlling;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Measuring;
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
    // Names in a note.
    private const int MostShown = 3;

    private readonly SharedModel? _owned;
    private readonly PictureEncoder _encoder;
    private readonly SvgScene _svg;
    private readonly ClipGuidance? _clipGuidance;

    private EditSession(EditRequest request, SvgDocument document, DrawingControl limits, SharedModel shared, bool ownsModel)
    {
        var model = shared.Model;
        (Request, Document, Limits, Model, _owned) = (request, document, limits, model, ownsModel ? shared : null);
        _svg = limits.Svg;
        var method = request.Via is null ? MethodOf(request, model) : default;
        Settings = request.Via is { } named ? ViaRun.Resolve(named, request.Settings, model.Defaults, model.ImageSize)
            : EditSettings.Resolve(method, request.Settings, model.Defaults);
        (Background, var ground) = BackgroundChoice.Of(request.Background, model.Defaults.Background, Scene);
        Control = OpenControl(shared);
        Notes = [.. SceneRasterizer.NotesOf(Scene, model.ImageSize, model.ImageSize, Scene.ToSquare(model.ImageSize, model.Defaults.FrameMargin ?? 0)),
            .. ground is null ? Array.Empty<string>() : [ground]];

        SourcePrompt = PromptWords.Source(request.Source, document.Title, request.Input);
        Request = request with { Target = PromptWords.Filled(request.Target, SourcePrompt) };
        Prompts = Encoded(PromptStyle.None, shared);
        LoraPlace = LoraPlaces.Of(request.LoraPlace, model, request.Via ?? new PictureMethod(null, method));
        var sourceByBase = LoraPlace == Engine.LoraPlace.Target;
        Judge = new Denoiser(model.Denoiser, model.Schedule);
        SourceJudge = sourceByBase ? new Denoiser(model.Denoiser.Base(), model.Schedule) : Judge;
        _encoder = shared.Encoder;
        _clipGuidance = Guided(request);
        (Ending, Target) = CreateTarget(null);
        Style = PromptStyle.Of(request.Style, model, () => Settings.Steps == 0 ? PromptStyle.None : shared.Style(Target.SourceLatents, SourcePrompt, Styles));
        Asked = Style.Name is null && !sourceByBase ? Prompts : Encoded(Style, shared, LoraPlaces.BaseEncoder(LoraPlace, model));
        Denoiser = Control is null && !sourceByBase ? Judge
            : LoraPlaces.Denoiser(LoraPlace, ControlGuide.Guided(model, Control, request.Via is { } edit ? edit.Descent : method), model.Schedule, Asked);
        Run = request.Via is { } via ? ViaRun.Of(this, via) : new LoopRun(this, method);
    }

    /// <summary>What was asked.</summary>
    public EditRequest Request { get; }
    /// <summary>The input file.</summary>
    public SvgDocument Document { get; }
    /// <summary>The scene with the way back into the file.</summary>
    public SvgScene Svg => Limits.Svg;
    /// <summary>What of it may change.</summary>
    public DrawingControl Limits { get; private set; }
    /// <summary>The fonts that the file's text is drawn with, or was before it became paths.</summary>
    public ImmutableArray<FontFile> Fonts { get; private init; } = [];
    /// <summary>The scene.</summary>
    public Scene Scene => Svg.Scene;
    /// <summary>The model.</summary>
    public DiffusionModel Model { get; }
    /// <summary>How the drawing is edited.</summary>
    public IEditRun Run { get; }
    /// <summary>What the model sees is not drawn as the file means it, or not on its own background: one sentence a kind.</summary>
    public IReadOnlyList<string> Notes { get; }
    /// <summary>The run's numbers; what is null here the method's own options say.</summary>
    public EditSettings Settings { get; }
    /// <summary>The CSS colour behind the drawing.</summary>
    public string Background { get; }
    /// <summary>The source prompt, without the model's suffix.</summary>
    public string SourcePrompt { get; }
    /// <summary>The encoded prompts as they were given: what is measured goes by them.</summary>
    public Prompts Prompts { get; }
    /// <summary>The encoded prompts that the edit goes by: those given, in <see cref="Style"/>.</summary>
    public Prompts Asked { get; }
    /// <summary>The style that they name.</summary>
    public PromptStyle Style { get; }
    /// <summary>Where the model's LoRAs are; null where it has none.</summary>
    public LoraPlace? LoraPlace { get; }
    /// <summary>The denoiser, which counts its work.</summary>
    public Denoiser Denoiser { get; }
    /// <summary>What a CLIP adds to the gradient; null for nothing.</summary>
    public ClipGuidanceOptions? Clip => _clipGuidance?.Options;
    /// <summary>
    /// How much a picture looks like the target rather than the source to models/icon-clip, which knows the names that the model's subjects have;
    /// null where it is not there, or the model lists none.
    /// </summary>
    public Func<Tensor, double>? Looks => IconClip.Shared is { } clip && Model.Subjects().Count > 0 ? picture => clip.Prefers(picture, Request.Target, SourcePrompt) : null;
    /// <summary>How many pictures a sampler makes, of which one is gone on with.</summary>
    public int SampledPictures => Request.Pictures ?? (Looks is null ? EditRequest.SampledPictures : EditRequest.SeenPictures);
    /// <summary>The model as edits of pictures take it.</summary>
    public PictureModel PictureModel => new(Denoiser, Asked, image => Model.EncodeImage(image.to(Model.Unet.Device)), z => Model.Decode(z), Control?.Condition);
    /// <summary>How many shapes the edit may add.</summary>
    public int AddPaths => ShapeGrowth.Budget(Request, _svg.Scene);
    /// <summary>The denoiser that measures: the model's with its LoRAs, without a ControlNet.</summary>
    public Denoiser Judge { get; }
    /// <summary>The denoiser that looks at the source: <see cref="Judge"/>, without LoRAs where the edit sees it so.</summary>
    public Denoiser SourceJudge { get; }
    /// <summary>The ControlNet with its picture; null where none was asked for.</summary>
    public ControlGuide? Control { get; }
    /// <summary>What the drawing keeps.</summary>
    public DrawingRelations Relations => Ending.Relations;
    /// <summary>What the end of the edit is made with.</summary>
    public FinishSetup Ending { get; private set; }
    /// <summary>What the loop moves.</summary>
    public SvgTarget Target { get; private set; }
    /// <summary>The drawing with the shapes that the edit has added; null where it has added none.</summary>
    public GrownDrawing? Grown { get; private set; }
    /// <summary>The source's parameters; shapes that the edit has added are too small in it to see.</summary>
    public double[] Before => Grown?.At(_svg.Scene.InitialValues(), GrownDrawing.Nothing) ?? Scene.InitialValues();
    /// <summary>Parameters as the scene has them now: to those from before the edit added shapes, these join too small to see.</summary>
    public double[] Whole(double[] theta) => Grown is null || theta.Length == Scene.Parameters.Length ? theta : Grown.At(theta, GrownDrawing.Nothing);
    /// <summary>Steps that move the drawing.</summary>
    public int Steps => Run.Steps;
    /// <summary>Whether a run that has come to rest is at its end: not before a palette has had its say, and the run its own.</summary>
    /// <param name="step">Steps done.</param>
    public bool MayRest(int step) => Run.MayRest(step) && (Limits.Colors is null || step > PaletteRule.Settled * Steps);

    private Prompts Encoded(PromptStyle style, SharedModel shared, Func<string, Tensor>? byBase = null)
    {
        var suffix = Model.Defaults.PromptSuffix ?? "";
        var source = style.In(SourcePrompt) + suffix;
        return new(source, style.In(Request.Target) + suffix, PromptWords.Filled(Request.Negative, source), shared.Embed, Model.Tokenize, byBase);
    }

    private PromptStyle Styles() => PromptStyle.Find(SourceJudge, Model.Defaults.Styles, Target.SourceLatents,
        style => Prompts.Of((style is null ? SourcePrompt : ModelDefaults.InStyle(SourcePrompt, style)) + Model.Defaults.PromptSuffix));

    /// <summary>Reads the drawing, loads the model, resolves every option.</summary>
    /// <exception cref="EditorException">The drawing is empty, or something that was asked for cannot be had.</exception>
    /// <param name="request">What is asked.</param>
    /// <param name="reporter">Where notes go.</param>
    /// <param name="shared">A model that is loaded already and stays the caller's; null loads the request's.</param>
    /// <param name="document">The drawing; null reads the request's file.</param>
    public static EditSession Open(EditRequest request, IReporter reporter, SharedModel? shared = null, SvgDocument? document = null)
    {
        document ??= InputFile.Load(request.Input);
        var (read, limits) = Read(request, document, reporter.Note);
        foreach (var note in read.Scene.Notes) reporter.Note(note);
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

    /// <summary>The drawing as it is, and what of it may change.</summary>
    /// <exception cref="EditorException">The drawing is empty, or nothing may change.</exception>
    public static (SvgScene Read, DrawingControl Limits) Read(EditRequest request, SvgDocument document, Action<string>? notes = null)
    {
        var read = SvgSceneReader.Read(document, request.Scene);
        var svg = request.OutlineText ? SvgSceneReader.Read(TextOutlines.Write(document, request.Scene, notes), request.Scene) : read;
        var limits = DrawingControl.Open(request.Limits, svg);
        RequireDrawing(request, limits.Svg.Scene);
        return (read, limits);
    }

    /// <summary>What was tidied up after the last step; null where that did not happen.</summary>
    public FinishReport? Finished { get; private set; }

    /// <summary>What the result has besides other numbers.</summary>
    public StructureChanges Changes { get; private set; } = StructureChanges.None;

    /// <summary>What was noted of the prompts.</summary>
    public IReadOnlyList<string> PromptNotes { get; private set; } = [];

    /// <summary>How well the source prompt fits the picture; null where that was not looked at.</summary>
    public SourceCheck? SourceCheck { get; private set; }

    /// <summary>Says which words of the prompts the model does not know, and whether the source prompt and the picture disagree.</summary>
    public void NotePrompts(IReporter reporter)
    {
        SourceCheck = Steps > 0 && Request.Losses ? SourceCheck.Of(this) : null;
        PromptNotes = [.. ModelChoice.NotesOnWords(Model, SourcePrompt, Request.Target), .. SourceCheck?.Note(SourcePrompt, Shown) is { } note ? new[] { note } : []];
        foreach (var line in PromptNotes) reporter.Note(line);
        ModelChoice.NoteCutText(reporter, Model, SourcePrompt + Model.Defaults.PromptSuffix, Request.Target + Model.Defaults.PromptSuffix);
    }

    // Of the model's subjects those that the drawing looks like.
    private IReadOnlyList<string> Shown() =>
        IconClip.Shared is { } clip && Model.Subjects() is { Count: > 0 } subjects ? clip.Shown(new MeasuredDrawing(Scene, 0), Backgrounds.Color(Background), [.. subjects.Select(s => s.Name)], MostShown) : [];

    /// <summary>All that the end gave; null before.</summary>
    public FinishedEdit? Ended { get; private set; }

    /// <summary>What other strengths can be made from later; null before the end.</summary>
    public string? Strengths { get; private set; }

    /// <summary>Goes on with a drawing that has new shapes, which begin at a part of their size.</summary>
    public void Grow(GrownDrawing grown, double size)
    {
        var theta = grown.At([.. Target.Theta], size);
        var old = Target;
        (Grown, Limits) = (grown, Limits.Growing(grown.Svg));
        (Ending, Target) = CreateTarget(Before);
        old.Dispose();
        Target.Place(theta);
    }

    /// <summary>Keeps numbers as they are from now on, tidying up included.</summary>
    public void Hold(IReadOnlySet<int> held) => Ending = Ending with { Svg = Ending.Svg.Holding(held) };

    /// <summary>Measures where strengths lie on the way to what the last step left, where that can be had and there is one.</summary>
    public void MeasureStrengths()
    {
        double[] edited = [.. Target.Theta];
        if (Steps > 0 && StrengthGains.Fit(this) && !edited.AsSpan().SequenceEqual(Before)) Ending = Ending with { Scale = StrengthGains.Of(this, edited) };
    }

    /// <summary>Does what follows the last step.</summary>
    /// <param name="reporter">Where notes go.</param>
    /// <param name="folder">The folder that the result will stand in.</param>
    public void Finish(IReporter reporter, string folder = ".")
    {
        double[] edited = [.. Target.Theta];
        Limits.Shared?.Take(edited);
        // Of a drawing with new shapes the source file alone does not give other strengths.
        if (Grown is null && !edited.AsSpan().SequenceEqual(Scene.InitialValues()))
            Strengths = StrengthFile.Write(Ending, Request.Symmetry, Limits, Request.OutlineText, edited, folder);
        var strength = Request.Limits.Strength;
        Ending = Ending.Along(strength);
        var finished = EditFinish.Finish(Ending, Ending.At(strength, edited), reporter);
        Target.Place(finished.Theta);
        (Finished, Changes, Ended) = (finished.Report, finished.Changes, finished);
        if (AddPaths == 0 || Steps == 0) return;
        var left = Grown?.Added.Count(e => !Changes.Removed.Contains(e)) ?? 0;
        if (left > 0) reporter.Say($"{left} new shapes: {string.Join(", ", Grown!.Groups.Select(g => "#" + g))}");
        else reporter.Note("no new shape would have brought the drawing nearer to what the model wants: none was added");
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
        if (!ReferenceEquals(SourceJudge, Judge)) SourceJudge.Dispose();
        Target.Dispose();
        _clipGuidance?.Dispose();
        Prompts.Dispose();
        if (!ReferenceEquals(Asked, Prompts)) Asked.Dispose();
        Control?.Dispose();
        _owned?.Dispose();
    }

    private (FinishSetup Ending, SvgTarget Target) CreateTarget(double[]? source)
    {
        var ending = new FinishSetup
        {
            Input = Request.Input, Document = Document, Svg = Svg, Scene = Request.Scene, Colors = Limits.Colors, Shared = Limits.Shared, Grown = Grown, Source = source,
            Relations = new DrawingRelations(Scene, new DrawingRelationOptions
            {
                Symmetry = Request.Symmetry, FreeForms = Request.Scene.FreeShapes, KeepCenters = Limits.KeepsCenters,
            }),
            Ground = FinishSetup.GroundOf(Scene, Model.ImageSize, Model.Defaults.FrameMargin ?? 0, Background, Limits.GroundContrast),
            Side = Model.ImageSize, Margin = Model.Defaults.FrameMargin ?? 0, Background = Background,
            Clean = Request.Clean, Prune = Request.Prune || Request.Restructure, Simplify = Request.Simplify, Maker = Request.Maker,
        };
        var picture = new SceneOverBackground(Scene, Model.ImageSize, Model.Defaults.FrameMargin ?? 0, Backgrounds.Color(Background));
        return (ending, new SvgTarget(Scene, picture, _encoder, new SvgTargetOptions
        {
            PointRate = Settings.PointRate!.Value,
            ColorRate = Settings.ColorRate!.Value,
            Fairness = Settings.Fairness!.Value,
            AnchorShape = Settings.AnchorShape!.Value,
            PictureTerm = _clipGuidance,
            // By way of a picture it is the fit's, which draws by itself; what follows sees the drawing as it is.
            FilterWidth = Request.Via is null ? Settings.FilterWidth!.Value : 1,
            RateFactors = Limits.RateFactors,
            Source = source,
            Rules = ending.Rules,
        }));
    }

    // Toward the own prompt it has nothing to say.
    private ClipGuidance? Guided(EditRequest request)
    {
        if (!(Settings.ClipGuidance > 0) || request.Via is not null) return null;
        if (IconClip.Shared is { } clip)
            return SourcePrompt == Request.Target ? null : new(clip.Network, SourcePrompt, Request.Target, ClipGuidanceOptions.Of(Settings.ClipGuidance.Value), (ulong)request.Seed);
        if (request.Settings.ClipGuidance > 0) throw EditorException.Usage("--clip-guidance: models/icon-clip is not beside the program. Take it from the repository, or leave the option out.");
        return null;
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
        if (ShapeGrowth.Budget(request, scene) > 0 && !request.Scene.Optimize.HasFlag(OptimizeKinds.Points))
            throw EditorException.Usage("--add-paths: new shapes grow by their points, which --optimize, --move or --preset leave out");
        if (ShapeGrowth.Budget(request, scene) > 0 && request.Limits.Shared is not null)
            throw EditorException.Usage("--add-paths and --restructure do not go with --shared-palette: new shapes have colours of their own");
        if (ShapeGrowth.Budget(request, scene) > 0 && (request.Limits.Lock != Aspects.None || request.Limits.Mask is not null))
            throw EditorException.Usage("--add-paths and --restructure do not go with --lock of shape, color, stroke, opacity or position, nor with --mask: new shapes would not be held by them");
        if (request.PutBack && (ShapeGrowth.Budget(request, scene) > 0 || request.Limits.Shared is not null))
            throw EditorException.Usage("--put-back does not go with --add-paths, --restructure and --shared-palette: what is new, or tied to another drawing, has nothing to go back to");
        if (scene.Parameters.Any(p => p.IsLeaf)) return;
        var limited = request.Scene.Only.Length > 0 || request.Scene.Lock.Length > 0 || request.Scene.LockColors.Length > 0
            || request.Limits != ControlRequest.None || request.Scene.Optimize != OptimizeKinds.Default;
        throw limited
            ? EditorException.Usage("nothing is left that may move: give --only, --freeze, --lock, --lock-colors, --mask and --optimize more room")
            : new EditorException(EditorErrorKind.Input, $"{request.Input}: it has no shape or colour that could be edited.");
    }
}
