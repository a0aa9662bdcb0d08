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

    /// <summary>A fixture's path.</summary>
    public static string Fixture(params string[] parts) => Path.Combine([Fixtures, .. parts]);

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
