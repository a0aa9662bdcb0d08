using SvgDistill.Distill.Editing.Control;

namespace SvgDistill.Editor.Controlling;

/// <summary>What a result that is cut or printed has to be.</summary>
public sealed record MakerRequest
{
    /// <summary>Nothing is asked.</summary>
    public static MakerRequest None { get; } = new();

    /// <summary>CSS pixels a unit (CSS Values and Units Level 4, section 6.2).</summary>
    public static IReadOnlyDictionary<string, double> Pixels { get; } =
        new Dictionary<string, double> { ["mm"] = 96 / 25.4, ["cm"] = 96 / 2.54, ["in"] = 96, ["pt"] = 96 / 72.0, ["px"] = 1 };

    /// <summary>The unit of <see cref="MinFeature"/>: one of <see cref="Pixels"/>.</summary>
    public string Units { get; init; } = "mm";
    /// <summary>The least width that the tool makes, above 0; what is narrower is noted and recorded (<c>thin_features</c>). Null where nothing is looked for.</summary>
    public double? MinFeature { get; init; }
    /// <summary>Whether strokes below it that may move are widened.</summary>
    public bool Widen { get; init; }
    /// <summary>Whether the elements of each colour are put in a layer, where that leaves the picture as it is.</summary>
    public bool SeparateColors { get; init; }

    /// <summary>The least width in CSS pixels.</summary>
    internal double Least => (MinFeature ?? 0) * Pixels[Units];

    /// <summary>A sentence on what is narrower; null where nothing is.</summary>
    internal string? Note(IReadOnlyList<ThinFeature> features)
    {
        const int Named = 3;
        if (features.Count == 0) return null;
        var names = features.Take(Named).Select(f => FormattableString.Invariant(
            $"{Name(f)} ({(f.IsStroke ? "stroke" : "fill")}, {f.Width / Pixels[Units]:0.###} {Units})"));
        var held = features.Any(f => f.IsStroke) ? Widen ? "; strokes that may not change stay" : "; --widen widens strokes" : "";
        return FormattableString.Invariant($"{features.Count} {(features.Count == 1 ? "feature is" : "features are")} below {MinFeature} {Units}: {string.Join(", ", names)}")
            + (features.Count > Named ? " and others, listed in the record" : "") + held;
    }

    /// <summary>Refuses what does not go together.</summary>
    /// <exception cref="EditorException">Something does not.</exception>
    internal void Check()
    {
        if (!Pixels.ContainsKey(Units)) throw EditorException.Usage($"{nameof(Units)} takes one of {string.Join(", ", Pixels.Keys)}, not '{Units}'");
        if (MinFeature is { } least && !(least > 0 && double.IsFinite(least))) throw EditorException.Usage(FormattableString.Invariant($"{nameof(MinFeature)} takes a number above 0, not {least}"));
        if (Widen && MinFeature is null) throw EditorException.Usage($"{nameof(Widen)} needs {nameof(MinFeature)}: how wide?");
    }

    private static string Name(ThinFeature feature) => feature.Element is not { } e ? "a shape"
        : e.Id is { Length: > 0 } id ? $"<{e.TagName} id=\"{id}\">" : $"<{e.TagName}> in line {e.Line}";
}
