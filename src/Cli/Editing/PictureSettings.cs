using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;

namespace SvgDistill.Cli.Editing;

/// <summary>The numbers that an edit of a picture runs with.</summary>
internal static class PictureSettings
{
    /// <summary>
    /// The command line's, then the model's. A model's recommended steps are for descents; a sampler takes <c>--steps</c>, else its own.
    /// </summary>
    /// <exception cref="CliException">So many steps a sampler does not take.</exception>
    public static EditSettings Resolve(PictureMethod method, EditSettings commandLine, ModelDefaults model)
    {
        if (method.Sampler is null) return EditSettings.Resolve(method.Distillation, commandLine, model);
        if (commandLine.Steps is < 2 or > 1000) throw CliException.Usage($"--steps {commandLine.Steps}: {method} takes 2 to 1000 steps");
        return commandLine with { SamplerSteps = commandLine.Steps, Guidance = commandLine.Guidance ?? model.Guidance };
    }
}
