using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Rules;

/// <summary>Icons of six sets, as their makers' tools wrote them.</summary>
[Trait("Category", "Conformance")]
public class FoundDrawingTests
{
    private const int Every = 6;

    public static TheoryData<string> Icons()
    {
        var folder = Path.Combine(TestPaths.Conformance, "icons");
        return [.. Directory.EnumerateFiles(folder, "*.svg", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f))
            .Order(StringComparer.Ordinal).Where((_, i) => i % Every == 0)];
    }

    [Theory]
    [MemberData(nameof(Icons))]
    public void Relations_hold_again_after_a_shake_and_no_movement_is_no_change(string icon)
    {
        var path = Path.Combine(TestPaths.Conformance, "icons", icon);
        var svg = SvgSceneReader.Read(SvgDocument.Parse(File.ReadAllBytes(path), path), SceneOptions.Default);
        var (relations, theta) = (new DrawingRelations(svg.Scene, new()), svg.Scene.InitialValues());
        relations.Restore(theta);
        relations.Settle(theta);
        Assert.Equal(svg.Scene.InitialValues(), theta);

        var random = new Random(1);
        for (var i = 0; i < theta.Length; i++)
            if (svg.Scene.Parameters[i] is { IsLeaf: true } p) theta[i] += .02 * p.Unit * (random.NextDouble() - .5);
        relations.Restore(theta);
        var again = (double[])theta.Clone();
        relations.Restore(again);
        Assert.Equal(theta, again);

        Assert.Equal(0, relations.SymmetryError(theta), 1e-10);
        relations.Settle(theta);
        Assert.Equal(0, relations.SymmetryError(theta), 1e-10);
        var contours = PlacedContours.Of(svg.Scene, [.. svg.Scene.Parameters.Select(p => p.IsLeaf)]);
        var (canvas, digit) = (new Extent(0, 0, svg.Scene.Width, svg.Scene.Height), 2e-5 * PlacedContours.Diagonal(svg.Scene));
        foreach (var contour in contours.Where(c => canvas.Holds(c.Extent, 0)))
            Assert.True(canvas.Holds(ContourCurve.Extent(contour, contour.At(theta)), digit));
    }
}
