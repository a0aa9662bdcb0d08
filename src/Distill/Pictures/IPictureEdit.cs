using SvgDistill.Diffusion.Adapters;
using SvgDistill.Distill.Editing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>A model as an edit of a picture uses it.</summary>
/// <param name="Denoiser">The network and its schedule.</param>
/// <param name="Prompts">The texts.</param>
/// <param name="Encode">A picture [1,3,H,W], 0..1, to latents; differentiable.</param>
/// <param name="Decode">Latents to a picture, about 0..1; differentiable.</param>
/// <param name="Control">A ControlNet for a method that guides denoisers of its own with it (Piva); null for none.</param>
public sealed record PictureModel(
    Methods.Denoiser Denoiser, Methods.Prompts Prompts, Func<Tensor, Tensor> Encode, Func<Tensor, Tensor> Decode, ControlCondition? Control = null);

/// <summary>An edit of one picture, ready to run.</summary>
public interface IPictureEdit : IDisposable
{
    /// <summary>What it runs with, for records.</summary>
    IReadOnlyList<object> Options { get; }

    /// <summary>Network calls of a sampler, steps of a descent.</summary>
    int Steps { get; }

    /// <summary>Edits a picture.</summary>
    /// <param name="image">[1,3,H,W], 0..1.</param>
    /// <param name="onStep">Told the steps done.</param>
    /// <param name="resume">Where a stopped run goes on; null to begin.</param>
    /// <param name="stop">Stops between two steps.</param>
    /// <exception cref="OperationCanceledException">It was stopped and has nothing to show.</exception>
    PictureEditResult Run(Tensor image, Action<int>? onStep = null, EditState? resume = null, CancellationToken stop = default);

    /// <summary>The state that a stopped run goes on from; null where it cannot. The caller disposes it.</summary>
    EditState? Save();
}

/// <summary>What an edit of a picture gave.</summary>
/// <param name="Picture">[1,3,H,W], 0..1, fresh.</param>
/// <param name="Outcome">How it ended and what it took.</param>
public readonly record struct PictureEditResult(Tensor Picture, EditResult Outcome);

/// <summary>Makes edits from names and settings.</summary>
public static class PictureEditCatalog
{
    /// <summary>The edit; the caller disposes it. Model, texts and masks stay the caller's.</summary>
    /// <param name="method">Which.</param>
    /// <param name="model">With what.</param>
    /// <param name="settings">Its numbers; where they are silent, the method's own hold.</param>
    /// <param name="seed">The seed of its random numbers.</param>
    /// <param name="regions">For DreamSampler, texts that hold in a part of the picture; empty for the target prompt everywhere.</param>
    /// <exception cref="DistillException">Regions for a method that takes none.</exception>
    public static IPictureEdit Create(
        PictureMethod method, PictureModel model, Methods.EditSettings settings, ulong seed, IReadOnlyList<MaskedPrompt>? regions = null)
    {
        if (regions is { Count: > 0 } && method.Sampler != SamplerKind.DreamSampler)
            throw new DistillException($"Regions with texts of their own are for dreamsampler; {method} edits the whole picture.");
        return method.Sampler switch
        {
            null => new DescendedPicture(method.Distillation, model, settings, seed),
            SamplerKind.DreamSampler => new DreamSampledPicture(model, DreamSamplerEditOptions.From(settings), regions ?? []),
            { } sampler => new SampledPicture(sampler, model, SamplerOptions.From(sampler, settings), seed),
        };
    }
}
