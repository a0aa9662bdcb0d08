using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Engine;

/// <summary>Which of the predictions that an edit compares LoRAs are in.</summary>
public enum LoraPlace
{
    /// <summary>The target's alone: source and null text are the base model's, so that what they change is part of the edit, as strong as guidance.</summary>
    Target,
    /// <summary>All: what they change in source and target alike cancels out.</summary>
    Both,
}

/// <summary>Where LoRAs can be.</summary>
internal static class LoraPlaces
{
    /// <summary>Where an edit has a model's LoRAs; null where the model has none.</summary>
    /// <param name="asked">What was asked; null: the target's prediction alone, where the method can do so.</param>
    /// <param name="model">The model.</param>
    /// <param name="method">The method, or the picture's edit.</param>
    /// <exception cref="EditorException">The method cannot do what was asked: it reads the network's attention while both pass through, or adapts it.</exception>
    public static LoraPlace? Of(LoraPlace? asked, DiffusionModel model, PictureMethod method)
    {
        if (!Has(model)) return null;
        var canPart = method.Descent is { } descent ? descent.Kind is not (MethodKind.Lusd or MethodKind.Piva) : method.Sampler is not (SamplerKind.PromptToPrompt or SamplerKind.PlugAndPlay);
        if (asked == LoraPlace.Target && !canPart)
            throw EditorException.Usage($"--lora-in target does not go with {method}, which sees source and target by one network");
        return asked ?? (canPart ? LoraPlace.Target : LoraPlace.Both);
    }

    /// <summary>Where a picture that is drawn from words has a model's LoRAs; null where the model has none.</summary>
    /// <param name="asked">What was asked; null: everywhere.</param>
    /// <param name="model">The model.</param>
    public static LoraPlace? OfDrawing(LoraPlace? asked, DiffusionModel model) => Has(model) ? asked ?? LoraPlace.Both : null;

    /// <summary>What encodes source and null text; null: what encodes the target.</summary>
    public static Func<string, Tensor>? BaseEncoder(LoraPlace? place, DiffusionModel model) =>
        place == LoraPlace.Target ? text => model.EncodePromptsByBase(text) : null;

    /// <summary>The denoiser of a run: with LoRAs in the target's prediction alone the base model answers for source and null text.</summary>
    /// <param name="place">Where they are.</param>
    /// <param name="predictor">The model's, or one that a ControlNet guides.</param>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="prompts">The run's, with source and null text by <see cref="BaseEncoder"/>.</param>
    public static Denoiser Denoiser(LoraPlace? place, NoisePredictor predictor, NoiseSchedule schedule, Prompts prompts)
    {
        if (place != LoraPlace.Target) return new(predictor, schedule);
        var denoiser = new Denoiser(predictor, schedule, predictor.Base());
        denoiser.AskBase(prompts.Source, prompts.Null);
        return denoiser;
    }

    /// <summary>As the command line and records spell it.</summary>
    public static string Name(LoraPlace place) => place == LoraPlace.Target ? "target" : "both";

    private static bool Has(DiffusionModel model) => model.Adapters.Any(a => a.Kind == AdapterKind.Lora && a.Scale != 0);
}
