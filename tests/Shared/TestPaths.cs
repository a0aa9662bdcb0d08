namespace SvgDistill.Tests;

/// <summary>Where the tests find their data; environment variables name other folders laid out the same way.</summary>
internal static class TestPaths
{
    /// <summary>The repository's root: the nearest folder above the test program that holds SvgDistill.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Reference numbers: <c>tests/fixtures</c>, or the folder that SVGDISTILL_FIXTURES names.</summary>
    public static string Fixtures { get; } = FromEnvironment("SVGDISTILL_FIXTURES", "tests/fixtures");

    /// <summary>Reference pictures: <c>tests/conformance</c>, or the folder that SVGDISTILL_CONFORMANCE names.</summary>
    public static string Conformance { get; } = FromEnvironment("SVGDISTILL_CONFORMANCE", "tests/conformance");

    /// <summary>The embedded prior.</summary>
    public static string IconPrior { get; } = Path.Combine(Root, "models", "icon-prior");

    /// <summary>The fixture <c>tiny-sd15</c> at 64 px instead of 512, for tests of what does not depend on the picture.</summary>
    public static string TinyModel => _tinyModel.Value;

    /// <summary>A fixture's path.</summary>
    public static string Fixture(params string[] parts) => Path.Combine([Fixtures, .. parts]);

    private static readonly Lazy<string> _tinyModel = new(() =>
    {
        var (source, copy) = (Fixture("tiny-sd15"), Path.Combine(AppContext.BaseDirectory, "tiny-64"));
        if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var place = Path.Combine(copy, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy(file, place);
        }
        File.WriteAllText(Path.Combine(copy, "svgdistill.json"), "{ \"image_size\": 64 }");
        return copy;
    });

    private static string FromEnvironment(string variable, string fallback) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path
            ? Path.GetFullPath(path)
            : Path.Combine(Root, fallback);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "SvgDistill.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("The tests run from a build folder inside the repository.");
    }
}
