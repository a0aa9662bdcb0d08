using SvgDistill.Distill.Metrics;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Metrics;

public class SilhouettesTests
{
    [Fact]
    public void Overlap_is_intersection_over_union_with_borders_in_proportion()
    {
        Assert.Equal(1, Silhouettes.Overlap([], []));
        Assert.Equal(1, Silhouettes.Overlap([0, 0], [0, 0]));
        Assert.Equal(0, Silhouettes.Overlap([1, 0], [0, 1]));
        Assert.Equal(1.5 / 3.5, Silhouettes.Overlap([1, .5f, 1, 0], [1, 1, 0, .5f]), 10);
    }

    [Fact]
    public void Arrays_and_tensors_agree()
    {
        var random = new Random(2);
        var (a, b) = (new float[300], new float[300]);
        for (var i = 0; i < 300; i++) (a[i], b[i]) = (random.NextSingle(), random.NextSingle());
        using var scope = NewDisposeScope();
        Assert.Equal(Silhouettes.Overlap(a, b), Silhouettes.Overlap(tensor(a).reshape(15, 20), tensor(b).reshape(15, 20)), 10);
        Assert.Throws<ArgumentException>(() => Silhouettes.Overlap(a, b.AsSpan(1)));
    }
}
