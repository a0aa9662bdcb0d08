using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>What a descent takes besides its method's numbers.</summary>
/// <param name="Steps">Steps.</param>
public sealed record DescentOptions(int Steps);

/// <summary>A picture whose latents a distillation method moves by plain gradient steps (<see cref="LatentTarget"/>).</summary>
internal sealed class DescendedPicture : IPictureEdit
{
    private readonly PictureModel model;
    private readonly ulong seed;
    private readonly IDistillationMethod method;
    private LatentTarget? target;
    private EditLoop? loop;
    private int done;

    public DescendedPicture(MethodName name, PictureModel model, EditSettings settings, ulong seed)
    {
        (this.model, this.seed) = (model, seed);
        Steps = settings.Steps ?? EditSettings.Defaults.Steps!.Value;
        (method, var options) = MethodCatalog.Create(name, settings, model.Control);
        Options = [.. options, new DescentOptions(Steps)];
    }

    public IReadOnlyList<object> Options { get; }

    public int Steps { get; }

    public PictureEditResult Run(Tensor image, Action<int>? onStep = null, EditState? resume = null, CancellationToken stop = default)
    {
        target?.Dispose();
        target = new LatentTarget(image, model.Encode, model.Decode, method.LatentRate);
        loop = new EditLoop(target, method, model.Denoiser, model.Prompts, new EditLoopOptions
        {
            Steps = Steps, Seed = seed, Rates = null, OnStep = step => onStep?.Invoke(step.Step),
        });
        var outcome = loop.Run(resume, stop);
        done = outcome.Steps;
        using var noGrad = no_grad();
        return new(target.Current.clamp(0, 1), outcome);
    }

    public EditState? Save() => loop?.Save(done);

    public void Dispose()
    {
        target?.Dispose();
        method.Dispose();
    }
}
