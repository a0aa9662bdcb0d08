using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Conformance;

/// <summary>What known.txt may hold at most; the cases themselves see that it holds no less.</summary>
[Trait("Category", "Conformance")]
public sealed class ConformanceGoalTests
{
    /// <summary>Another folder of cases has its own known.txt, or none; the page is about the repository's.</summary>
    private static bool IsOwnFolder => TestPaths.Conformance == Path.Combine(TestPaths.Root, "tests", "conformance");

    [Fact]
    public void Of_each_icon_set_at_most_one_in_fifty_is_not_met()
    {
        foreach (var set in ConformanceCases.All.Where(path => path.StartsWith("icons/", StringComparison.Ordinal)).GroupBy(ConformanceCases.Folder))
            Assert.True(set.Count(ConformanceCases.Known.ContainsKey) <= set.Count() / 50.0, set.Key);
    }

    [Fact]
    public void Of_single_issue_cases_without_images_95_percent_are_met()
    {
        var cases = ConformanceCases.All
            .Where(path => path.StartsWith("resvg/", StringComparison.Ordinal) && !path.StartsWith("resvg/structure/image/", StringComparison.Ordinal))
            .ToList();
        Assert.True(cases.Count(ConformanceCases.Known.ContainsKey) <= .05 * cases.Count);
    }

    [Fact]
    public void Of_cases_with_images_95_percent_are_met()
    {
        var cases = ConformanceCases.All.Where(path => path.StartsWith("resvg/structure/image/", StringComparison.Ordinal)).ToList();
        Assert.True(cases.Count(ConformanceCases.Known.ContainsKey) <= .05 * cases.Count);
    }

    [Fact]
    public void Every_known_case_exists_and_has_a_reason() => Assert.All(ConformanceCases.Known, known =>
    {
        Assert.Contains(known.Key, ConformanceCases.All);
        Assert.True(known.Value.Length > 10, known.Key);
    });

    [Fact]
    public void The_page_on_svg_support_is_up_to_date()
    {
        Assert.SkipUnless(IsOwnFolder, "another conformance folder is in use");
        string path = Path.Combine(TestPaths.Root, "docs", "svg-support.md");
        if (Environment.GetEnvironmentVariable("SVGDISTILL_RECORD") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.WriteText(path, SupportDocument.Text());
        }
        Assert.Equal(SupportDocument.Text(), File.ReadAllText(path));
    }
}
