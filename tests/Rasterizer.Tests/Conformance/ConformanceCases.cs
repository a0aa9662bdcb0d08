using SvgDistill.Tests;

namespace SvgDistill.Rasterizer.Tests.Conformance;

/// <summary>The cases in the conformance folder: each <c>name.svg</c> with <c>name.png</c> beside it.</summary>
internal static class ConformanceCases
{
    /// <summary>What a case may differ by: mean |difference| over premultiplied RGBA, in 1/255.</summary>
    public const double Limit = 1.0;

    /// <summary>Paths below the folder, with forward slashes, in order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Directory.EnumerateFiles(TestPaths.Conformance, "*.svg", SearchOption.AllDirectories)
            .Where(path => File.Exists(Path.ChangeExtension(path, ".png")))
            .Select(path => Path.GetRelativePath(TestPaths.Conformance, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];

    /// <summary>Cases that are not met, with the reason: lines <c>path TAB reason</c> of known.txt.</summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = ReadKnown();

    /// <summary>The folder that results are counted by: <c>icons/noto</c>, <c>resvg/masking</c>.</summary>
    public static string Folder(string path) => string.Join('/', path.Split('/')[..^1].Take(2));

    private static Dictionary<string, string> ReadKnown()
    {
        string path = Path.Combine(TestPaths.Conformance, "known.txt");
        if (!File.Exists(path)) return [];
        return File.ReadAllLines(path).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('\t', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
    }
}
