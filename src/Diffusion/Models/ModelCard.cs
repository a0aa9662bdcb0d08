using System.Globalization;

namespace SvgDistill.Diffusion.Models;

/// <summary>The files of a model folder that are text: README.md, subjects.txt and words.txt.</summary>
internal static class ModelCard
{
    /// <summary>Everyday words for subjects.</summary>
    public const string Words = "words.txt";

    private const long MaxBytes = 4 << 20;

    /// <summary>The card's first heading and every line that speaks of the licence.</summary>
    public static IReadOnlyList<string> Lines(string folder)
    {
        var lines = Read(folder, "README.md");
        return [.. lines.Where(line => line.StartsWith("# ", StringComparison.Ordinal)).Take(1).Select(line => line[2..].Trim()),
            .. lines.Where(line => line.Contains("licen", StringComparison.OrdinalIgnoreCase)).Select(line => line.Trim()).Take(5)];
    }

    /// <summary>A name and a count a line, separated by a tab.</summary>
    public static IReadOnlyList<(string Name, int Count)> Subjects(string folder)
    {
        var subjects = new List<(string, int)>();
        var lines = Read(folder, "subjects.txt");
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0) continue;
            var fields = lines[i].Split('\t');
            if (fields.Length != 2 || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                throw new ModelException(Path.Combine(folder, "subjects.txt"), "a name, a tab and a count expected", $"line {i + 1}");
            subjects.Add((fields[0], count));
        }
        return subjects;
    }

    /// <summary>The lines of a file for people; none where it is not there, or too large for one.</summary>
    public static string[] Read(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        return file.Exists && file.Length <= MaxBytes ? [.. File.ReadLines(file.FullName).Select(line => line.TrimEnd('\r'))] : [];
    }
}
