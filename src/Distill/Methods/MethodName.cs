using System.Diagnostics.CodeAnalysis;

namespace SvgDistill.Distill.Methods;

/// <summary>The methods, without layers.</summary>
public enum MethodKind
{
    /// <summary>Score distillation sampling.</summary>
    Sds,
    /// <summary>Delta denoising score.</summary>
    Dds,
    /// <summary>Contrastive denoising score.</summary>
    Cds,
    /// <summary>Posterior distillation sampling.</summary>
    Pds,
    /// <summary>Preserve identity with variational score distillation, Piva.</summary>
    Piva,
    /// <summary>DreamSampler on a differentiable generator.</summary>
    DreamSampler,
    /// <summary>Localized update score distillation.</summary>
    Lusd,
    /// <summary>Stable score distillation.</summary>
    Ssd,
    /// <summary>DreamCatalyst.</summary>
    DreamCatalyst,
    /// <summary>Score distillation as a bridge between image distributions.</summary>
    Bridge,
    /// <summary>Classifier score distillation.</summary>
    Csd,
    /// <summary>Noise-free score distillation.</summary>
    Nfsd,
    /// <summary>Delta rectified-flow sampling.</summary>
    Drfs,
}

/// <summary>A method's name as users write it: <c>sds</c>, <c>fpr+pds</c>, <c>ids</c>.</summary>
/// <param name="Kind">The method.</param>
/// <param name="OnRefinedNoise">Whether fixed-point regularisation lies over it.</param>
public readonly record struct MethodName(MethodKind Kind, bool OnRefinedNoise = false)
{
    /// <summary>DDS on refined noise.</summary>
    public static MethodName Ids { get; } = new(MethodKind.Dds, OnRefinedNoise: true);

    /// <summary>All names of single methods and <c>ids</c>, in the order of the papers.</summary>
    public static IEnumerable<string> Known =>
        Enum.GetValues<MethodKind>().Select(kind => new MethodName(kind).ToString()).Append("ids");

    /// <summary>Reads a name: a method, <c>ids</c> for <c>fpr+dds</c>, <c>fpr+METHOD</c> or <c>ids+METHOD</c> for FPR over one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MethodName name)
    {
        name = default;
        if (text is null) return false;
        var word = text.Trim().ToLowerInvariant();
        if (word == "ids")
        {
            name = Ids;
            return true;
        }
        var layered = word.StartsWith("fpr+", StringComparison.Ordinal) || word.StartsWith("ids+", StringComparison.Ordinal);
        if (layered) word = word["fpr+".Length..];
        foreach (var kind in Enum.GetValues<MethodKind>())
        {
            if (new MethodName(kind).ToString() != word) continue;
            name = new MethodName(kind, layered);
            return true;
        }
        return false;
    }

    /// <summary>Reads a name, or throws a sentence that lists the names there are.</summary>
    /// <exception cref="DistillException">There is no such method.</exception>
    public static MethodName Parse(string text) => TryParse(text, out var name) ? name
        : throw new DistillException(
            $"There is no method '{text}'. Methods: {string.Join(", ", Known)}; 'fpr+' before one puts fixed-point regularisation over it.");

    /// <summary>The canonical name; <c>ids</c> for DDS on refined noise.</summary>
    public override string ToString() => this == Ids ? "ids"
        : (OnRefinedNoise ? "fpr+" : "") + Kind switch
        {
            MethodKind.Sds => "sds",
            MethodKind.Dds => "dds",
            MethodKind.Cds => "cds",
            MethodKind.Pds => "pds",
            MethodKind.Piva => "piva",
            MethodKind.DreamSampler => "dreamsampler",
            MethodKind.Lusd => "lusd",
            MethodKind.Ssd => "ssd",
            MethodKind.DreamCatalyst => "dreamcatalyst",
            MethodKind.Bridge => "bridge",
            MethodKind.Csd => "csd",
            MethodKind.Nfsd => "nfsd",
            MethodKind.Drfs => "drfs",
            _ => throw new InvalidOperationException($"{Kind} has no name."),
        };
}
