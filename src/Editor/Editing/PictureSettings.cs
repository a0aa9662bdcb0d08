using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;

namespace SvgDistill.Editor.Editing;

/// <summary>The numbers that an edit of a picture runs with.</summary>
internal static class PictureSettings
{
    /// <summary>Steps that DreamSampler takes at most.</summary>
    public const int MostSteps = 500;

    /// <summary>
    /// The command line's, then the model's. A model's recommended steps are for descents; a sampler takes <c>--steps</c>, else its own.
    /// </summary>
    /// <exception cref="EditorException">So many steps a sampler does not take.</exception>
    public static EditSettings Resolve(PictureMethod method, EditSettings commandLine, ModelDefaults model)
    {
        if (method.Sampler is null) return EditSettings.Resolve(method.Distillation, commandLine, model);
        // DreamSampler's timesteps are whole multiples of 1000 / steps: above half of them it would not begin at the noisiest.
        var most = method.Sampler switch { SamplerKind.DreamSampler => MostSteps, SamplerKind.TurboEdit => 999, _ => 1000 };
        if (commandLine.Steps < 2 || commandLine.Steps > most)
            throw EditorException.Usage($"--steps {commandLine.Steps}: {method} takes 2 to {most} steps");
        return commandLine with { SamplerSteps = commandLine.Steps, Guidance = commandLine.Guidance ?? model.Guidance };
    }

    /// <summary>What <c>--via</c> takes; null where it is no name.</summary>
    public static PictureMethod? ParseVia(string text) => text.Equals("picture", StringComparison.OrdinalIgnoreCase) ? PictureMethod.FlowEdit
        : PictureMethod.TryParse(text, out var method) ? method : null;
}
