using SvgDistill.Diffusion.Models;
using SvgDistill.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

/// <summary>A GPU's numbers are the CPU's. These need a build with SVGDISTILL_TORCH=cuda and an NVIDIA GPU.</summary>
[Trait("Category", "Cuda")]
public class CudaTests
{
    // cuDNN's and cuBLAS's fp32 convolutions and products may round their factors to TF32: 10 bits, 2^-11 of a value, through some fifty layers.
    private const double Tolerance = 5e-3;

    public static TheoryData<string> Models => ["tiny-sd15", "tiny-sd21"];

    [Theory, MemberData(nameof(Models))]
    public void TheUnetPredictsWhatItDoesOnTheCpu(string name) => Compare(name, "prediction", (model, device) =>
    {
        var shape = model.LatentShape(2);
        return model.Denoiser.PredictNoise(Ramp(shape).to(device), tensor([100L, 700L], device: device), model.EncodePrompts("an owl", "a monkey"));
    });

    [Theory, MemberData(nameof(Models))]
    public void TheEncoderEncodesAsOnTheCpu(string name) => Compare(name, "latents", (model, device) =>
        model.EncodeImage((Ramp([1, 3, model.ImageSize, model.ImageSize]) * .5 + .5).to(device)));

    [Theory, MemberData(nameof(Models))]
    public void TheDecoderDecodesAsOnTheCpu(string name) => Compare(name, "picture", (model, device) =>
        model.Decode(Ramp(model.LatentShape()).to(device)));

    private static void Compare(string name, string what, Func<DiffusionModel, Device, Tensor> compute)
    {
        Assert.SkipUnless(cuda.is_available(), "the engine in use finds no GPU: build with SVGDISTILL_TORCH=cuda on a machine with an NVIDIA GPU");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor On(Device device)
        {
            using var model = DiffusionModel.Open(TestPaths.Fixture(name), new ModelOptions { Device = device });
            return compute(model, device).to(CPU);
        }
        Reference.Close(On(CPU), On(CUDA), Tolerance, what);
    }

    // Values between -1 and 1 that no two places near each other share.
    private static Tensor Ramp(long[] shape) => (arange(shape.Aggregate(1L, (a, b) => a * b), ScalarType.Float32) * .7).sin().reshape(shape);
}
