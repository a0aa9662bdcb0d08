using System.Globalization;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Editing;

namespace SvgDistill.Editor.Comparing;

/// <summary>
/// A row of a comparison: a method, or <c>via-picture</c>, <c>via-pnp</c> and so on for an edit by way of a picture; perhaps with
/// settings of its own, as in <c>ids:fpr-steps=1</c>.
/// </summary>
/// <param name="Label">Its canonical name in the report.</param>
/// <param name="Name">The method; null for an edit by way of a picture.</param>
/// <param name="Via">The edit of the picture, or null.</param>
/// <param name="Settings">The settings that the label gives; they come before those of the command line.</param>
/// <param name="Arguments">The same as arguments of <c>edit</c>.</param>
internal sealed record ComparedMethod(string Label, MethodName? Name, PictureMethod? Via, EditSettings Settings, IReadOnlyList<string> Arguments)
{
    private const string ViaPrefix = "via-";

    // Each with the ends of its range, as the option of that name has it.
    private static readonly Dictionary<string, (double From, double To)> _ranges = new(StringComparer.Ordinal)
    {
        ["guidance"] = (-1000, 1000), ["steps"] = (0, 1_000_000), ["point-rate"] = (0, 1), ["color-rate"] = (0, 1), ["fpr-steps"] = (0, 1000),
        ["fpr-lambda"] = (0, 1000), ["eta"] = (0, 10), ["falling"] = (0, 1), ["fairness"] = (0, 100), ["clip-guidance"] = (0, 100), ["anchor-shape"] = (0, 1000), ["strength"] = (0, 1),
    };

    /// <summary>The name of its run folders before the seed; no sign in it is special on any file system.</summary>
    public string FolderName => Label.Replace(':', '_').Replace('=', '-');

    /// <summary>Reads METHOD or METHOD:SETTING=NUMBER:...</summary>
    /// <exception cref="EditorException">There is no such method or setting.</exception>
    public static ComparedMethod Parse(string text)
    {
        var parts = text.Split(':');
        var (name, via) = Named(parts[0]);
        var (settings, label) = (new EditSettings(), name?.ToString() ?? parts[0].ToLowerInvariant());
        List<string> arguments = name is null ? ["--via", label[ViaPrefix.Length..]] : ["--method", label];
        foreach (var part in parts[1..])
        {
            var (key, value) = Split(text, part);
            settings = key switch
            {
                "guidance" => settings with { Guidance = value },
                "steps" => settings with { Steps = Whole(text, value) },
                "point-rate" => settings with { PointRate = value },
                "color-rate" => settings with { ColorRate = value },
                "fpr-steps" => settings with { FprSteps = Whole(text, value) },
                "fpr-lambda" => settings with { FprLambda = value },
                "clip-guidance" when via is not null => throw EditorException.Usage($"--methods: '{text}': clip-guidance is not for edits by way of a picture"),
                "clip-guidance" => settings with { ClipGuidance = value },
                "fairness" => settings with { Fairness = value },
                "eta" => settings with { Eta = value },
                "falling" => settings with { Order = Whole(text, value) == 1 ? TimestepOrder.Falling : TimestepOrder.Random },
                "strength" when via is null => throw EditorException.Usage($"--methods: '{text}': strength is for edits by way of a picture"),
                "strength" => settings with { Strength = value },
                _ => settings with { AnchorShape = value },
            };
            var number = value.ToString(CultureInfo.InvariantCulture);
            label += $":{key}={number}";
            arguments.AddRange(key == "falling" ? ["--timesteps", value == 1 ? "falling" : "random"] : [$"--{key}", number]);
        }
        return new(label, name, via, settings, arguments);
    }

    private static (MethodName?, PictureMethod?) Named(string word)
    {
        if (MethodName.TryParse(word, out var name)) return (name, null);
        if (word.StartsWith(ViaPrefix, StringComparison.OrdinalIgnoreCase) && PictureSettings.ParseVia(word[ViaPrefix.Length..].ToLowerInvariant()) is { } via) return (null, via);
        throw EditorException.Usage($"--methods: there is no method '{word}'. Methods: {string.Join(", ", MethodName.Known)}, fpr+ before one, "
            + $"and via-picture or via- before one of {string.Join(", ", PictureMethod.Known)}");
    }

    private static (string Key, double Value) Split(string text, string part)
    {
        if (part.Split('=') is not [var key, var number] || !_ranges.TryGetValue(key, out var range)
            || !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            throw EditorException.Usage($"--methods: '{text}' is not METHOD or METHOD:SETTING=NUMBER with a setting of {string.Join(", ", _ranges.Keys)}");
        return value >= range.From && value <= range.To ? (key, value)
            : throw EditorException.Usage(FormattableString.Invariant($"--methods: '{text}': {key} takes a number from {range.From} to {range.To}, not {number}"));
    }

    private static int Whole(string text, double value) => value == Math.Floor(value) ? (int)value
        : throw EditorException.Usage($"--methods: '{text}' needs a whole number of steps, not {value.ToString(CultureInfo.InvariantCulture)}");
}
