using System.Runtime.InteropServices;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Torch.Tests;

public class RuntimeTests
{
    [Fact]
    public void AFailureCarriesTheOperatorsMessage()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<ExternalException>(() => ones(2, 3).matmul(ones(2, 3)));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", e.Message);
        Assert.Contains("size of tensor a (2) must match", Assert.Throws<ExternalException>(() => ones(2) + ones(3)).Message);
        Assert.Contains("Expected weight to be a vector",
            Assert.Throws<ExternalException>(() => nn.functional.group_norm(ones(1, 4, 2, 2), 2, ones(3))).Message);
        Assert.Equal([2L], (ones(2) + 1).shape); // and the engine goes on
    }

    [Fact]
    public void ThreadCountsAreKept()
    {
        int before = get_num_threads();
        try
        {
            set_num_threads(1);
            Assert.Equal(1, get_num_threads());
            set_num_threads(2);
            Assert.Equal(2, get_num_threads());
            Assert.ThrowsAny<Exception>(() => set_num_threads(0));
        }
        finally
        {
            set_num_threads(before);
        }
        Assert.True(get_num_interop_threads() > 0);
    }

    [Fact]
    public void DevicesParseAndPrint()
    {
        Assert.Equal((DeviceType.CUDA, 1), (new Device("cuda:1").type, new Device("cuda:1").index));
        Assert.Equal("cuda:1", new Device("cuda:1").ToString());
        Assert.Equal("cuda", new Device(DeviceType.CUDA).ToString());
        Assert.Equal("cpu", device("cpu").ToString());
        Device implicitly = "meta";
        Assert.Equal(DeviceType.META, implicitly.type);
        Assert.ThrowsAny<Exception>(() => new Device("toaster"));
        if (!cuda.is_available()) Assert.ThrowsAny<Exception>(() => zeros(1, device: new Device("cuda")));
        Assert.Equal(cuda.is_available(), cuda.device_count() > 0);
    }

    [Fact]
    public void DefaultsApplyWhereNothingIsSaid()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(float32, get_default_dtype());
        set_default_dtype(float64);
        try
        {
            Assert.Equal(float64, zeros(1).dtype);
            Assert.Equal(float64, nn.Linear(1, 1).weight.dtype);
        }
        finally
        {
            set_default_dtype(float32);
        }
        Assert.Equal(DeviceType.CPU, get_default_device().type);
    }

    [Fact]
    public void TheVersionIsLibtorchs() => Assert.Matches(@"^\d+\.\d+", __version__);

    [Fact]
    public void OperatorsRunOnSeveralThreadsAtOnce()
    {
        var results = new float[8];
        Parallel.For(0, 8, i =>
        {
            using var scope = NewDisposeScope();
            var x = full(100, (float)i, requires_grad: true);
            for (int k = 0; k < 50; k++)
            {
                using var step = NewDisposeScope();
                (x * x).sum().backward();
            }
            results[i] = x.grad!.mean().item<float>();
        });
        Assert.Equal(Enumerable.Range(0, 8).Select(i => 100f * i), results);
    }

    [Fact]
    public void TensorsDescribeThemselves()
    {
        using var scope = NewDisposeScope();
        Assert.Equal("[2x3], type = Float32, device = cpu", zeros(2, 3).ToString());
        Assert.Equal("[], type = Int64, device = cpu", tensor(1L).ToString());
        Assert.Contains("device = meta", zeros([1L], device: META).ToString());
    }

    [Fact]
    public void ScalarsKeepTheirType()
    {
        Scalar i = 3, d = 2.5, b = true, h = (Half)1.5;
        Assert.Equal((ScalarType.Int32, ScalarType.Float64, ScalarType.Bool, ScalarType.Float16), (i.Type, d.Type, b.Type, h.Type));
        Assert.Equal((3, 2.5, true, 1.5f), (i.ToInt32(), d.ToDouble(), b.ToBoolean(), h.ToSingle()));
        Assert.Equal(long.MinValue, ((Scalar)long.MinValue).ToInt64());
    }
}
