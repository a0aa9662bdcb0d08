using System.Diagnostics;
using SvgDistill.Distill.Editing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>A picture edited by DreamSampler: inverted, then brought down again toward the texts, each in its region.</summary>
internal sealed class DreamSampledPicture(
    PictureModel model, DreamSamplerEditOptions options, IReadOnlyList<MaskedPrompt> regions) : IPictureEdit
{
    public IReadOnlyList<object> Options => [options];

    public int Steps => 2 * options.Steps - 1;

    public PictureEditResult Run(Tensor image, Action<int>? onStep = null, EditState? resume = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (forwarded, clock) = (model.Denoiser.SamplesForwarded, Stopwatch.StartNew());
        var sampler = new DreamSamplerEdit(model.Denoiser, model.Prompts.Null, options);
        var inverted = sampler.Invert(model.Encode(image), onStep, stop);
        IReadOnlyList<MaskedPrompt> texts = regions.Count > 0 ? regions : [new MaskedPrompt(model.Prompts.Target)];
        var down = 0;
        var z = sampler.Edit(inverted, texts, done => onStep?.Invoke(options.Steps - 1 + (down = done)), stop);
        var picture = model.Decode(z).clamp(0, 1).MoveToOuterDisposeScope();
        return new(picture, new EditResult(options.Steps - 1 + down, down < options.Steps, clock.Elapsed,
            model.Denoiser.SamplesForwarded - forwarded, 0));
    }

    public EditState? Save() => null;

    public void Dispose() { }
}
