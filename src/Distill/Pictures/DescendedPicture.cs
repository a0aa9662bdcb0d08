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
    private readonly PictureModel _model;
    private readonly ulong _seed;
    private readonly IDistillationMethod _method;
    private LatentTarget? _target;
    private EditLoop? _loop;
    private int _done;

    public DescendedPicture(MethodName name, PictureModel model, EditSettings settings, ulong seed)
    {
        (_model, _seed) = (model, seed);
        Steps = settings.Steps ?? EditSettings.Defaults.Steps!.Value;
        (_method, var options) = MethodCatalog.Create(name, settings, model.Control);
        Options = [.. options, new DescentOptions(Steps)];
    }

    public IReadOnlyList<object> Options { get; }

    public int Steps { get; }

    public PictureEditResult Run(Tensor image, Action<int>? onStep = null, EditState? resume = null, CancellationToken stop = default)
    {
        _target?.Dispose();
        _target = new LatentTarget(image, _model.Encode, _model.Decode, _method.LatentRate);
        _loop = new EditLoop(_target, _method, _model.Denoiser, _model.Prompts, new EditLoopOptions
        {
            Steps = Steps, Seed = _seed, Rates = null, OnStep = step => onStep?.Invoke(step.Step),
        });
        var outcome = _loop.Run(resume, stop);
        _done = outcome.Steps;
        using var noGrad = no_grad();
        return new(_target.Current.clamp(0, 1), outcome);
    }

    public EditState? Save() => _loop?.Save(_done);

    public void Dispose()
    {
        _target?.Dispose();
        _method.Dispose();
    }
}
