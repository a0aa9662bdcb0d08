using System.Runtime.InteropServices;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Torch.Tests;

public class CreationTests
{
    [Fact]
    public void FillsHaveTheAskedShapeTypeAndValue()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([2L, 3], zeros(2, 3).shape);
        Assert.Equal(float32, zeros(2, 3).dtype);
        Assert.Equal([1f, 1, 1], ones(3).data<float>().ToArray());
        Assert.Equal([2.5, 2.5], full(2, 2.5, float64).data<double>().ToArray());
        Assert.Equal([1f, 0, 0, 1], eye(2).data<float>().ToArray());
        Assert.Equal([7L, 7], full_like(zeros(2, int64), 7).data<long>().ToArray());
        Assert.Equal(float16, zeros(4, dtype: float16).dtype);
        Assert.Equal([3L, 1], empty(3, 1).shape);
        Assert.Equal([2L, 2], zeros_like(ones(2, 2)).shape);
    }

    [Fact]
    public void RangesFollowTheirArguments()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([0L, 1, 2], arange(3).data<long>().ToArray());
        Assert.Equal([1L, 3, 5], arange(1, 7, 2).data<long>().ToArray());
        Assert.Equal([0f, 0.5f, 1f], arange(0, 1.5, 0.5).data<float>().ToArray());
        Assert.Equal(float32, arange(3, dtype: float32).dtype);
        Assert.Equal([0.0, 0.25, 0.5, 0.75, 1.0], linspace(0, 1, 5, float64).data<double>().ToArray());
    }

    [Fact]
    public void ArraysAreCopiedAndConverted()
    {
        using var scope = NewDisposeScope();
        var source = new[] { 1f, 2, 3, 4 };
        var t = tensor(source, dtype: float64);
        source[0] = 9;
        Assert.Equal([1.0, 2, 3, 4], t.data<double>().ToArray());
        Assert.Equal([2L, 2], tensor(new float[,] { { 1, 2 }, { 3, 4 } }).shape);
        Assert.Equal([2L, 2], tensor(source, [2, 2]).shape);
        Assert.Equal([1L, 0], tensor(new[] { true, false }).to(int64).data<long>().ToArray());
        Assert.Equal(3.5, tensor(3.5).item<double>());
        Assert.Equal(float64, tensor(3.5).dtype);
        Assert.Equal(float32, tensor(3.5f).dtype);
        Assert.Equal(int64, tensor(3L).dtype);
        Assert.Empty(tensor(3f).shape);
        Assert.Throws<ArgumentException>(() => tensor(source, [5, 2]));
    }

    [Fact]
    public void FromArrayAndFromBufferShareTheArraysMemory()
    {
        using var scope = NewDisposeScope();
        var source = new[] { 1f, 2, 3, 4 };
        var whole = from_array(source);
        var part = frombuffer(source, float32, count: 2, offset: 1);
        source[1] = 20;
        Assert.Equal([1f, 20, 3, 4], whole.data<float>().ToArray());
        Assert.Equal([20f, 3], part.data<float>().ToArray());
        part[0] = tensor(5f);
        Assert.Equal(5f, source[1]);
        Assert.Throws<ArgumentException>(() => frombuffer(source, float32, offset: 4));
    }

    [Fact]
    public void BytesReadAndWriteRawMemory()
    {
        using var scope = NewDisposeScope();
        var t = empty(2, 2, dtype: bfloat16);
        // bfloat16 of 1, -2, 0.5, 3: sign, 8 bits of exponent, 7 of fraction, little-endian
        byte[] raw = [0x80, 0x3F, 0x00, 0xC0, 0x00, 0x3F, 0x40, 0x40];
        t.bytes = raw;
        Assert.Equal([1f, -2, 0.5f, 3], t.to(float32).data<float>().ToArray());
        Assert.Equal(raw, t.bytes.ToArray());
        Assert.Throws<ArgumentException>(() => t.bytes = new byte[3]);
        Assert.Throws<InvalidOperationException>(() => t.t().bytes.Length);
    }

    [Fact]
    public void StreamsCarryRawMemory()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        arange(5, dtype: float64).WriteBytesToStream(stream);
        Assert.Equal(40, stream.Length);
        stream.Position = 0;
        var t = zeros(5, float64);
        t.ReadBytesFromStream(stream);
        Assert.Equal([0.0, 1, 2, 3, 4], t.data<double>().ToArray());
    }

    [Fact]
    public void MetaTensorsHaveShapesWithoutMemory()
    {
        using var scope = NewDisposeScope();
        var x = zeros([64L, 1024, 1024, 1024], device: META); // 256 GiB if it were real
        Assert.True(x.is_meta);
        Assert.Equal([64L, 1024, 1024, 320], x.matmul(empty([1024L, 320], device: META)).shape);
        Assert.Equal([64L, 1024], x.sum([2, 3]).shape);
        var layer = nn.Linear(1280, 320, device: META);
        Assert.Equal([7L, 320], layer.call(empty([7L, 1280], device: META)).shape);
    }

    [Fact]
    public void HalfTypesRoundToNearestEven()
    {
        using var scope = NewDisposeScope();
        float[] values = [1f, 1.00390625f, 1.01171875f, 65504f, 1e-8f, -3.14159265f, 1e30f];
        var b = tensor(values).to(bfloat16);
        Assert.Equal(values.Select(v => new TorchSharp.BFloat16(v).ToSingle()), b.to(float32).data<float>().ToArray());
        var h = tensor(values).to(float16);
        Assert.Equal(values.Select(v => (float)(Half)v), h.to(float32).data<float>().ToArray());
        Assert.Equal((Half)1.5f, tensor([(Half)1.5f]).data<Half>()[0]);
        Assert.Equal(1.5f, tensor([new TorchSharp.BFloat16(1.5f)]).data<TorchSharp.BFloat16>()[0].ToSingle());
        Assert.Equal(1.5f, tensor([(Half)1.5f]).ReadCpuFloat16(0));
    }

    [Fact]
    public void ImplicitAndExplicitConversionsAgree()
    {
        using var scope = NewDisposeScope();
        Tensor a = 2.5f;
        Tensor b = new[] { 1.0, 2.0 };
        Assert.Equal(2.5f, (float)a);
        Assert.Equal(2.5, a.ToDouble());
        Assert.Equal(float64, b.dtype);
        Assert.Equal(3, (int)tensor(3L));
        Assert.True((bool)tensor(true));
        Assert.Equal(4.0, ((Tensor)(TorchSharp.Scalar)4.0).item<double>());
    }

    [Fact]
    public void ReadingAsAnotherTypeIsRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => ones(2).data<double>());
        Assert.Throws<ArgumentException>(() => ones(2).item<float>());
        Assert.Throws<ExternalException>(() => zeros([1L], device: META).data<float>());
    }

    [Fact]
    public void AccessorsFollowStrides()
    {
        using var scope = NewDisposeScope();
        var t = arange(6, dtype: float32).reshape(2, 3).t();
        Assert.Equal([0f, 3, 1, 4, 2, 5], t.data<float>().ToArray());
        Assert.Equal(4f, t.data<float>()[1, 1]);
        Assert.Equal(4f, t.data<float>()[3]);
        Assert.Equal(5f, ((float[,])t.data<float>().ToNDArray())[2, 1]);
        Assert.Equal(15f, t.data<float>().Sum());
        t.data<float>()[2, 0] = 9;
        Assert.Equal(9f, t[2, 0].item<float>());
    }
}
