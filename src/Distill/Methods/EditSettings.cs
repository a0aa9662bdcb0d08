using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Editing.Steps;

namespace SvgDistill.Distill.Methods;

/// <summary>
/// What one layer of settings says: the command line, a model's entry for a method, a model's general entry, a method's
/// own defaults. Null where the layer is silent.
/// </summary>
public sealed record EditSettings
{
    /// <summary>w of e^w.</summary>
    public double? Guidance { get; init; }
    /// <summary>Steps of the run.</summary>
    public int? Steps { get; init; }
    /// <summary>Where t is drawn from.</summary>
    public TimestepRange? Timesteps { get; init; }
    /// <summary>How t goes along the run, for methods that draw it.</summary>
    public TimestepOrder? Order { get; init; }
    /// <summary>DRFS's shift at the end of the run.</summary>
    public double? Eta { get; init; }
    /// <summary>What points move a step, in fractions of the canvas diagonal.</summary>
    public double? PointRate { get; init; }
    /// <summary>What colours, opacities and offsets move a step, of 0..1.</summary>
    public double? ColorRate { get; init; }
    /// <summary>N of FPR.</summary>
    public int? FprSteps { get; init; }
    /// <summary>lambda of FPR.</summary>
    public double? FprLambda { get; init; }
    /// <summary>d of FPR.</summary>
    public FprDistance? FprDistance { get; init; }
    /// <summary>What FPR updates.</summary>
    public FprTarget? FprTarget { get; init; }
    /// <summary>How far along an outline a push is felt, in canvas diagonals; 0 steps every number by itself.</summary>
    public double? Fairness { get; init; }
    /// <summary>How long the part of a CLIP's gradient is, as a multiple of the model's; 0 for none.</summary>
    public double? ClipGuidance { get; init; }
    /// <summary>The weight of the pull toward the source's own shapes.</summary>
    public double? AnchorShape { get; init; }
    /// <summary>The width of the filter at the first step, in pixels of the model's picture.</summary>
    public double? FilterWidth { get; init; }
    /// <summary>Steps of a sampler that edits a picture.</summary>
    public int? SamplerSteps { get; init; }
    /// <summary>How far such a sampler goes: FlowEdit's and SDEdit's part of all timesteps, DreamSampler's c.</summary>
    public double? Strength { get; init; }

    /// <summary>What the project falls back to where no layer speaks and the method has no number of its own.</summary>
    public static EditSettings Defaults { get; } = new() { Steps = 200, PointRate = .004, ColorRate = .02, Fairness = FairSteps.DefaultFairness, ClipGuidance = 0, AnchorShape = 1, FilterWidth = 1 };

    /// <summary>These settings, and those of <paramref name="below"/> where these are silent.</summary>
    public EditSettings Over(EditSettings below) => new()
    {
        Guidance = Guidance ?? below.Guidance,
        Steps = Steps ?? below.Steps,
        Timesteps = Timesteps ?? below.Timesteps,
        Order = Order ?? below.Order,
        Eta = Eta ?? below.Eta,
        PointRate = PointRate ?? below.PointRate,
        ColorRate = ColorRate ?? below.ColorRate,
        FprSteps = FprSteps ?? below.FprSteps,
        FprLambda = FprLambda ?? below.FprLambda,
        FprDistance = FprDistance ?? below.FprDistance,
        FprTarget = FprTarget ?? below.FprTarget,
        Fairness = Fairness ?? below.Fairness,
        ClipGuidance = ClipGuidance ?? below.ClipGuidance,
        AnchorShape = AnchorShape ?? below.AnchorShape,
        FilterWidth = FilterWidth ?? below.FilterWidth,
        SamplerSteps = SamplerSteps ?? below.SamplerSteps,
        Strength = Strength ?? below.Strength,
    };

    /// <summary>
    /// The settings of a run: the command line, then the model's entry for the method (for <c>fpr+pds</c> its own, then that
    /// of <c>pds</c>), then the model's general ones, then <see cref="Defaults"/>
    /// (for <c>drfs</c> its paper's steps come before the general ones). Where all are silent the method's own hold.
    /// </summary>
    public static EditSettings Resolve(MethodName method, EditSettings commandLine, ModelDefaults model)
    {
        var settings = commandLine;
        foreach (var name in method.OnRefinedNoise ? [method, new MethodName(method.Kind)] : new[] { method })
            foreach (var (key, entry) in model.Methods)
                if (MethodName.TryParse(key, out var named) && named == name) settings = settings.Over(Of(entry));
        // DRFS's eta rises along a run of its own length: a model's general recommendation, for methods that draw t, is longer.
        if (method.Kind == MethodKind.Drfs) settings = settings.Over(new() { Steps = Drfs.PaperSteps });
        return settings.Over(Of(model)).Over(Defaults);
    }

    private static EditSettings Of(ModelDefaults model) => new()
    {
        Guidance = model.Guidance,
        Steps = model.Steps,
        // The file names the first timestep not used, as the papers' code does.
        Timesteps = model.Timesteps is var (from, to) ? new TimestepRange(from, to - 1) : null,
        PointRate = model.PointRate,
        ColorRate = model.ColorRate,
        ClipGuidance = model.ClipGuidance,
    };
}
