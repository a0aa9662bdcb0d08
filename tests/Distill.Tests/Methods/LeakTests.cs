using SvgDistill.Diffusion.Clip;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Tests;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Methods;

/// <summary>Alone while they run: they count the process's tensors.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
[Collection(nameof(LeakTests))]
[Trait("Category", "Methods")]
public class LeakTests
{
    public static TheoryData<string> Names => [.. MethodName.Known, "fpr+pds"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_leave_no_tensors_behind(string name) => RunsFlat(name, 20);

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Category", "Slow")]
    public void Two_hundred_steps_leave_no_tensors_behind(string name) => RunsFlat(name, 200);

    [Fact]
    public void Clip_guidance_leaves_no_tensors_behind()
    {
        using var clip = ClipModel.Open(TestPaths.Fixture("tiny-clip"));
        using var guidance = new ClipGuidance(clip, "an owl", "a pear", ClipGuidanceOptions.Of(1), 1);
        using var picture = rand([1, 3, 448, 448]);
        Run(3);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        Run(10);
        Assert.Equal(before, Tensor.TotalCount);

        void Run(int steps)
        {
            for (var i = 0; i < steps; i++) guidance.Gradient(picture, i / 10.0).Dispose();
        }
    }

    private static void RunsFlat(string name, int count)
    {
        var (method, _) = MethodCatalog.Create(MethodName.Parse(name), new EditSettings());
        using var owned = method;
        using var prompts = TinyModel.Prompts();
        using var source = new StepRandom(11, 0).Normal(zeros(1, 4, 16, 16));
        using var current = new StepRandom(12, 0).Normal(source);
        var denoiser = TinyModel.Denoiser();
        Run(5);
        // What other tests dropped without disposing is finalized now, not between the two counts.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        Run(count);
        Assert.Equal(before, Tensor.TotalCount);

        void Run(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                using var g = method.Gradient(new DistillationStep
                {
                    Index = i,
                    Count = steps,
                    SourceLatents = source,
                    Latents = current,
                    Prompts = prompts,
                    Denoiser = denoiser,
                    Draws = new StepRandom(3, i),
                });
            }
        }
    }
}
