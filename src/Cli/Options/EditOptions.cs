using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor;
using SvgDistill.Editor.Controlling;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Cli.Options;

/// <summary>The options of <c>edit</c>; later commands that edit take the same objects.</summary>
internal sealed class EditOptions(string input = "input.svg", string inputDescription = "The SVG file to edit, plain or compressed; - is standard input.")
{
    public Argument<string> Input { get; } = new(input) { Description = inputDescription };

    public Option<string?> Target { get; } = Required(Values.Text("--trg", "PROMPT", "What the picture should show, as in \"a monkey\". {src} in it is the source prompt."));
    public Option<string?> Source { get; } = Values.Text("--src", "PROMPT", "What it shows now. Default: the file's <title>, else its name.");
    public Option<string?> Negative { get; } = Shared.Negative(" {src} in it is the source prompt.");
    public Option<string?> Style { get; } = Values.Text("--style", "STYLE",
        "Lets both prompts name a style during the edit, as in \"a monkey, noto style\": auto (the one that the model finds the drawing to be in), or one that it was taught ('svgdistill model info' lists them). Default: none.").Offering(["auto", "none"]);
    public Option<MethodName?> Method { get; } = Values.Create<MethodName?>("--method", "NAME",
        $"{string.Join(", ", MethodName.Known)}, or fpr+METHOD. Default: the model's, else ids.",
        $"a method ({string.Join(", ", MethodName.Known)}, or fpr+ before one)", text => MethodName.TryParse(text, out var name) ? name : null)
        .Offering([.. MethodName.Known, .. MethodName.Known.Where(m => m != "ids").Select(m => $"fpr+{m}")]);
    public Option<PictureMethod?> Via { get; } = Values.Create<PictureMethod?>("--via", "NAME",
        $"Moves the curves to edited pictures: with picture (that is flowedit) while the picture is edited, step by step; with the others once it is. One of {string.Join(", ", PictureMethod.Known)}.",
        $"picture or one of {string.Join(", ", PictureMethod.Known)}", PictureSettings.ParseVia)
        .Offering(PictureMethod.Known.Append("picture"));
    public Option<double?> Strength { get; init; } = Values.Number("--strength", "X",
        "How far to go, from 0 (the same file) to 1 (all the way, the default); 'svgdistill strength' chooses another afterwards. With --via how far the picture's edit goes: flowedit's or sdedit's part of all timesteps (default 0.8, 0.7), dreamsampler's weight of the text (default 0.2).", 0, 1);
    public Option<EditPreset?> Preset { get; } = Values.Create<EditPreset?>("--preset", string.Join('|', EditPresets.All.Select(p => p.Name())),
        PresetHelp, "one of " + string.Join(", ", EditPresets.All.Select(p => p.Name())), EditPresets.Parse).Offering(EditPresets.All.Select(p => p.Name()));
    public Option<string?> Model { get; } = Shared.Model();
    public Option<string?> Prediction { get; } = Shared.Prediction();
    public AdapterOptions Adapters { get; } = new();
    public Option<LoraPlace?> LoraIn { get; } = AdapterOptions.LoraIn(
        "Where an edit has its LoRAs. target: the source is seen without them, so that the drawing moves toward their style; both: what they change in source and target alike cancels out. "
        + "Default: target, but both for piva, lusd, p2p and pnp, which see the two by one network.");
    public Option<int?> Steps { get; } = Shared.Steps("Steps of the optimiser; 0 writes the same file. Default: the model's, else 200. With --via, steps of the picture's edit.");
    public Option<long> Seed { get; } = Shared.Seed();
    public Option<double?> Guidance { get; } = Shared.Guidance("Classifier-free guidance w, 1 is none. Default: the model's, else the method's.");
    public Option<TimestepRange?> Timesteps { get; } = Values.Create<TimestepRange?>("--t-range", "A:B", "Timesteps to draw from, both ends included.",
        "two timesteps A:B with 0 <= A <= B <= 999", text => text.Split(':') is [var a, var b]
            && int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(b, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && new TimestepRange(first, last) is { IsValid: true } range ? range : null);
    public Option<TimestepOrder?> Order { get; } = Values.Words<TimestepOrder>("--timesteps",
        "How the timestep goes along the run, for methods that draw it: random, or falling from the noisiest to the least noisy. Default: random.");
    public Option<double?> Eta { get; } = Values.Number("--eta", "X", "drfs: how far the target's noise shifts along with the edit by the end; 0 is dds, 1 FlowEdit. Default: 1.", 0, 10);
    public Option<double?> PointRate { get; } = Values.Number("--point-rate", "RATE", "How far points move a step, in fractions of the canvas diagonal.", 0, 1);
    public Option<double?> ColorRate { get; } = Values.Number("--color-rate", "RATE", "How far colours move a step, in 0..1.", 0, 1);
    public Option<int?> FprSteps { get; } = Values.Integer("--fpr-steps", "N", "Fixed-point steps of IDS (N in the paper). Default: 3.", 0, 1000);
    public Option<double?> FprLambda { get; } = Values.Number("--fpr-lambda", "X", "Size of a fixed-point step. Default: 1.", 0, 1000);
    public Option<FprDistance?> FprDistance { get; } = Values.Words<FprDistance>("--fpr-distance", "What the fixed-point step lowers. Default: euclidean.");
    public Option<FprTarget?> FprTarget { get; } = Values.Words<FprTarget>("--fpr-target", "What it changes: the noised latents or the noise.");
    public Option<double?> Fairness { get; } = Shared.Fairness("Default: 0.1.");
    public Option<double?> ClipGuidance { get; } = Values.Number("--clip-guidance", "W",
        "How much models/icon-clip, which knows icons by their looks, steers beside the model: its part of each step is W times as long as the model's, half of that for colours. 0 is off. Default: 0.", 0, 100);
    public Option<double?> AnchorShape { get; } = Values.Number("--anchor-shape", "WEIGHT", "Pull of every shape toward its own form in the source; 0 is off. Default: 1.", 0, 1000);
    public Option<double?> FilterWidth { get; } = Values.Number("--filter-width", "PIXELS",
        "Width of the edge filter at the first step, with --via of the blur that pictures are compared under, so that distant places are felt; it shrinks to 1 over the first half. Default: 1, with --via 9, in proportion where the model's pictures are larger than 128 pixels.", 1, 512);
    public Option<string?> Background { get; } = Shared.Background(
        "What lies behind the drawing while it is edited: a CSS colour, or 'auto' for a plain one that the drawing does not use. The SVG keeps its transparency. Default: the model's (the embedded one's is white), but a plain one where all of the drawing would vanish on it.");
    public Option<string> Precision { get; } = Shared.Precision();
    public Option<string?> Device { get; } = Shared.Device();
    public Option<int?> Threads { get; } = Shared.Threads();
    public Option<string?> Resources { get; } = Shared.Resources();

    public Option<OptimizeKinds?> Optimize { get; } = Values.Create<OptimizeKinds?>("--optimize", "KINDS",
        $"What may change: {OptimizeWords.Help}. Default: points,colors,stroke-widths; colors beside --move.", $"a list of {OptimizeWords.Help}", OptimizeWords.Parse)
        .Offering([.. OptimizeWords.All.Select(w => w.Word), "default", "all"]);
    public Option<MoveUnits?> Move { get; } = Values.Words<MoveUnits>("--move", "Gives each element, or each group, a shift, turn and scale of its own; nothing else moves its points then, unless --optimize names them.");
    public Option<string[]> Only { get; } = Selectors("--only", "CSS selectors, ids or layer names of what may change, as in '#wing,.eye'; the rest stays.");
    public Option<string[]> Freeze { get; } = Selectors("--freeze", "CSS selectors, ids or layer names of what must not change: its text stays as it is, byte for byte.");
    public Option<string[]> Lock { get; } = Selectors("--lock",
        "What every shape keeps, a list of shape (points and sizes), color, stroke (width, dashes, paint), opacity, position (its centre; its form may change). Other words are selectors, as of --freeze.", "WHAT");
    public Option<PaletteChoice?> Palette { get; } = Values.Create<PaletteChoice?>("--palette", "PALETTE",
        "Which colours there may be: free (any), keep (those of the drawing), exact A,B,C (those of the list), or a palette's file (.gpl, .ase). Default: free.",
        "free, keep, exact with a list of opaque CSS colours, or a .gpl or .ase file", PaletteChoice.Parse).Offering(["free", "keep", "exact"]);
    public Option<double?> GroundContrast { get; } = Values.Number("--ground-contrast", "X",
        "How far colours at the drawing's edge stay from the background's, in Oklab (from black to white it is 1), strokes twice as far, none farther than half as far as it was: what is seen does not fade. 0 lets it. Default: 0.1; none with --palette and --shared-palette.", 0, 1);
    public Option<string?> Mask { get; } = Values.Text("--mask", "MASK", "Where something may change: a picture over the drawing (white may change, black stays), or the place of the element #id.");
    public Option<double?> MaskSoftness { get; } = Values.Number("--mask-softness", "X",
        "Width of the mask's soft edge in canvas diagonals: inside a picture's white, around an element. Default: 0.02.", 0, 1);
    public Option<string[]> LockColors { get; } = new("--lock-colors")
    {
        Description = "CSS colours that stay wherever they are written; may be given several times.",
        HelpName = "COLOR",
        DefaultValueFactory = _ => [],
        Validators = { result => CheckColors(result) },
    };
    public Option<bool> FreeShapes { get; } = new("--free-shapes")
    {
        Description = "Turns circles, ellipses, rectangles and lines into paths whose points are free; circles, straight lines, right angles, round corners, borders and line widths that paths draw may change, too, and copies of one form and equal strokes may differ.",
    };
    public Option<SymmetryMode?> Symmetry { get; } = Shared.Symmetry();

    public Option<bool> NoClean { get; } = new("--no-clean")
    {
        Description = "Leaves the result as the last step left it: crossings and slivers stay, near-equal colours differ, numbers are longer.",
    };

    public Option<bool> Prune { get; } = new("--prune")
    {
        Description = "Leaves shapes out of the result of which the edit left less than a quarter pixel to see, instead of putting them back.",
    };
    public Option<int?> AddPaths { get; } = Values.Integer("--add-paths", "N",
        "Adds up to N shapes where the model wants what no shape can give: they are found in a picture that it makes once the drawing is on its way, grow from half their size, and stand in a group svgdistill-added. 0 is none.", 0, 64);
    public Option<bool> Restructure { get; } = new("--restructure")
    {
        Description = "--add-paths with a third as many shapes as the drawing has (2 to 8), and --prune.",
    };
    public Option<int?> Pictures { get; } = Values.Integer("--pictures", "K",
        "With --via (but flowedit) or new shapes: makes K pictures and goes on with the one that looks most like the target to models/icon-clip. Default: 6; 3 where the model lists no names, since then its own losses choose; where a distillation method makes it 1.", 1, 64);
    public Option<int?> Refine { get; } = Values.Integer("--refine", "N",
        "With --via: N steps of ids follow, at falling rates, once the curves are at the picture. Default: 40.", 0, 10_000);
    public Option<double?> Simplify { get; } = Values.Number("--simplify", "TOLERANCE",
        "Draws paths with fewer nodes, moving outlines by at most so much, in fractions of the canvas diagonal; 0.001 is a good start.", 0, .1);

    public Option<double?> Still { get; } = Values.Number("--still", "X",
        "Ends the run where for 20 steps no point moved farther than X canvas diagonals, and no colour more than X; 0 is off. Default: 0.000001.", 0, 1);
    public Option<bool> KeepBest { get; } = new("--keep-best")
    {
        Description = "Gives the drawing of the step, of every 20th and the last, at which the model preferred the target's text to the source's the most.",
    };
    public Option<bool> PutBack { get; } = new("--put-back")
    {
        Description = "At the end puts back to the source, byte for byte, each element's colours or form that the prompt does not need: of the best gain by the model's own measure nineteen twentieths stay. A second more for each.",
    };
    public Option<bool> NoLosses { get; } = new("--no-losses")
    {
        Description = "Leaves out the model's own losses before and after, and whether the source prompt fits the picture: a second or two less.",
    };
    public Option<string> Units { get; } = Values.Word("--units", "The unit of --min-feature. Default: mm.", "mm", [.. MakerRequest.Pixels.Keys]);
    public Option<double?> MinFeature { get; } = Values.Number("--min-feature", "X", "The least width that a cutter or printer makes: what is narrower in the result is noted and recorded.", 1e-6, 1e6);
    public Option<bool> Widen { get; } = new("--widen") { Description = "Widens strokes of the result that are narrower than --min-feature." };
    public Option<string?> Separate { get; } = Values.Create<string?>("--separate", "colors", "Puts the result's elements in one layer a colour; more where others lie between, since it looks the same.",
        "the word colors", text => text == "colors" ? text : null).Offering(["colors"]);

    public Option<bool> OutlineText { get; } = new("--outline-text")
    {
        Description = "Turns text into paths, whose points then move: a group with the text's attributes and an aria-label.",
    };
    public Option<string?> Fonts { get; } = Shared.Fonts();

    // Processor time of the owl, measured for docs/presets.md.
    private const string PresetHelp = "A way to edit with a name; options given beside it come first. quick: 80 larger steps, about a third of the default's time. "
        + "balanced: the default. thorough: 300 steps, half as long again. recolor: colours alone. reshape: points and stroke widths alone.";

    /// <summary>Those that a model's run takes whatever it works on.</summary>
    public IEnumerable<Option> Running => [Model, .. Adapters.All, Precision, Device, Prediction, Threads, Resources];

    /// <summary>The options of the edit itself, in the order of the help.</summary>
    public IEnumerable<Option> Editing =>
    [
        Target, Source, Negative, Style, Preset, Method, Via, Strength, Model, .. Adapters.All, LoraIn, Steps, Seed, Guidance, Timesteps, Order, Eta, PointRate, ColorRate, FprSteps, FprLambda,
        FprDistance, FprTarget, ClipGuidance, Fairness, AnchorShape, FilterWidth, Optimize, Move,
        Only, Freeze, Lock, LockColors, Palette, GroundContrast, Mask, MaskSoftness, FreeShapes, Symmetry,
        NoClean, Prune, AddPaths, Restructure, Pictures, Refine, Simplify,
        Units, MinFeature, Widen, Separate,
        OutlineText, Fonts, Resources,
        Background, Precision, Device, Prediction, Threads,
    ];

    /// <summary>How a single edit ends; commands that compare edits give each all its steps.</summary>
    public IEnumerable<Option> Ending => [KeepBest, PutBack, Still, NoLosses];

    /// <summary>Refuses what would have no effect beside --via.</summary>
    public void RefuseBesideVia(CommandResult result)
    {
        if (result.GetResult(Via) is { Implicit: false } && result.GetValue(ClipGuidance) > 0)
            result.AddError("--clip-guidance steers steps of distillation; with --via the picture is edited: leave one of them out");
        if (result.GetValue(Via) == PictureMethod.FlowEdit && result.GetResult(Pictures) is { Implicit: false } && result.GetValue(AddPaths) is null or 0 && !result.GetValue(Restructure))
            result.AddError("--pictures: by way of flowedit the drawing follows one edit step by step; --via sdedit moves it to the best of K pictures");
    }

    /// <summary>What the command line asks for.</summary>
    public EditRequest Read(ParseResult parsed)
    {
        var request = ReadGiven(parsed);
        return parsed.GetValue(Preset) is { } preset ? preset.Apply(request) : request;
    }

    private EditRequest ReadGiven(ParseResult parsed) => new()
    {
        Input = parsed.GetValue(Input)!,
        Target = parsed.GetValue(Target)!,
        Source = parsed.GetValue(Source),
        Negative = parsed.GetValue(Negative) ?? "",
        Style = parsed.GetValue(Style),
        Method = parsed.GetValue(Method),
        Via = parsed.GetValue(Via),
        Model = parsed.GetValue(Model),
        Prediction = parsed.GetValue(Prediction),
        Adapters = Adapters.Read(parsed),
        LoraPlace = parsed.GetValue(LoraIn),
        Settings = new EditSettings
        {
            Guidance = parsed.GetValue(Guidance),
            Steps = parsed.GetValue(Steps),
            Timesteps = parsed.GetValue(Timesteps),
            Order = parsed.GetValue(Order),
            Eta = parsed.GetValue(Eta),
            PointRate = parsed.GetValue(PointRate),
            ColorRate = parsed.GetValue(ColorRate),
            FprSteps = parsed.GetValue(FprSteps),
            FprLambda = parsed.GetValue(FprLambda),
            FprDistance = parsed.GetValue(FprDistance),
            FprTarget = parsed.GetValue(FprTarget),
            ClipGuidance = parsed.GetValue(ClipGuidance),
            Fairness = parsed.GetValue(Fairness),
            AnchorShape = parsed.GetValue(AnchorShape),
            FilterWidth = parsed.GetValue(FilterWidth),
            Strength = parsed.GetValue(Strength),
        },
        Seed = parsed.GetValue(Seed),
        Background = parsed.GetValue(Background),
        Precision = parsed.GetValue(Precision)!,
        Device = parsed.GetValue(Device),
        Symmetry = parsed.GetValue(Symmetry) ?? SymmetryMode.Auto,
        Clean = !parsed.GetValue(NoClean),
        Prune = parsed.GetValue(Prune),
        AddPaths = parsed.GetValue(AddPaths),
        Restructure = parsed.GetValue(Restructure),
        Pictures = parsed.GetValue(Pictures),
        Refine = parsed.GetValue(Refine),
        Simplify = parsed.GetValue(Simplify),
        OutlineText = parsed.GetValue(OutlineText),
        Still = parsed.GetValue(Still) ?? new DrawingEditOptions().Still,
        KeepBest = parsed.GetValue(KeepBest),
        PutBack = parsed.GetValue(PutBack),
        Losses = !parsed.GetValue(NoLosses),
        Limits = new ControlRequest
        {
            // By way of a picture the strength is the picture's.
            Strength = parsed.GetValue(Via) is null ? parsed.GetValue(Strength) ?? 1 : 1,
            Lock = AspectWords.Split(parsed.GetValue(Lock)!).Aspects,
            Palette = parsed.GetValue(Palette) ?? PaletteChoice.Free,
            GroundContrast = parsed.GetValue(GroundContrast) ?? Distill.Editing.Control.GroundContrast.Default,
            Mask = parsed.GetValue(Mask),
            MaskSoftness = parsed.GetValue(MaskSoftness) ?? ControlRequest.DefaultSoftness,
        },
        Maker = new MakerRequest
        {
            Units = parsed.GetValue(Units) ?? "mm", MinFeature = parsed.GetValue(MinFeature), Widen = parsed.GetValue(Widen),
            SeparateColors = parsed.GetValue(Separate) is not null,
        },
        Scene = ReadScene(parsed),
    };

    private SceneOptions ReadScene(ParseResult parsed)
    {
        var scene = new SceneOptions
        {
            Move = parsed.GetValue(Move) ?? MoveUnits.None,
            Only = [.. parsed.GetValue(Only)!],
            Lock = [.. parsed.GetValue(Freeze)!, .. AspectWords.Split(parsed.GetValue(Lock)!).Others],
            LockColors = [.. parsed.GetValue(LockColors)!],
            FreeShapes = parsed.GetValue(FreeShapes),
            Resources = parsed.GetValue(Resources),
            Fonts = Shared.FontsOf(parsed.GetValue(Fonts)),
        };
        return parsed.GetValue(Optimize) is { } kinds ? scene with { Optimize = kinds } : scene;
    }

    private static Option<string?> Required(Option<string?> option)
    {
        option.Required = true;
        return option;
    }

    // A list that may also be given several times; commas inside brackets and strings, and escaped ones, belong to a selector.
    private static Option<string[]> Selectors(string name, string description, string value = "SELECTOR") => new(name)
    {
        Description = description,
        HelpName = value,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            var lists = result.Tokens.Select(t => SelectorList.Split(t.Value)).ToArray();
            if (Array.FindIndex(lists, l => l.Count == 0) is >= 0 and var empty)
                result.AddError($"{name} takes a list with at least one entry, not '{result.Tokens[empty].Value}'");
            return [.. lists.SelectMany(l => l)];
        },
    };

    private static void CheckColors(OptionResult result)
    {
        foreach (var token in result.Tokens)
            if (CssColor.Parse(token.Value) is null) result.AddError($"--lock-colors takes CSS colours, not '{token.Value}'");
    }
}
