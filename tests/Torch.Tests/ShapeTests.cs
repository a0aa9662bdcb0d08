using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Torch.Tests;

public class ShapeTests
{
    private static Tensor Range(params long[] shape) =>
        arange(shape.Aggregate(1L, (a, b) => a * b), dtype: float64).reshape(shape);

    [Fact]
    public void ViewsShareMemoryAndCopiesDoNot()
    {
        using var scope = NewDisposeScope();
        var x = Range(2, 3);
        x.view(3, 2)[0, 0] = tensor(9.0);
        x.t()[1, 0] = tensor(8.0);
        x.contiguous().narrow(0, 1, 1).zero_();
        Check.Equal([2, 3], [9, 8, 2, 0, 0, 0], x);
        x.clone().zero_();
        Check.Equal([2, 3], [9, 8, 2, 0, 0, 0], x);
    }

    [Fact]
    public void ShapesChangeAsAsked()
    {
        using var scope = NewDisposeScope();
        var x = Range(2, 3, 4);
        Assert.Equal([2L, 3, 4], x.shape);
        Assert.Equal((24, 3, 4, 3), (x.numel(), x.ndim, x.size(-1), x.size(1)));
        Assert.Equal([12L, 4, 1], x.stride());
        Assert.Equal([6L, 4], x.reshape(-1, 4).shape);
        Assert.Equal([24L], x.flatten().shape);
        Assert.Equal([2L, 12], x.flatten(1).shape);
        Assert.Equal([2L, 3, 2, 2], x.unflatten(2, 2, -1).shape);
        Assert.Equal([4L, 2, 3], x.permute(2, 0, 1).shape);
        Assert.False(x.permute(2, 0, 1).is_contiguous());
        Assert.Equal(x.permute(2, 0, 1).contiguous().data<double>().ToArray(), x.permute(2, 0, 1).data<double>().ToArray());
        Assert.Equal([3L, 2, 4], x.transpose(0, 1).shape);
        Assert.Equal([1L, 2, 3, 4], x.unsqueeze(0).shape);
        Assert.Equal([2L, 3, 4], x.unsqueeze(0).squeeze().shape);
        Assert.Equal([2L, 3, 4], x.unsqueeze(1).squeeze(1).shape);
        Assert.Equal([5L, 2, 3, 4], x.expand(5, -1, -1, -1).shape);
        Assert.Equal([2L, 3, 4], ones(1, 3, 1).expand_as(x).shape);
        Assert.Equal([4L, 3, 4], x.repeat(2, 1, 1).shape);
        Assert.Equal([3L, 4, 2], x.movedim([0], [2]).shape);
        Assert.Equal([2L, 3, 4], x.view_as(x).shape);
        Assert.Equal([2L, 4, 3], x.mT.shape);
        Assert.Contains("shape '[5]' is invalid", Assert.ThrowsAny<Exception>(() => x.view(5)).Message);
    }

