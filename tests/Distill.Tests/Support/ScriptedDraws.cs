using SvgDistill.Distill.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Support;

/// <summary>Draws that were written down beforehand: integers and noises in the order in which they are asked for.</summary>
internal sealed class ScriptedDraws(IEnumerable<int> integers, IEnumerable<Tensor> normals, IEnumerable<long[]>? orders = null) : IDraws
{
    private readonly Queue<int> _integers = new(integers);
    private readonly Queue<long[]> _orders = new(orders ?? []);
    private readonly Queue<Tensor> _normals = new(normals);

    public int Pick(int first, int end)
    {
        var value = _integers.Dequeue();
        Assert.InRange(value, first, end - 1);
        return value;
    }

    public double Uniform() => throw new InvalidOperationException("No uniform draw was scripted.");

    public long[] Positions(int count, int total)
    {
        var order = _orders.Dequeue();
        Assert.Equal(total, order.Length);
        return order[..count];
    }

    public Tensor Normal(Tensor like)
    {
        var noise = _normals.Dequeue();
        Assert.Equal(like.shape, noise.shape);
        return noise.clone();
    }
}
