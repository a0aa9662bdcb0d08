using SvgDistill.Diffusion.Adapters;

namespace SvgDistill.Editor.Engine;

/// <summary>
/// Where styles that were taught by name lie: the user's data folder (the XDG base directory specification's on Linux, the system's own
/// elsewhere), in <c>svgdistill/loras</c>.
/// </summary>
internal static class StyleFolder
{
    private const string Ending = ".safetensors";

    /// <summary>The folder; it need not be there.</summary>
    public static string Path => System.IO.Path.Combine(DataFolder(), "svgdistill", "loras");

    /// <summary>The file of a style.</summary>
    public static string FileOf(string name) => System.IO.Path.Combine(Path, name + Ending);

    /// <summary>Whether a text can be a style's name: letters, digits, hyphens, underscores and dots, not at the beginning.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= 100 && text[0] != '.' && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>
    /// The file that a text means: itself where it is there, else the style of that name, where there is one. A folder is meant where it holds a LoRA: icons are often
    /// taught from a folder of the style's name.
    /// </summary>
    public static string Find(string text) =>
        !File.Exists(text) && !File.Exists(LoraAdapter.Find(text)) && IsName(text) && File.Exists(FileOf(text)) ? FileOf(text) : text;

    /// <summary>Names of the styles that there are.</summary>
    public static IReadOnlyList<string> Names() => !Directory.Exists(Path) ? []
        : [.. Directory.EnumerateFiles(Path, "*" + Ending).Select(f => System.IO.Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    /// <summary>What an error about a missing file adds.</summary>
    public static string Advice() => Names() is { Count: > 0 } names ? $", or the name of a style ({string.Join(", ", names.Take(10))})" : "";

    private static string DataFolder() =>
        Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { } folder && System.IO.Path.IsPathRooted(folder) ? folder
            : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
}