    [Fact]
    public void PartsAreTakenAndJoined()
    {
        using var scope = NewDisposeScope();
        var x = Range(2, 4);
        Check.Equal([2, 2], [1, 2, 5, 6], x.narrow(1, 1, 2));
        Check.Equal([4, 5, 6, 7], x.select(0, 1));
        Check.Equal([2, 2], [0, 2, 4, 6], x.slice(1, 0, 4, 2));
        Assert.Equal([[0.0, 4], [1, 5], [2, 6], [3, 7]], x.unbind(1).Select(t => t.data<double>().ToArray()));
        Assert.Equal([1L, 3], x.split([1, 3], 1).Select(t => t.size(1)));
        Assert.Equal([3L, 1], x.split(3, 1).Select(t => t.size(1)));
        Assert.Equal([2L, 2], x.chunk(2, 1).Select(t => t.size(1)));
        Assert.True(cat(x.split([1, 3], 1), 1).Equals(x));
        Assert.True(cat((IList<Tensor>)x.chunk(2), 0).Equals(x));
        Check.Equal([2, 2, 4], [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7], stack([x, x]));
        Check.Equal([2, 4, 2], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7], stack([x, x], -1));
        Assert.Equal([4L, 4], vstack([x, x]).shape);
        Assert.Equal([2L, 8], hstack([x, x]).shape);
        var grid = meshgrid([arange(2), arange(3)], "ij");
        Check.Equal([2, 3], [0, 0, 0, 1, 1, 1], grid[0]);
        Check.Equal([2, 3], [0, 1, 2, 0, 1, 2], grid[1]);
    }

    [Fact]
    public void ElementsMoveAround()
    {
        using var scope = NewDisposeScope();
        var x = Range(2, 3);
        Check.Equal([2, 3], [5, 4, 3, 2, 1, 0], x.flip(0, 1));
        Check.Equal([2, 3], [2, 0, 1, 5, 3, 4], x.roll([1], [1]));
        Check.Equal([2, 3], [2, 0, 1, 5, 3, 4], x.roll(1, 1));
        Check.Equal([2, 3], [5, 0, 1, 2, 3, 4], x.roll(1));
        Check.Equal([2, 6], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5], x.repeat_interleave(2, 1));
        Check.Equal([0, 0, 0, 1], arange(2).repeat_interleave(tensor(new long[] { 3, 1 })));
        Check.Equal([2, 3], [0, 0, 0, 3, 4, 0], x.tril());
        Check.Equal([2, 3], [0, 1, 2, 0, 4, 5], x.triu());
        Check.Equal([2, 3], [0, 0, 2, 0, 0, 0], x.triu(2));
        Check.Equal([0, 4], x.diagonal());
        Check.Equal([2, 2], [1, 0, 0, 2], tensor(new[] { 1.0, 2 }).diag());
        Check.Equal([3, 2], [2, 5, 1, 4, 0, 3], x.rot90());
        Check.Equal([2, 2, 2], [0, 1, 1, 2, 3, 4, 4, 5], x.unfold(1, 2, 1));
    }

    [Fact]
    public void IndexingFollowsItsExpression()
    {
        using var scope = NewDisposeScope();
        var x = Range(2, 3, 4);
        Check.Equal(23, x[1, 2, 3]);
        Check.Equal([20, 21, 22, 23], x[1, 2]);
        Check.Equal([20, 21, 22, 23], x[^1, ^1]);
        Check.Equal([2, 2], [1, 2, 13, 14], x[.., 0, 1..3]);
        Check.Equal([2, 3], [3, 7, 11, 15, 19, 23], x[TensorIndex.Ellipsis, 3]);
        Check.Equal([2, 3], [3, 7, 11, 15, 19, 23], x[TensorIndex.Colon, TensorIndex.Colon, -1]);
        Check.Equal([4], [0, 1, 2, 3], x[0, 0, TensorIndex.Slice()]);
        Check.Equal([2], [0, 2], x[0, 0, TensorIndex.Slice(0, 4, 2)]);
        Assert.Equal([1L, 2, 1, 3, 4], x[TensorIndex.None, .., TensorIndex.Null].shape);
        Check.Equal([2, 4], [20, 21, 22, 23, 0, 1, 2, 3], x[tensor(new long[] { 1, 0 }), tensor(new long[] { 2, 0 })]);
        Check.Equal([2, 2], [2, 0, 14, 12], x[.., 0, TensorIndex.Tensor(tensor(new long[] { 2, 0 }))]);
        Check.Equal([4], [5, 9, 17, 21], x[.., 1.., 1].flatten());
        Check.Equal([2], [22, 23], x[x > 21]);
        var mask = tensor(new bool[,] { { true, false, false }, { false, false, true } });
        Check.Equal([2, 2], [1, 2, 21, 22], x[TensorIndex.Tensor(mask), 1..3]);
        Check.Equal([2], [3, 20], x[mask, tensor(new long[] { 3, 0 })]);
        Assert.Throws<ArgumentException>(() => x[0, 0, 0, 0]);
        Assert.Contains("out of range", Assert.ThrowsAny<Exception>(() => x[5]).Message);
    }

    [Fact]
    public void AssignmentChangesOnlyWhatIsNamed()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 3, float64);
        x[0, 1] = tensor(1.0);
        x[1] = tensor(new[] { 2.0, 3, 4 });
        x[.., 2..] = tensor(9.0);
        Check.Equal([2, 3], [0, 1, 9, 2, 3, 9], x);
        x[x > 5] = tensor(-1.0);
        x[tensor(new long[] { 0 }), tensor(new long[] { 0 })] = tensor(7.0);
        Check.Equal([2, 3], [7, 1, -1, 2, 3, -1], x);
        x.index_put_(5, TensorIndex.Colon, 1);
        x.index_put_(tensor(new[] { 1.0, 1 }), [tensor(new long[] { 0, 0 }), tensor(new long[] { 0, 0 })], accumulate: true);
        Check.Equal([2, 3], [9, 5, -1, 2, 5, -1], x);
    }

    [Fact]
    public void IndexedReadsAndWrites()
    {
        using var scope = NewDisposeScope();
        var x = Range(2, 3);
        var index = tensor(new long[] { 2, 0 });
        Check.Equal([2, 2], [2, 0, 5, 3], x.index_select(1, index));
        Check.Equal([2, 3], [10, 1, 22, 13, 4, 25], x.index_add(1, index, tensor(new double[,] { { 10, 5 }, { 10, 5 } }), 2));
        Check.Equal([2, 3], [5, 1, 10, 5, 4, 10], x.clone().index_copy_(1, index, tensor(new double[,] { { 10, 5 }, { 10, 5 } })));
        Check.Equal([2, 3], [7, 1, 7, 7, 4, 7], x.index_fill(1, index, 7));
        Check.Equal([2, 1], [2, 3], x.gather(1, tensor(new long[,] { { 2 }, { 0 } })));
        Check.Equal([2, 3], [0, 1, -1, -1, 4, 5], x.scatter(1, tensor(new long[,] { { 2 }, { 0 } }), tensor(new double[,] { { -1 }, { -1 } })));
        Check.Equal([3], [2, 0, 7], zeros(3, float64).scatter_add_(0, tensor(new long[] { 2, 0, 2 }), tensor(new[] { 3.0, 2, 4 })));
        Check.Equal([3, 5], x.masked_select((x == 3) | (x == 5)));
        Check.Equal([2, 3], [0, 1, 2, 9, 9, 9], x.masked_fill(x > 2, 9));
        Check.Equal([2, 2], [0, 2, 1, 0], tensor(new long[,] { { 0, 0, 4 }, { 1, 0, 0 } }).nonzero());
        Check.Equal([3, 0], x.take(tensor(new long[] { 3, 0 })));
        Check.Equal([2, 3], [0, 9, 2, 3, 9, 5], x.select_scatter(tensor(new[] { 9.0, 9 }), 1, 1));
        Check.Equal([2, 3], [0, 1, 2, 7, 7, 7], x.slice_scatter(full(1, 3, 7, float64), 0, 1));
    }

    [Fact]
    public void ConversionsKeepOrConvertAsAsked()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.9, -1.9, 300 });
        Check.Equal([1, -1, 300], x.to(int64));
        Check.Equal([1, -1, 300], x.@int());
        Assert.Equal(float16, x.half().dtype);
        Assert.Equal(uint8, x.@byte().dtype);
        Assert.Equal(int8, x.@char().dtype);
        Assert.True(x.to(float64).Equals(x));
        x.to(float64, copy: true).zero_();
        Assert.Equal(1.9, x[0].item<double>());
        Assert.Equal(float32, x.type_as(ones(1)).dtype);
        Assert.Equal(DeviceType.CPU, x.to("cpu").device_type);
        Assert.Equal("cpu", x.device.ToString());
        var moved = x.clone();
        var gone = moved.to(float32, disposeAfter: true);
        Assert.True(moved.IsInvalid);
        Assert.Equal(float32, gone.dtype);
        Assert.Equal((8, 2), (float64.ElementSize(), bfloat16.ElementSize()));
        Assert.Equal(float64, zeros(1).new_zeros(3, float64).dtype);
        Assert.Equal(float64, x.new_full(2, 2, 5).dtype);
    }

    [Fact]
    public void SizesCompareByValue()
    {
        Size a = (2, 3), b = new long[] { 2, 3 };
        Assert.True(a == b);
        Assert.Equal(6, a.numel());
        Assert.Equal(3, a[1]);
        Assert.True(Size.Empty.IsScalar);
    }
}
