using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Torch.Tests;

/// <summary>Optimizers against their published updates, written out in plain double arithmetic.</summary>
public class OptimizerTests
{
    // The gradient of sum of x^4/4 - 3x.
    private static double Slope(double x) => x * x * x - 3;

    private static void Optimise(optim.Optimizer optimizer, Parameter x, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            optimizer.zero_grad();
            using var loss = (x.pow(4) / 4 - x * 3).sum();
            loss.backward();
            optimizer.step();
        }
    }

    private static Parameter Start() => new(tensor(new[] { 0.5, -1.0, 2.0 }));

    private static void Near(double[] expected, Tensor actual) =>
        Assert.All(expected.Zip(actual.data<double>().ToArray()), p => Assert.Equal(p.First, p.Second, 12));

    [Theory]
    [InlineData(0, 0, 0, false)]
    [InlineData(0.9, 0, 0, false)]
    [InlineData(0.9, 0.3, 0.01, false)]
    [InlineData(0.9, 0, 0.01, true)]
    public void SgdFollowsItsUpdate(double momentum, double dampening, double decay, bool nesterov)
    {
        using var scope = NewDisposeScope();
        var x = Start();
        using var sgd = optim.SGD([x], 0.01, momentum, dampening, decay, nesterov);
        Optimise(sgd, x, 10);
        double[] expected = [0.5, -1.0, 2.0];
        for (int k = 0; k < 3; k++)
        {
            double b = 0;
            for (int i = 0; i < 10; i++)
            {
                double g = Slope(expected[k]) + decay * expected[k];
                b = i == 0 ? g : momentum * b + (1 - dampening) * g;
                double step = momentum == 0 ? g : nesterov ? g + momentum * b : b;
                expected[k] -= 0.01 * step;
            }
        }
        Near(expected, x);
    }

    [Theory]
    [InlineData(false, 0, false)]
    [InlineData(false, 0.1, false)]
    [InlineData(true, 0.1, false)]
    [InlineData(false, 0.1, true)]
    [InlineData(true, 0.1, true)]
    public void AdamFollowsItsUpdate(bool decoupled, double decay, bool amsgrad)
    {
        using var scope = NewDisposeScope();
        var x = Start();
        using optim.Optimizer adam = decoupled
            ? optim.AdamW([x], 0.05, 0.8, 0.95, 1e-6, decay, amsgrad)
            : optim.Adam([x], 0.05, 0.8, 0.95, 1e-6, decay, amsgrad);
        Optimise(adam, x, 25);
        double[] expected = [0.5, -1.0, 2.0];
        for (int k = 0; k < 3; k++)
        {
            double m = 0, v = 0, top = 0;
            for (int i = 1; i <= 25; i++)
            {
                double g = Slope(expected[k]) + (decoupled ? 0 : decay * expected[k]);
                if (decoupled) expected[k] *= 1 - 0.05 * decay;
                m = 0.8 * m + 0.2 * g;
                v = 0.95 * v + 0.05 * g * g;
                top = Math.Max(top, v);
                double used = amsgrad ? top : v;
                expected[k] -= 0.05 * (m / (1 - Math.Pow(0.8, i))) / (Math.Sqrt(used / (1 - Math.Pow(0.95, i))) + 1e-6);
            }
        }
        Near(expected, x);
    }

    [Fact]
    public void GroupsHaveTheirOwnSettingsAndRatesCanChange()
    {
        using var scope = NewDisposeScope();
        var a = new Parameter(tensor(new[] { 1.0 }));
        var b = new Parameter(tensor(new[] { 1.0 }));
        using var sgd = optim.SGD([new SGD.ParamGroup([a], lr: 0.1), new SGD.ParamGroup([b], lr: 0.5)], 0.01);
        Assert.Equal([0.1, 0.5], sgd.ParamGroups.Select(g => g.LearningRate));
        (a * 2 + b * 2).sum().backward();
        sgd.step();
        Assert.Equal(0.8, a.item<double>(), 12);
        Assert.Equal(0.0, b.item<double>(), 12);
        sgd.ParamGroups.First().LearningRate = 0.2;
        sgd.step();
        Assert.Equal(0.4, a.item<double>(), 12);
        Assert.Equal(0.1, sgd.ParamGroups.First().InitialLearningRate);

        using var adam = optim.AdamW([new AdamW.ParamGroup([a], lr: 0.1, weight_decay: 0), new AdamW.ParamGroup([b], new AdamW.Options { LearningRate = 0.3 })], 0.01);
        Assert.Equal([0.1, 0.3], adam.ParamGroups.Select(g => g.LearningRate));
    }

    [Fact]
    public void ParametersWithoutAGradientStayWhereTheyAre()
    {
        using var scope = NewDisposeScope();
        var x = Start();
        var idle = Start();
        using var adam = optim.Adam([x, idle], 0.1);
        Optimise(adam, x, 3);
        Assert.Equal([0.5, -1.0, 2.0], idle.data<double>().ToArray());
        Assert.NotEqual(0.5, x[0].item<double>());
        Assert.Equal(2, adam.parameters().Count());
    }

    [Fact]
    public void GradientsAreClippedTogether()
    {
        using var scope = NewDisposeScope();
        var a = new Parameter(zeros(2, float64));
        var b = new Parameter(zeros(1, float64));
        var idle = new Parameter(zeros(1, float64));
        a.grad = tensor(new[] { 3.0, 0 });
        b.grad = tensor(new[] { 4.0 });
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b, idle], 10), 12);
        Check.Equal([3, 0], a.grad!);
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b, idle], 1), 12);
        Check.Equal([0.6, 0], a.grad!, 1e-5);
        Check.Equal([0.8], b.grad!, 1e-5);
        nn.utils.clip_grad_value_([a, b], 0.5);
        Check.Equal([0.5], b.grad!);
    }

    [Fact]
    public void MaximizeClimbs()
    {
        using var scope = NewDisposeScope();
        var x = new Parameter(tensor(new[] { 1.0 }));
        using var sgd = optim.SGD([x], 0.1, maximize: true);
        (x * 2).sum().backward();
        sgd.step();
        Assert.Equal(1.2, x.item<double>(), 12);
    }

    [Fact]
    public void StatesContinueWhereTheyWereSaved()
    {
        using var scope = NewDisposeScope();
        var through = Start();
        using var whole = optim.Adam([through], 0.05, amsgrad: true);
        Optimise(whole, through, 12);

        var first = Start();
        using var before = optim.Adam([first], 0.05, amsgrad: true);
        Optimise(before, first, 5);
        using var stream = new MemoryStream();
        var writer = new BinaryWriter(stream);
        before.save_state_dict(writer);
        writer.Flush();
        stream.Position = 0;
        var second = new Parameter(first.detach().clone());
        using var after = optim.Adam([second], 0.99, amsgrad: true); // every setting comes from the file
        after.load_state_dict(new BinaryReader(stream));
        Optimise(after, second, 7);
        Near(through.data<double>().ToArray(), second);

        var third = new Parameter(first.detach().clone());
        using var copy = optim.Adam([third], 0.99, amsgrad: true);
        copy.load_state_dict(before.state_dict());
        Optimise(copy, third, 7);
        Near(through.data<double>().ToArray(), third);
    }

    [Fact]
    public void ClosuresAreEvaluatedWithGradients()
    {
        using var scope = NewDisposeScope();
        var x = new Parameter(tensor(new[] { 1.0 }));
        using var sgd = optim.SGD([x], 0.1);
        using var loss = sgd.step(() =>
        {
            var l = (x * x).sum();
            l.backward();
            return l;
        });
        Assert.Equal(1, loss.item<double>());
        Assert.Equal(0.8, x.item<double>(), 12);
    }

    [Fact]
    public void LiveTensorsDoNotGrowOverFiftySteps()
    {
        using var outer = NewDisposeScope();
        var model = nn.Sequential(("a", nn.Conv2d(3, 8, 3, padding: 1)), ("n", nn.GroupNorm(2, 8)), ("s", nn.SiLU()),
            ("b", nn.Conv2d(8, 3, 3, padding: 1)));
        using var adam = optim.AdamW(model.parameters(), 1e-2);
        var target = rand(1, 3, 16, 16);
        var input = rand(1, 3, 16, 16);
        GC.Collect();
        GC.WaitForPendingFinalizers(); // what other tests left behind
        var counts = new List<long>();
        var losses = new List<float>();
        for (int i = 0; i < 50; i++)
        {
            using var scope = NewDisposeScope();
            adam.zero_grad();
            var loss = nn.functional.mse_loss(model.call(input), target);
            loss.backward();
            adam.step();
            losses.Add(loss.item<float>());
            scope.Dispose();
            counts.Add(Tensor.TotalCount);
        }
        Assert.Equal(counts[1], counts[^1]);
        Assert.True(losses[^1] < 0.5f * losses[0], $"{losses[0]} -> {losses[^1]}");
        model.Dispose();
    }
}
