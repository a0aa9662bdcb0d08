using System.CommandLine;
using System.Globalization;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Restoration;
using SvgDistill.Editor.Restoring;

namespace SvgDistill.Cli.Options;

/// <summary>What <c>restore</c> and <c>vectorize</c> both take.</summary>
internal sealed class RestoreOptions
{
    private readonly Option<string?> _target = Values.Text("--trg", "PROMPT", "What the picture shows, as in \"an owl\". Without it the model's general idea of a picture is all that helps.");
    private readonly Option<string?> _negative = Shared.Negative();
    private readonly Option<int?> _paths = Values.Integer("--paths", "N", "At most this many paths. Default: 64.", 1, 4096);
    private readonly Option<string> _start = Values.Word("--start",
        "fit: drawn from the picture first, without the model; random: shapes at random places, as in the paper.", "fit", "fit", "random");
    private readonly Option<int?> _steps = Shared.Steps("Steps with the model; 0 keeps the start. Default: 150.");
    private readonly Option<double?> _gamma = Values.Number("--gamma", "WEIGHT",
        "Weight of the picture against the model. Default: 1e5; 1e6 with --trg, and where nothing is downsampled.", 0, 1e12);
    private readonly Option<double?> _guidance = Shared.Guidance("Classifier-free guidance w, for --trg. Default: 1.");
    private readonly Option<TimestepRange?> _timesteps = Values.Create<TimestepRange?>("--t-range", "A:B", "Timesteps to descend over, from B to A. Default: 50:948.",
        "two timesteps A:B with 0 <= A <= B <= 999", text => text.Split(':') is [var a, var b]
            && int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(b, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && new TimestepRange(first, last) is { IsValid: true } range ? range : null);
    private readonly Option<double?> _pointRate = Values.Number("--point-rate", "RATE",
        "How far points move a step at most, in fractions of the canvas diagonal. Default: 0.001; 0.006 from random shapes.", 0, 1);
    private readonly Option<double?> _colorRate = Values.Number("--color-rate", "RATE", "How far colours move a step at most, in 0..1. Default: 0.01.", 0, 1);
    private readonly Option<double?> _fairness = Shared.Fairness("Default: 0.");
    private readonly Option<double?> _selfIntersection = Values.Number("--self-intersection", "WEIGHT", "Weight against curves that cross themselves; 0 is off. Default: 0.01.", 0, 1000);
    private readonly Option<string?> _model = Shared.Model();
    private readonly Option<string?> _prediction = Shared.Prediction();
    private readonly AdapterOptions _adapters = new();
    private readonly Option<long> _seed = Shared.Seed();
    private readonly Option<string> _precision = Shared.Precision();
    private readonly Option<string?> _device = Shared.Device();

    /// <summary>How many cores; it never changes the result.</summary>
    public Option<int?> Threads { get; } = Shared.Threads();

    /// <summary>All, in the order of the help.</summary>
    public IEnumerable<Option> All =>
    [
        _target, _negative, _paths, _start, _steps, _seed, _gamma, _guidance, _timesteps, _pointRate, _colorRate, _fairness, _selfIntersection,
        _model, .. _adapters.All, _precision, _device, _prediction, Threads,
    ];

    /// <summary>What the command line asks for.</summary>
    public RestoreRequest Read(ParseResult parsed, string command, string input, IDegradation degradation)
    {
        var defaults = new RestoreRequest { Command = command, Input = input, Degradation = degradation };
        return defaults with
        {
            Target = parsed.GetValue(_target),
            Negative = parsed.GetValue(_negative) ?? "",
            Paths = parsed.GetValue(_paths) ?? defaults.Paths,
            Start = parsed.GetValue(_start) == "random" ? DrawingStart.Random : DrawingStart.Fit,
            Steps = parsed.GetValue(_steps) ?? defaults.Steps,
            Gamma = parsed.GetValue(_gamma),
            Guidance = parsed.GetValue(_guidance),
            Timesteps = parsed.GetValue(_timesteps),
            PointRate = parsed.GetValue(_pointRate),
            ColorRate = parsed.GetValue(_colorRate),
            Fairness = parsed.GetValue(_fairness),
            SelfIntersection = parsed.GetValue(_selfIntersection),
            Model = parsed.GetValue(_model),
            Prediction = parsed.GetValue(_prediction),
            Adapters = _adapters.Read(parsed),
            Seed = parsed.GetValue(_seed),
            Precision = parsed.GetValue(_precision)!,
            Device = parsed.GetValue(_device),
        };
    }
}
