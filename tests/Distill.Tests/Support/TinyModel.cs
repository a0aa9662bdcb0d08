using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Distill.Methods;
using SvgDistill.Tests;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Support;

/// <summary>
/// The small model that the reference numbers were made with, and its prompts. Test classes that use it are one collection
/// of that name: hooks are attached to the network itself.
/// </summary>
internal static class TinyModel
{
    private static readonly Lazy<DiffusionModel> _model = new(() => DiffusionModel.Open(TestPaths.Fixture("tiny-sd15")));

    internal static DiffusionModel Model => _model.Value;

    internal static Denoiser Denoiser() => new(Model.Denoiser, Model.Schedule);

    internal static Prompts Prompts(string source = "an owl", string target = "a monkey", string negative = "") =>
        Distill.Methods.Prompts.For(Model, source, target, negative);

    /// <summary>A step with scripted draws.</summary>
    internal static DistillationStep Step(Denoiser denoiser, Prompts prompts, Tensor source, Tensor current,
        IEnumerable<int> integers, IEnumerable<Tensor> normals, IEnumerable<long[]>? orders = null) => new()
        {
            Index = 0,
            Count = 1,
            SourceLatents = source,
            Latents = current,
            Prompts = prompts,
            Denoiser = denoiser,
            Draws = new ScriptedDraws(integers, normals, orders),
        };

    /// <summary>A fixture file's tensors, loaded when they are asked for.</summary>
    internal static SafetensorsFile Fixture(string name) => new(TestPaths.Fixture(name));
}
