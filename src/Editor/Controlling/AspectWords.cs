using SvgDistill.Distill.Editing.Control;

namespace SvgDistill.Editor.Controlling;

/// <summary>The words of <c>--lock</c>.</summary>
internal static class AspectWords
{
    /// <summary>Each aspect's word.</summary>
    public static IReadOnlyList<(string Word, Aspects Aspect)> All { get; } =
    [
        ("shape", Aspects.Shape), ("color", Aspects.Color), ("stroke", Aspects.Stroke), ("opacity", Aspects.Opacity), ("position", Aspects.Position),
    ];

    /// <summary>The aspects named among some words, and the words that name none.</summary>
    public static (Aspects Aspects, string[] Others) Split(IEnumerable<string> words)
    {
        var (aspects, others) = (Aspects.None, new List<string>());
        foreach (var word in words)
            if (All.FirstOrDefault(w => w.Word == word) is { Word: not null } known) aspects |= known.Aspect;
            else others.Add(word);
        return (aspects, [.. others]);
    }

    /// <summary>The words of some aspects.</summary>
    public static IEnumerable<string> Of(Aspects aspects) => All.Where(w => aspects.HasFlag(w.Aspect)).Select(w => w.Word);
}
