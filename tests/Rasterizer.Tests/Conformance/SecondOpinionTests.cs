using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Conformance;

/// <summary>Three implementations side by side: where two agree against us, it is a fault of ours, and known.</summary>
[Trait("Category", "Slow")]
public sealed class SecondOpinionTests
{
    private sealed record Opinions(string Path, bool OursAndReference, bool OursAndOther, bool OtherAndReference)
    {
        public bool IsAgainstUs => OtherAndReference && !OursAndReference && !OursAndOther;
    }

    [Fact]
    public void Three_way_agreement_is_as_recorded()
    {
        Assert.SkipUnless(TestPaths.Conformance == Path.Combine(TestPaths.Root, "tests", "conformance"), "another conformance folder is in use");
        // What text looks like there depends on the system's fonts.
        List<Opinions> all = [.. ConformanceCases.All
            .Where(path => !File.ReadAllText(Path.Combine(TestPaths.Conformance, path)).Contains("<text", StringComparison.Ordinal)).Select(Ask)];
        var text = new StringBuilder("# folder, cases, we and the reference, we and Svg.Skia, Svg.Skia and the reference; then the cases in which those two agree against us\n");
        foreach (var folder in all.GroupBy(o => ConformanceCases.Folder(o.Path)))
            text.Append(CultureInfo.InvariantCulture, $"{folder.Key}\t{folder.Count()}\t{folder.Count(o => o.OursAndReference)}\t{folder.Count(o => o.OursAndOther)}\t{folder.Count(o => o.OtherAndReference)}\n");
        foreach (var against in all.Where(o => o.IsAgainstUs)) text.Append($"{against.Path}\n");
        if (Environment.GetEnvironmentVariable("SVGDISTILL_RECORD") == "1") AtomicFile.WriteText(SecondOpinion.File, text.ToString());
        Assert.Equal(File.ReadAllText(SecondOpinion.File), text.ToString());
        Assert.All(all.Where(o => o.IsAgainstUs), o => Assert.Contains(o.Path, ConformanceCases.Known.Keys));
    }

    private static Opinions Ask(string path)
    {
        string full = Path.Combine(TestPaths.Conformance, path);
        var image = PictureReader.Read(Path.ChangeExtension(full, ".png"));
        float[] reference = image.ToPremultiplied(), ours = ConformanceTests.Draw(path, image.Width, image.Height).Planes,
            other = SecondOpinion.Draw(full, image.Width, image.Height);
        return new(path, Agree(ours, reference), Agree(ours, other), Agree(other, reference));
    }

    private static bool Agree(float[] left, float[] right) => ConformanceTests.Difference(left, right) <= ConformanceCases.Limit;
}
