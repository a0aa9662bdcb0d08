using System.Diagnostics;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>What the samplers take.</summary>
public sealed record SamplerOptions
{
    /// <summary>Sampling steps, and as many again for an inversion.</summary>
    public int Steps { get; init; } = 50;
    /// <summary>w of e^w.</summary>
    public double Guidance { get; init; } = 7.5;
    /// <summary>How far up SDEdit noises the source and FlowEdit begins, of all timesteps.</summary>
    public double Strength { get; init; } = .7;

    internal static SamplerOptions From(SamplerKind kind, EditSettings s)
    {
        var own = kind switch
        {
            SamplerKind.TurboEdit => new SamplerOptions { Steps = TurboEdit.PaperSteps, Guidance = TurboEdit.PaperGuidance },
            SamplerKind.FlowEdit => new SamplerOptions { Strength = FlowEdit.DefaultStrength },
            _ => new(),
        };
        return own with { Steps = s.SamplerSteps ?? own.Steps, Guidance = s.Guidance ?? own.Guidance, Strength = s.Strength ?? own.Strength };
    }
}

/// <summary>A picture edited by a sampler.</summary>
internal sealed class SampledPicture(SamplerKind kind, PictureModel model, SamplerOptions options, ulong seed) : IPictureEdit
{
    public IReadOnlyList<object> Options => [options];

    public int Steps => kind switch
    {
        SamplerKind.SdEdit or SamplerKind.FlowEdit => SdEdit.StepsAt(options.Strength, options.Steps),
        SamplerKind.TurboEdit => options.Steps,
        _ => 2 * options.Steps - 1,
    };

    public PictureEditResult Run(Tensor image, Action<int>? onStep = null, EditState? resume = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (forwarded, clock) = (model.Denoiser.SamplesForwarded, Stopwatch.StartNew());
        IPictureSampler sampler = kind switch
        {
            SamplerKind.DdimSwap => new DdimSwap(),
            SamplerKind.SdEdit => new SdEdit(options.Strength),
            SamplerKind.FlowEdit => new FlowEdit(options.Strength),
            SamplerKind.PromptToPrompt => new PromptToPrompt(),
            SamplerKind.TurboEdit => new TurboEdit(options.Guidance),
            _ => new PlugAndPlay(),
        };
        var source = model.Encode(image);
        var z = sampler.Edit(new PictureEditRequest
        {
            SourceLatents = source, Prompts = model.Prompts, Denoiser = model.Denoiser,
            Steps = options.Steps, Guidance = options.Guidance, Seed = seed,
            OnCall = (done, _) => onStep?.Invoke(done), Cancellation = stop,
        });
        var edited = model.Decode(z);
        if (kind == SamplerKind.FlowEdit) edited = PictureDetail.Restore(image, edited, model.Decode(source));
        var picture = edited.clamp(0, 1).MoveToOuterDisposeScope();
        return new(picture, new EditResult(Steps, false, clock.Elapsed, model.Denoiser.SamplesForwarded - forwarded, 0));
    }

    public EditState? Save() => null;

    public void Dispose() { }
}
