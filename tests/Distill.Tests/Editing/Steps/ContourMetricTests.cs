using SvgDistill.Distill.Editing.Steps;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Steps;

public class ContourMetricTests
{
    private const int Points = 12;

    /// <summary>A cycle of points a distance of .25 apart.</summary>
    private static ContourMetric Even(double length) => new(Alike(), Alike(), length);

    private static double[] Alike() => [.. Enumerable.Repeat(.25, Points)];

    private static ContourMetric Uneven()
    {
        var random = new Random(3);
        double[] Some() => [.. Enumerable.Range(0, Points).Select(_ => .05 + random.NextDouble())];
        return new ContourMetric(_masses, Some(), .8);
    }

    private static readonly double[] _masses = [.. Enumerable.Range(0, Points).Select(i => .1 + .05 * (i * i % 7))];

    [Fact]
    public void Shifts_pass()
    {
        foreach (var (metric, mass) in new[] { (Even(1), Alike()), (Uneven(), _masses) })
        {
            // A push of the same strength everywhere gives each point what it stands for.
            var push = (double[])mass.Clone();
            metric.ToField(push);
            metric.Smooth(push);
            Assert.All(push, p => Assert.Equal(mass.Sum(), p, 1e-12));
        }
    }

    [Theory]
    [InlineData(.1)]
    [InlineData(.5)]
    [InlineData(3)]
    public void The_finest_wiggle_passes_with_one_over_one_plus_four_lambda_squared(double length)
    {
        var lambda = length / .25 * (length / .25);
        double[] wiggle = [.. Enumerable.Range(0, Points).Select(i => i % 2 == 0 ? .25 : -.25)];
        var metric = Even(length);
        metric.ToField(wiggle);
        metric.Smooth(wiggle);
        for (var i = 0; i < Points; i++)
            Assert.Equal((i % 2 == 0 ? 1 : -1) * .25 * Points / Math.Pow(1 + 4 * lambda, 2), wiggle[i], 1e-12);
    }

    /// <summary>dL/du of p = S u, as a field: g . S u = the integral of field * u.</summary>
    [Fact]
    public void The_field_of_a_gradient_is_the_adjoint_of_smoothing()
    {
        var random = new Random(8);
        double[] Some() => [.. Enumerable.Range(0, Points).Select(_ => random.NextDouble() - .5)];
        var (gradient, u, other) = (Some(), Some(), Some());
        var metric = Uneven();
        var (field, smooth, otherSmooth) = ((double[])gradient.Clone(), (double[])u.Clone(), (double[])other.Clone());
        metric.ToField(field);
        metric.Smooth(smooth);
        metric.Smooth(otherSmooth);

        double Inner(double[] a, double[] b) => Enumerable.Range(0, Points).Sum(i => _masses[i] * a[i] * b[i]);
        Assert.Equal(gradient.Zip(smooth, (a, b) => a * b).Sum(), Inner(field, u) / metric.Length, 1e-12);
        Assert.Equal(Inner(other, smooth), Inner(otherSmooth, u), 1e-12);
        Assert.True(Inner(u, smooth) > 0);
    }
}
