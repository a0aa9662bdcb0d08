using System.Diagnostics.CodeAnalysis;
using SvgDistill.Distill.Methods;

namespace SvgDistill.Distill.Pictures;

/// <summary>Edits of a picture by sampling.</summary>
public enum SamplerKind
{
    /// <summary>DDIM inversion under the source prompt, sampling under the target prompt.</summary>
    DdimSwap,
    /// <summary>SDEdit.</summary>
    SdEdit,
    /// <summary>Prompt-to-Prompt.</summary>
    PromptToPrompt,
    /// <summary>Plug-and-Play.</summary>
    PlugAndPlay,
    /// <summary>DreamSampler's image editing.</summary>
    DreamSampler,
    /// <summary>TurboEdit.</summary>
    TurboEdit,
    /// <summary>FlowEdit.</summary>
    FlowEdit,
}

/// <summary>How a picture is edited: by a sampler, or by a distillation method stepping its latents.</summary>
/// <param name="Sampler">The sampler; null where <paramref name="Distillation"/> holds.</param>
/// <param name="Distillation">The distillation method.</param>
public readonly record struct PictureMethod(SamplerKind? Sampler, MethodName Distillation = default)
{
    private static readonly (SamplerKind Kind, string Name)[] _samplers =
    [
        (SamplerKind.SdEdit, "sdedit"), (SamplerKind.DdimSwap, "ddim-swap"), (SamplerKind.PromptToPrompt, "p2p"),
        (SamplerKind.PlugAndPlay, "pnp"), (SamplerKind.DreamSampler, "dreamsampler"), (SamplerKind.TurboEdit, "turboedit"),
        (SamplerKind.FlowEdit, "flowedit"),
    ];

    /// <summary>SDEdit.</summary>
    public static PictureMethod SdEdit { get; } = new(SamplerKind.SdEdit);

    /// <summary>FlowEdit.</summary>
    public static PictureMethod FlowEdit { get; } = new(SamplerKind.FlowEdit);

    /// <summary>The distillation method that steps the latents; null for a sampler.</summary>
    public MethodName? Descent => Sampler is null ? Distillation : null;

    /// <summary>All names; <c>dreamsampler</c> is the sampler, not the generator's form.</summary>
    public static IEnumerable<string> Known => _samplers.Select(s => s.Name).Concat(MethodName.Known).Distinct();

    /// <summary>Reads a sampler's name, or a method's as <see cref="MethodName.TryParse"/> takes it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PictureMethod method)
    {
        var word = text?.Trim().ToLowerInvariant();
        foreach (var (kind, name) in _samplers)
        {
            if (name != word) continue;
            method = new(kind);
            return true;
        }
        var known = MethodName.TryParse(text, out var distillation);
        method = new(null, distillation);
        return known;
    }

    /// <summary>The canonical name.</summary>
    public override string ToString() => Sampler is { } kind ? _samplers.First(s => s.Kind == kind).Name : Distillation.ToString();
}
