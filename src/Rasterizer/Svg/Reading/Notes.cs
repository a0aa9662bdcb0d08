using System.Collections.Immutable;
using System.Globalization;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>What a drawing contains that is not drawn as the file means it: one sentence a kind.</summary>
internal sealed class Notes
{
    private readonly SortedDictionary<string, HashSet<int>> _elements = new(StringComparer.Ordinal);

    /// <summary>Notes an element; the sentence takes the number of elements as {0}.</summary>
    public void Add(string sentence, int order)
    {
        if (!_elements.TryGetValue(sentence, out var set)) _elements[sentence] = set = [];
        set.Add(order);
    }

    /// <summary>A text of the file within a sentence, which is a format: braces are none of its own.</summary>
    public static string Plain(string text) => text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    /// <summary>Takes over another document's notes for the element that draws it.</summary>
    public void AddAll(Notes other, int order)
    {
        foreach (var sentence in other._elements.Keys) Add(sentence, order);
    }

    public ImmutableArray<string> ToSentences() =>
        [.. _elements.Select(pair => string.Format(CultureInfo.InvariantCulture, pair.Key, pair.Value.Count == 1
            ? "1 element" : $"{pair.Value.Count} elements"))];
}
