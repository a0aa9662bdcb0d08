using System.Globalization;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Conformance;

[Trait("Category", "Conformance")]
public sealed class ConformanceTests(ConformanceSummary summary) : IClassFixture<ConformanceSummary>
{
    public static TheoryData<string> Cases() => [.. ConformanceCases.All];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pictures_match_the_reference(string path)
    {
        var reference = PictureReader.Read(Path.Combine(TestPaths.Conformance, Path.ChangeExtension(path, ".png")));
        var (drawn, problem) = Draw(path, reference.Width, reference.Height);
        double error = Difference(drawn, reference.ToPremultiplied());
        bool met = problem is null && error <= ConformanceCases.Limit;
        summary.Add(path, error, problem);
        if (ConformanceCases.Known.TryGetValue(path, out string? reason))
        {
            Assert.False(met, $"{path} passes now ({error:f2}): take it off known.txt.");
            Assert.Skip($"known: {reason}");
        }
        Assert.SkipWhen(!met && ConformanceCases.LacksPicture(path), "the picture that it names is not in this folder");
        if (!met) SaveStrip(path, reference, drawn);
        string? remedy = problem is null ? null : $" ({problem})";
        Assert.True(met, string.Create(CultureInfo.InvariantCulture, $"{path}: {error:f2}/255, limit {ConformanceCases.Limit}{remedy}"));
    }

    /// <summary>Planar premultiplied values of the picture as a PNG would hold it; a drawing that is refused with the documented error is an empty picture with the error's text.</summary>
    internal static (float[] Planes, string? Problem) Draw(string path, int width, int height)
    {
        try
        {
            var scene = SvgSceneReader.Read(SvgDocument.Load(Path.Combine(TestPaths.Conformance, path)), ConformanceCases.Options).Scene;
            var rasterizer = new SceneRasterizer(scene, width, height);
            return (RgbaImage.FromPicture(rasterizer.Forward(scene.InitialValues(), keep: false)).ToPremultiplied(), null);
        }
        catch (SvgDistillException error)
        {
            return (new float[4 * width * height], error.Message);
        }
    }

    internal static double Difference(float[] left, float[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++) sum += Math.Abs(left[i] - right[i]);
        return 255 * sum / left.Length;
    }

    /// <summary>Ours | reference | four times the difference, over grey.</summary>
    private static void SaveStrip(string path, RgbaImage reference, float[] drawn)
    {
        int width = reference.Width, height = reference.Height;
        float[] background = [.8f, .8f, .8f];
        float[] left = RgbaImage.FromPremultiplied(drawn, width, height).ToOpaque(background), middle = reference.ToOpaque(background);
        float[] expected = reference.ToPremultiplied();
        var strip = new float[9 * width * height];
        int count = width * height;
        for (int i = 0; i < 3 * count; i++)
        {
            int row = i / width, at = row * 3 * width + i % width;
            strip[at] = left[i];
            strip[at + width] = middle[i];
            float alpha = Math.Abs(drawn[3 * count + i % count] - expected[3 * count + i % count]);
            strip[at + 2 * width] = 4 * Math.Max(Math.Abs(drawn[i] - expected[i]), alpha);
        }
        string file = Path.Combine(TestPaths.Root, "tests", "failures", path.Replace('/', '~') + ".png");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        PngWriter.Write(file, RgbaImage.FromOpaque(strip, 3 * width, height));
    }
}
