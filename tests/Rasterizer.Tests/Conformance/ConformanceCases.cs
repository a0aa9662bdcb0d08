using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Text.Fonts;
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
            .Where(path => !path.StartsWith("resources/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>
    /// Cases that are not met, with the reason: lines <c>path TAB reason</c> of known.txt. Another folder without a list of its own has
    /// the repository's, as far as it holds the same drawings.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = ReadKnown();

    /// <summary>True where a case names a picture in <c>resources</c> and this folder has none.</summary>
    public static bool LacksPicture(string path) => !Directory.Exists(Path.Combine(TestPaths.Conformance, "resources"))
        && File.ReadAllText(Path.Combine(TestPaths.Conformance, path)).Contains("\"../../../resources/", StringComparison.Ordinal);

    /// <summary>The suite's own fonts, and no others: the pictures are the same on every machine; its own pictures, too.</summary>
    public static SceneOptions Options { get; } = new()
    {
        Fonts = FontDatabase.FromFolder(Path.Combine(TestPaths.Root, "tests", "conformance", "fonts")), Resources = TestPaths.Conformance,
    };

    /// <summary>The folder that results are counted by: <c>icons/noto</c>, <c>resvg/masking</c>.</summary>
    public static string Folder(string path) => string.Join('/', path.Split('/')[..^1].Take(2));

    private static Dictionary<string, string> ReadKnown()
    {
        const string name = "known.txt";
        string repository = Path.Combine(TestPaths.Root, "tests", "conformance"), path = Path.Combine(TestPaths.Conformance, name);
        bool isOwn = File.Exists(path);
        return File.ReadAllLines(isOwn ? path : Path.Combine(repository, name)).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('\t', 2)).Where(parts => isOwn || IsSame(Path.Combine(repository, parts[0]), parts[0]))
            .ToDictionary(parts => parts[0], parts => parts[1]);
    }

    private static bool IsSame(string drawing, string path)
    {
        string other = Path.Combine(TestPaths.Conformance, path);
        return File.Exists(other) && File.ReadAllBytes(drawing).AsSpan().SequenceEqual(File.ReadAllBytes(other));
    }
}
