using System.Globalization;
using System.Text;

namespace SvgDistill.Rasterizer.Svg.Xml;

/// <summary>Replacements of values and insertions of attributes, gathered and then made at once.</summary>
internal sealed class SourceEdits
{
    private readonly Dictionary<SourceText, List<(int Start, int Length, string Text)>> _replacements = [];
    private readonly List<(int Start, int Length, string Text)> _others = [];
    private readonly List<(int Start, int End)> _gone = [];
    private readonly HashSet<SvgAttribute> _removed = new(ReferenceEqualityComparer.Instance);

    private readonly HashSet<SvgElement> _renamed = new(ReferenceEqualityComparer.Instance);

    public int Count => _replacements.Count + _others.Count + _gone.Count;

    /// <summary>Replaces a part of a value.</summary>
    public void Replace(SourceSpan span, string text)
    {
        if (!span.Text.IsEditable)
            throw new InvalidOperationException("The value stands in an entity and has no place of its own.");
        if (!_replacements.TryGetValue(span.Text, out var list)) _replacements[span.Text] = list = [];
        list.Add((span.Start, span.Length, text));
    }

    /// <summary>Adds an attribute that the element does not have.</summary>
    public void Insert(SvgElement element, string name, string value) =>
        _others.Add((element.InsertAt, 0, $" {name}=\"{Escape(value, '"')}\""));

    /// <summary>Adds markup as the last thing that an element holds; one written without an end tag gets one.</summary>
    public void Append(SvgElement element, string markup, string text)
    {
        if (element.EndTag >= 0) _others.Add((element.EndTag, 0, markup));
        else
        {
            var slash = text.IndexOf('/', element.InsertAt);
            var name = element.Prefix.Length == 0 ? element.LocalName : $"{element.Prefix}:{element.LocalName}";
            _others.Add((slash, 2, $">{markup}</{name}>"));
        }
    }

    /// <summary>Puts markup between two characters of the text.</summary>
    public void Insert(int position, string markup) => _others.Add((position, 0, markup));

    /// <summary>Removes an attribute with the white space before it; several may ask for it.</summary>
    public void Remove(SvgAttribute attribute, string text)
    {
        if (!_removed.Add(attribute)) return;
        var start = attribute.Start;
        while (start > 0 && XmlInput.IsSpace(text[start - 1])) start--;
        _others.Add((start, attribute.Value.Start + attribute.Value.RawLength + 1 - start, ""));
    }

    /// <summary>Removes an element with what is in it, and the white space before it.</summary>
    public void Remove(SvgElement element, string text)
    {
        var (start, end) = (element.Start, text.IndexOf('>', element.EndTag >= 0 ? element.EndTag : element.InsertAt) + 1);
        while (start > 0 && XmlInput.IsSpace(text[start - 1])) start--;
        _gone.Add((start, end));
    }

    /// <summary>Puts markup in an element's place.</summary>
    public void Replace(SvgElement element, string markup, string text)
    {
        var end = text.IndexOf('>', element.EndTag) + 1;
        _others.Add((element.Start, end - element.Start, markup));
    }

    /// <summary>Gives an element another local name; false where it has been given one before.</summary>
    public bool Rename(SvgElement element, string localName)
    {
        if (!_renamed.Add(element)) return false;
        var prefix = element.Prefix.Length == 0 ? 0 : element.Prefix.Length + 1;
        _others.Add((element.Start + 1 + prefix, element.LocalName.Length, localName));
        if (element.EndTag >= 0) _others.Add((element.EndTag + 2 + prefix, element.LocalName.Length, localName));
        return true;
    }

    /// <summary>The text with every edit made.</summary>
    public string Apply(string text)
    {
        var edits = new List<(int Start, int Length, string Text)>();
        foreach (var (source, list) in _replacements)
        {
            if (source.IsVerbatim)
            {
                edits.AddRange(list.Select(e => (source.Start + e.Start, e.Length, source.Quote == '\0' ? e.Text
                    : Escape(e.Text, source.Quote))));
                continue;
            }
            // The written form does not match the value character by character: the whole attribute is written anew.
            var value = Splice(source.Value, list);
            edits.Add((source.Start, source.RawLength, Escape(value, source.Quote)));
        }
        edits.AddRange(_others);
        edits.AddRange(_gone.Select(g => (g.Start, g.End - g.Start, "")));
        return Splice(text, edits);
    }

    private static string Splice(string text, List<(int Start, int Length, string Text)> edits)
    {
        var (result, position) = (new StringBuilder(text.Length + 256), 0);
        foreach (var (start, length, replacement) in edits.OrderBy(e => e.Start).ThenBy(e => e.Length > 0).ThenByDescending(e => e.Length))
        {
            // What lies in something that goes (an element, an attribute) need not be edited.
            if (start < position) continue;
            result.Append(text, position, start - position).Append(replacement);
            position = start + length;
        }
        return result.Append(text, position, text.Length - position).ToString();
    }

    /// <summary>A value as an attribute has it; everything above ASCII becomes a reference, since the file's encoding may not have it.</summary>
    public static string Escape(string value, char quote)
    {
        var result = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == '&') result.Append("&amp;");
            else if (c == '<') result.Append("&lt;");
            else if (c == quote) result.Append(quote == '"' ? "&quot;" : "&apos;");
            else if (c is '\t' or '\n' or '\r' || c > '~')
            {
                var code = char.ConvertToUtf32(value, i);
                if (char.IsHighSurrogate(c)) i++;
                result.Append(CultureInfo.InvariantCulture, $"&#{code};");
            }
            else result.Append(c);
        }
        return result.ToString();
    }
}
