namespace SvgDistill.Diffusion.Models;

/// <summary>
/// What a model folder's <c>svgdistill.json</c> recommends; null where it says nothing. Precedence: the command line, the
/// method's entry, the top level, the method's own defaults.
/// </summary>
public sealed record ModelDefaults
{
    /// <summary>A model names no more styles than this: each is tried on every drawing.</summary>
    public const int MostStyles = 64;

    private const int LongestStyle = 64;

    /// <summary>No recommendations.</summary>
    public static ModelDefaults None { get; } = new();

    /// <summary>Side of the square the drawing is rendered into, in pixels.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Empty border on each side, as a fraction of the square's side, 0..0.5.</summary>
    public double? FrameMargin { get; init; }

    /// <summary>Colour behind the drawing, as CSS writes it.</summary>
    public string? Background { get; init; }

    /// <summary>Appended to every prompt.</summary>
    public string? PromptSuffix { get; init; }

    /// <summary>
    /// Styles that the model's captions named, as in "a monkey, noto style" (<see cref="InStyle"/>); empty where it says none.
    /// </summary>
    public IReadOnlyList<string> Styles { get; init; } = [];

    /// <summary>Method used when none is named.</summary>
    public string? Method { get; init; }

    /// <summary>Guidance w.</summary>
    public double? Guidance { get; init; }

    /// <summary>Number of steps.</summary>
    public int? Steps { get; init; }

    /// <summary>Lowest timestep and the first one not used.</summary>
    public (int From, int To)? Timesteps { get; init; }

    /// <summary>Points move by this fraction of the canvas diagonal a step.</summary>
    public double? PointRate { get; init; }

    /// <summary>Colours (0..1) move by this a step.</summary>
    public double? ColorRate { get; init; }

    /// <summary>How long the part of a CLIP's gradient is, as a multiple of the model's, 0..100; 0 for none.</summary>
    public double? ClipGuidance { get; init; }

    /// <summary>What differs for single methods.</summary>
    public IReadOnlyDictionary<string, ModelDefaults> Methods { get; init; } = new Dictionary<string, ModelDefaults>();

    /// <summary>The recommendations for one method: its own entry, then the top level.</summary>
    public ModelDefaults For(string method) => !Methods.TryGetValue(method, out var own) ? this : new ModelDefaults
    {
        ImageSize = own.ImageSize ?? ImageSize,
        FrameMargin = own.FrameMargin ?? FrameMargin,
        Background = own.Background ?? Background,
        PromptSuffix = own.PromptSuffix ?? PromptSuffix,
        Styles = Styles,
        Method = Method,
        Guidance = own.Guidance ?? Guidance,
        Steps = own.Steps ?? Steps,
        Timesteps = own.Timesteps ?? Timesteps,
        PointRate = own.PointRate ?? PointRate,
        ColorRate = own.ColorRate ?? ColorRate,
        ClipGuidance = own.ClipGuidance ?? ClipGuidance,
    };

    /// <summary>A prompt that asks for a style, in the words of the captions; an empty one stays empty.</summary>
    public static string InStyle(string prompt, string style) => prompt.Length == 0 ? prompt : $"{prompt}, {style} style";

    /// <summary>Whether a text can be a style's name: short, without space around it, and neither of the words that choose one.</summary>
    public static bool IsStyle(string name) => name.Length is > 0 and <= LongestStyle && name.Trim() == name && name is not ("auto" or "none");

    internal static ModelDefaults Read(JsonConfig json)
    {
        var methods = json.Object("methods");
        return new ModelDefaults
        {
            ImageSize = json.Has("image_size") ? json.Whole("image_size", min: 8, max: 4096) : null,
            FrameMargin = Within(json, "frame_margin", 0, 0.49),
            Background = json.Text("background"),
            PromptSuffix = json.Text("prompt_suffix"),
            Styles = ReadStyles(json),
            Method = json.Text("method"),
            Guidance = Within(json, "guidance", -1000, 1000),
            Steps = json.Has("steps") ? json.Whole("steps") : null,
            Timesteps = ReadTimesteps(json),
            PointRate = Within(json, "point_rate", 0, 1),
            ColorRate = Within(json, "color_rate", 0, 1),
            ClipGuidance = Within(json, "clip_guidance", 0, 100),
            Methods = methods?.Keys.ToDictionary(name => name, name => Read(methods.Object(name) ?? throw methods.Wrong(name, "an object")))
                ?? [],
        };
    }

    private static IReadOnlyList<string> ReadStyles(JsonConfig json)
    {
        if (!json.Has("styles")) return [];
        var styles = json.Texts("styles");
        return styles.Count <= MostStyles && styles.All(IsStyle) && styles.Distinct().Count() == styles.Count
            ? styles : throw json.Wrong("styles", $"at most {MostStyles} different names of at most {LongestStyle} letters, none of them auto or none,");
    }

    private static (int, int)? ReadTimesteps(JsonConfig json)
    {
        if (!json.Has("timesteps")) return null;
        var range = json.Numbers("timesteps");
        if (range.Count != 2 || range.Any(t => t != Math.Floor(t) || t < 0 || t > 100_000) || range[0] >= range[1])
            throw json.Wrong("timesteps", "two whole numbers, the lowest and the first one not used,");
        return ((int)range[0], (int)range[1]);
    }

    private static double? Within(JsonConfig json, string key, double min, double max) =>
        json.Number(key) is not { } value ? null
            : value >= min && value <= max ? value : throw json.Wrong(key, FormattableString.Invariant($"a number from {min} to {max}"));
}
