using System.Globalization;
using SvgDistill.Distill.Methods;

namespace SvgDistill.Cli.Comparing;

/// <summary>A row of a comparison: a method, perhaps with settings of its own, as in <c>ids:fpr-steps=1</c>.</summary>
/// <param name="Label">Its canonical name in the report.</param>
/// <param name="Name">The method.</param>
/// <param name="Settings">The settings that the label gives; they come before those of the command line.</param>
/// <param name="Arguments">The same as arguments of <c>edit</c>.</param>
internal sealed record ComparedMethod(string Label, MethodName Name, EditSettings Settings, IReadOnlyList<string> Arguments)
{
    private static readonly string[] keys = ["guidance", "steps", "point-rate", "color-rate", "fpr-steps", "fpr-lambda", "anchor-shape"];

    /// <summary>The name of its run folders before the seed; no sign in it is special on any file system.</summary>
    public string FolderName => Label.Replace(':', '_').Replace('=', '-');

    /// <summary>Reads METHOD or METHOD:SETTING=NUMBER:...</summary>
    /// <exception cref="CliException">There is no such method or setting.</exception>
    public static ComparedMethod Parse(string text)
    {
        var parts = text.Split(':');
        if (!MethodName.TryParse(parts[0], out var name))
            throw CliException.Usage(
                $"--methods: there is no method '{parts[0]}'. Methods: {string.Join(", ", MethodName.Known)}, and fpr+ before one");
        var (settings, label) = (new EditSettings(), name.ToString());
        List<string> arguments = ["--method", label];
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
                _ => settings with { AnchorShape = value },
            };
            var number = value.ToString(CultureInfo.InvariantCulture);
            label += $":{key}={number}";
            arguments.AddRange([$"--{key}", number]);
        }
        return new(label, name, settings, arguments);
    }

    private static (string Key, double Value) Split(string text, string part)
    {
        if (part.Split('=') is [var key, var number] && keys.Contains(key)
            && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            return (key, value);
        throw CliException.Usage($"--methods: '{text}' is not METHOD or METHOD:SETTING=NUMBER with a setting of {string.Join(", ", keys)}");
    }

    private static int Whole(string text, double value) => value is >= 0 and <= 1_000_000 && value == Math.Floor(value) ? (int)value
        : throw CliException.Usage($"--methods: '{text}' needs a whole number of steps, not {value.ToString(CultureInfo.InvariantCulture)}");
}
