using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Torch.Tests;

/// <summary>Autograd functions whose forward and backward are C#.</summary>
public class FunctionTests
{
    private sealed class Cube : autograd.SingleTensorFunction<Cube>
    {
        public override string Name => nameof(Cube);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            ctx.save_data("scale", vars[1]);
            return x * x * x * (double)vars[1];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var x = ctx.get_saved_variables()[0];
            return [grad_output * x * x * (3 * (double)ctx.get_data("scale")!), null!];
        }
    }

    /// <summary>Sum and product of two tensors.</summary>
    private sealed class SumAndProduct : autograd.MultiTensorFunction<SumAndProduct>
    {
        internal static bool SawZeros;

        public override string Name => nameof(SumAndProduct);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, y) = ((Tensor)vars[0], (Tensor)vars[1]);
            ctx.save_for_backward([x, y]);
            return [x + y, x * y];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            SawZeros = grad_outputs[1].abs().sum().item<double>() == 0;
            var saved = ctx.get_saved_variables();
            return [grad_outputs[0] + grad_outputs[1] * saved[1], grad_outputs[0] + grad_outputs[1] * saved[0]];
        }
    }

    /// <summary>exp, saving its own output.</summary>
    private sealed class Exponential : autograd.SingleTensorFunction<Exponential>
    {
        public override string Name => nameof(Exponential);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var y = ((Tensor)vars[0]).exp();
            ctx.save_for_backward([y]);
            return y;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            [grad_output * ctx.get_saved_variables()[0]];
    }

    private sealed class Failing : autograd.SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0] * 2;

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            throw new InvalidDataException("thrown in backward");
    }

    private sealed class WrongCount : autograd.SingleTensorFunction<WrongCount>
    {
        public override string Name => nameof(WrongCount);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0] * 2;

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [];
    }

    private sealed class DoubleInPlace : autograd.SingleTensorFunction<DoubleInPlace>
    {
        public override string Name => nameof(DoubleInPlace);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            x.mul_(2);
            ctx.mark_dirty([x]);
            return x;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output * 2];
    }

    [Fact]
    public void ForwardAndBackwardTakePartInTheGraph()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, -2, 3 }).requires_grad_();
        var y = Cube.apply(x * 2, 0.5);
        Assert.Equal([4.0, -32, 108], y.data<double>().ToArray());
        Assert.True(y.requires_grad);
        y.sum().backward();
        Assert.Equal([12.0, 48, 108], x.grad!.data<double>().ToArray()); // d(.5 (2x)^3) = 12 x^2
    }

    [Fact]
    public void BackwardIsItselfDifferentiable()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var first = autograd.grad([Cube.apply(x, 1.0)], [x], create_graph: true)[0];
        Assert.Equal(12, first.item<double>());
        Assert.Equal(12, autograd.grad([first], [x])[0].item<double>()); // 6 x
    }

    [Fact]
    public void WithoutGradientsNothingIsRecorded()
    {
        using var scope = NewDisposeScope();
        Assert.False(Cube.apply(tensor(2.0), 1.0).requires_grad);
        using (no_grad()) Assert.False(Cube.apply(tensor(2.0, requires_grad: true), 1.0).requires_grad);
    }

    [Fact]
    public void SeveralOutputsGetTheirGradientsAndUnusedOnesZeros()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0, requires_grad: true);
        var y = tensor(5.0, requires_grad: true);
        var both = SumAndProduct.apply(x, y);
        (both[0] * 2 + both[1]).backward();
        Assert.Equal(7, x.grad!.item<double>());
        Assert.Equal(5, y.grad!.item<double>());
        x.grad = null;
        SumAndProduct.apply(x, y)[0].backward();
        Assert.Equal(1, x.grad!.item<double>());
        Assert.True(SumAndProduct.SawZeros);
    }

    [Fact]
    public void AnInputWithoutGradientIsLeftAlone()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0, requires_grad: true);
        var constant = tensor(5.0);
        SumAndProduct.apply(x, constant)[1].backward();
        Assert.Equal(5, x.grad!.item<double>());
        Assert.Null(constant.grad);
    }

    [Fact]
    public void ASavedOutputDoesNotKeepTheGraphAlive()
    {
        using var scope = NewDisposeScope();
        var x = tensor(1.0, requires_grad: true);
        var y = Exponential.apply(x);
        y.backward();
        Assert.Equal(Math.E, x.grad!.item<double>(), 12);
    }

    [Fact]
    public void AChangedSavedTensorIsNoticed()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var inner = x * 1;
        var y = Cube.apply(inner, 1.0);
        using (no_grad()) inner.add_(1);
        Assert.ThrowsAny<Exception>(() => y.backward());
    }

    [Fact]
    public void InPlaceChangesAreRecorded()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0, requires_grad: true);
        var inner = x * 1;
        var y = DoubleInPlace.apply(inner);
        (y * y).backward();
        Assert.Equal(24, x.grad!.item<double>()); // d(2x)^2
    }

    [Fact]
    public void AnExceptionInBackwardReachesTheCaller()
    {
        using var scope = NewDisposeScope();
        var x = tensor(1.0, requires_grad: true);
        var y = Failing.apply(x);
        Assert.Contains("thrown in backward", Assert.ThrowsAny<Exception>(() => y.backward()).Message);
        Assert.Contains("incorrect number of gradients",
            Assert.ThrowsAny<Exception>(() => WrongCount.apply(x).backward()).Message);
        (x * 2).backward(); // the engine goes on
        Assert.Equal(2, x.grad!.item<double>());
    }

    [Fact]
    public void GraphsWithFunctionsDoNotLeak()
    {
        using var scope = NewDisposeScope();
        var x = rand([1000], requires_grad: true);
        long Run()
        {
            using (NewDisposeScope())
            {
                for (int i = 0; i < 20; i++) Cube.apply(x.to(float64), 1.0).sum().backward();
            }
            return Tensor.TotalCount;
        }
        GC.Collect();
        GC.WaitForPendingFinalizers(); // what other tests left behind
        long first = Run();
        Assert.Equal(first, Run());
    }
}
