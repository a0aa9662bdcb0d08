using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Models;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Output;

namespace SvgDistill.Cli.Commands;

/// <summary><c>model info</c>: what a model is, without trusting its name.</summary>
internal sealed class ModelInfoCommand : Command, IHasExamples
{
    private readonly Argument<string?> _path = new("model")
    {
        Description = "A diffusers folder, a single-file checkpoint, a name in the Hugging Face cache, or a LoRA, ControlNet or embedding file. "
            + "Default: the embedded icon prior.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> _prediction = Shared.Prediction();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public ModelInfoCommand(Streams streams) : base("info", "Says what a model or an adapter is: parts, sizes, hash, recommended settings.")
    {
        _streams = streams;
        Add(_path);
        Add(_prediction);
        Add(_json);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill model info", "the embedded icon prior"),
        ("svgdistill model info v1-5-pruned-emaonly.safetensors", "a single-file checkpoint, recognised by its tensors"),
        ("svgdistill model info style.safetensors", "a LoRA: its rank, its layers and the family that it was made for"),
    ];

    private int Run(ParseResult parsed)
    {
        if (parsed.GetValue(_path) is { } path && Path.Exists(path) && AdapterInfo.Read(path) is { } adapter)
        {
            AdapterText.Write(_streams.Output, adapter, parsed.GetValue(_json));
            return ExitCode.Done;
        }
        using var model = ModelChoice.Open(parsed.GetValue(_path), "fp32", null, parsed.GetValue(_prediction));
        var info = model.Describe();
        if (parsed.GetValue(_json)) _streams.Output.Write(Json(model, info));
        else Print(_streams.Output, model, info);
        return ExitCode.Done;
    }

    private static RunRecord Json(DiffusionModel model, ModelInfo info) => new("model info", [])
    {
        ["engine"] = TensorEngine.Version,
        ["model"] = ModelChoice.Record(model),
        ["info"] = new JsonObject
        {
            ["path"] = info.Path,
            ["layout"] = info.Layout,
            ["family"] = info.Family,
            ["parts"] = new JsonArray([.. info.Parts.Select(p => (JsonNode)new JsonObject
            {
                ["name"] = p.Name, ["parameters"] = p.Parameters, ["architecture"] = p.Architecture, ["stored_as"] = p.StoredAs,
            })]),
            ["prediction"] = info.Prediction.ToString().ToLowerInvariant(),
            ["image_size"] = info.ImageSize,
            ["latents"] = new JsonObject { ["channels"] = info.Latents.Channels, ["side"] = info.Latents.Side },
            ["tokens"] = new JsonObject { ["length"] = info.Tokens.Length, ["vocabulary"] = info.Tokens.Vocabulary },
            ["subjects"] = info.Subjects,
            ["styles"] = new JsonArray([.. info.Defaults.Styles.Select(style => (JsonNode)style)]),
            ["defaults"] = Defaults(info.Defaults),
            ["card"] = new JsonArray([.. info.Card.Select(line => (JsonNode)line)]),
        },
    };

    private static void Print(TextWriter output, DiffusionModel model, ModelInfo info)
    {
        void Line(string name, string value) => output.WriteLine($"{name,-14}{value}");
        Line("path", info.Path);
        Line("layout", $"{info.Layout}; {info.Family}");
        foreach (var part in info.Parts)
            Line(part.Name, string.Create(CultureInfo.InvariantCulture, $"{part.Parameters / 1e6:0.0} M parameters ({part.StoredAs}): {part.Architecture}"));
        Line("predicts", info.Prediction.ToString().ToLowerInvariant());
        Line("pictures", $"{info.ImageSize} px, latents {info.Latents.Channels} x {info.Latents.Side} x {info.Latents.Side}");
        Line("prompts", $"up to {info.Tokens.Length} tokens of {info.Tokens.Vocabulary}");
        if (info.Subjects > 0) Line("knows", $"{info.Subjects} subjects (subjects.txt)");
        if (info.Defaults.Styles.Count > 0) Line("styles", string.Join(", ", info.Defaults.Styles));
        Line("defaults", Defaults(info.Defaults));
        foreach (var line in info.Card) Line("card", line);
        Line("sha256", model.Hash);
    }

    private static string Defaults(ModelDefaults defaults)
    {
        var words = new List<string>();
        void Add(string name, IFormattable? value)
        {
            if (value is not null) words.Add($"{name} {value.ToString(null, CultureInfo.InvariantCulture)}");
        }
        if (defaults.Method is { } method) words.Add($"method {method}");
        Add("steps", defaults.Steps);
        Add("guidance", defaults.Guidance);
        Add("point rate", defaults.PointRate);
        Add("color rate", defaults.ColorRate);
        if (defaults.Timesteps is var (from, to)) words.Add($"timesteps {from}:{to - 1}");
        return words.Count > 0 ? string.Join(", ", words) : "none of its own";
    }
}
