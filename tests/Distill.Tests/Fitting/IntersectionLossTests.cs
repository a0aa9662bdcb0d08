using SvgDistill.Distill.Fitting;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Distill.Tests.Fitting;

public sealed class IntersectionLossTests
{
    private static readonly PathGeometry _cubic = new()
    {
        Commands = [PathCommand.Move, PathCommand.Cubic],
        Points = [.. Enumerable.Range(0, 4).Select(i => new ScalarPoint(Scalar.Of(2 * i), Scalar.Of(2 * i + 1)))],
    };

    [Fact]
    public void A_plain_arch_costs_nothing_and_a_loop_costs_its_sine()
    {
        double[] arch = [0, 0, 0, 1, 1, 1, 1, 0];
        double[] loop = [0, 0, 2, 2, -1, 2, 1, 0];

        Assert.Equal(0, IntersectionLoss.Add([_cubic], arch, 1, new double[8]));
        Assert.Equal(4 / (Math.Sqrt(8) * Math.Sqrt(8)) * 2, IntersectionLoss.Add([_cubic], loop, 1, new double[8]), 9);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void The_gradient_is_that_of_finite_differences(int seed)
    {
        const double Step = 1e-6;
        var random = new Random(seed);
        var checkedLosses = 0;
        while (checkedLosses < 20)
        {
            var theta = Enumerable.Range(0, 8).Select(_ => 4 * random.NextDouble()).ToArray();
            var gradient = new double[8];
            if (IntersectionLoss.Add([_cubic], theta, 1, gradient) < .01) continue;
            for (var i = 0; i < 8; i++)
            {
                var (plus, minus) = ((double[])theta.Clone(), (double[])theta.Clone());
                plus[i] += Step;
                minus[i] -= Step;
                var difference = (IntersectionLoss.Add([_cubic], plus, 1, new double[8])
                    - IntersectionLoss.Add([_cubic], minus, 1, new double[8])) / (2 * Step);
                Assert.Equal(difference, gradient[i], 1e-4 * Math.Max(1, Math.Abs(difference)));
            }
            checkedLosses++;
        }
    }

    [Fact]
    public void The_term_is_the_weighted_loss_of_all_of_a_scenes_paths()
    {
        const string Svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M0 0C2 2 -1 2 1 1'/><path d='M4 0C4 1 5 1 5 0M4 4C6 6 3 6 5 4'/></svg>";
        var scene = SvgSceneReader.Read(SvgDocument.Parse(System.Text.Encoding.UTF8.GetBytes(Svg), "loops")).Scene;
        var theta = scene.InitialValues();
        var (once, weighted) = (new double[theta.Length], new double[theta.Length]);

        Assert.Equal(6 / Math.Sqrt(40) + 1, new SelfIntersectionTerm(scene, 1).Add(theta, once), 9);
        Assert.Equal(.5 * (6 / Math.Sqrt(40) + 1), new SelfIntersectionTerm(scene, .5).Add(theta, weighted), 9);

        Assert.Contains(once, g => g != 0);
        Assert.Equal(once.Select(g => .5 * g), weighted);
    }
}
