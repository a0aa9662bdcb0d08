using System.Globalization;

namespace SvgDistill.Rasterizer.Svg.Xml;

/// <summary>
/// Reads XML 1.0 with namespaces into a tree that knows where every value stands. Not recursive, so that nesting costs
/// no stack. Besides well-formed files it takes ones with undeclared prefixes, which drawing programs do leave behind.
/// (XmlReader reports neither the place of a value's characters nor how they were written, and an editor needs both.)
/// </summary>
internal sealed class XmlParser
{
    private readonly XmlInput _input;
    private readonly SvgLimits _limits;
    private readonly List<SvgElement> _elements = [];
    private SvgElement? _open;
    private int _depth;

    private XmlParser(string text, string file, SvgLimits limits) => (_input,
        _limits) = (new XmlInput(text, file, limits), limits);

    /// <summary>Parses a document; the elements come in document order, the root first.</summary>
    public static List<SvgElement> Parse(string text, string file, SvgLimits limits)
    {
        var parser = new XmlParser(text, file, limits);
        parser.ReadDocument();
        return parser._elements;
    }

    private void ReadDocument()
    {
        if (_input.StartsWith("<?xml")) _input.SkipPast("?>", "The XML declaration");
        while (true)
        {
            if (_input.InEntity && _input.AtEnd)
            {
                _input.Leave(_depth);
                continue;
            }
            if (_input.AtEnd) break;
            if (_input.Current != '<') ReadText();
            else if (_input.StartsWith("<!--")) Skip("<!--", "-->", "The comment");
            else if (_input.StartsWith("<![CDATA[")) ReadCharacterData();
            else if (_input.StartsWith("<?")) Skip("<?", "?>", "The processing instruction");
            else if (_input.StartsWith("<!DOCTYPE") && _elements.Count == 0) DoctypeParser.Read(_input);
            else if (_input.StartsWith("</")) ReadEndTag();
            else ReadStartTag();
        }
        if (_open is not null)
            throw _input.FailAt(_open.Start, $"<{Qualified(_open)}> is not closed.",
                "Add its end tag; the file may be truncated.");
        if (_elements.Count == 0) throw _input.Fail("There is no element in the file.", "Give an SVG file.");
    }

    private void Skip(string open, string close, string what)
    {
        var end = _input.Position + open.Length;
        if (_input.Text.IndexOf(close, end, StringComparison.Ordinal) < 0)
            throw _input.Fail($"{what} is not closed.", $"Close it with \"{close}\"; the file may be truncated.");
        _input.Position = end;
        _input.SkipPast(close, what);
    }

    private void ReadCharacterData()
    {
        if (_open is not { } open) throw Outside();
        var start = _input.Position + "<![CDATA[".Length;
        Skip("<![CDATA[", "]]>", "The CDATA section");
        AddText(open, start, _input.Position - "]]>".Length);
    }

    // A run of text ends at a reference, so that what stands between references keeps its place.
    private void ReadText()
    {
        var start = _input.Position;
        if (_input.Current == '&')
        {
            if (_open is null) throw Outside();
            var origin = _input.DocumentPosition;
            var (character, name, text) = _input.ReadReference();
            if (character is not null)
                _open.Add(new SourceText { Value = character, Start = origin,
                    RawLength = _input.Position - start, IsVerbatim = false, IsEditable = false });
            else if (name is not null && text is not null) _input.Enter(name, text, _depth);
            return;
        }
        var length = _input.Text.AsSpan(start).IndexOfAny('<', '&');
        _input.Position = length < 0 ? _input.Text.Length : start + length;
        if (_open is { } element) AddText(element, start, _input.Position);
        else if (_input.Text.AsSpan(start, _input.Position - start).IndexOfAnyExcept(" \t\r\n") is >= 0 and var i)
        {
            _input.Position = start + i;
            throw Outside();
        }
    }

    private SvgException Outside() => _input.Fail("Text stands outside the root element.",
        "Remove it; the file may not be an SVG file at all.");

    private void AddText(SvgElement to, int start, int end)
    {
        var value = _input.Text[start..end];
        CheckCharacters(value, start);
        to.Add(new SourceText
        {
            Value = value, Start = _input.InEntity ? _input.DocumentPosition : start, RawLength = end - start,
            IsVerbatim = true, IsEditable = !_input.InEntity,
        });
    }

    private void CheckCharacters(string value, int start)
    {
        for (var i = 0; i < value.Length; i++)
            if (value[i] < ' ' && !XmlInput.IsSpace(value[i]))
                throw _input.FailAt(_input.InEntity ? _input.DocumentPosition : start + i,
                    string.Create(CultureInfo.InvariantCulture,
                        $"The control character U+{(int)value[i]:X4} is not allowed in XML."), "Remove it.");
    }

    private void ReadEndTag()
    {
        var position = _input.Position;
        _input.Position += 2;
        var name = _input.ReadName("the end tag");
        _input.SkipSpace();
        if (_open is null || name != Qualified(_open))
        {
            _input.Position = position;
            throw _input.Fail($"</{name}> ends no open element.",
                _open is null ? "Remove it." : $"Close <{Qualified(_open)}> first.");
        }
        if (!_input.Take(">")) throw _input.Fail("The end tag is not closed.", "Add \">\".");
        _open.EndTag = position;
        Close();
    }

    private void Close()
    {
        _open = _open?.Parent;
        _depth--;
    }

    private static string Qualified(SvgElement e) => e.Prefix.Length == 0 ? e.LocalName : $"{e.Prefix}:{e.LocalName}";

    private void ReadStartTag()
    {
        var start = _input.DocumentPosition;
        _input.Position++;
        var (prefix, local) = Split(_input.ReadName("an element"));
        if (_open is null && _elements.Count > 0)
            throw _input.FailAt(start, "There is a second root element.", "Put everything inside one <svg> element.");
        if (_elements.Count >= _limits.Elements)
            throw _input.FailAt(start, $"The document has more than {_limits.Elements} elements.",
                "Simplify the drawing or split the file.");
        var element = new SvgElement
        {
            Order = _elements.Count, Index = _open?.Children.Count ?? 0, Parent = _open, Prefix = prefix,
            LocalName = local,
            Start = start, FromEntity = _input.InEntity,
        };
        _open?.Children.Add(element);
        _elements.Add(element);
        (_open, _depth) = (element, _depth + 1);
        if (_depth > _limits.Depth)
            throw _input.FailAt(start, $"Elements are nested deeper than {_limits.Depth} levels.",
                "Flatten the groups.");
        ReadAttributes(element);
        Bind(element);
        if (_input.Take("/>")) Close();
        else if (!_input.Take(">"))
            throw _input.Fail($"The tag of <{Qualified(element)}> is not closed.",
                "Add \">\"; the file may be truncated.");
    }

    private void ReadAttributes(SvgElement element)
    {
        var names = new HashSet<string>();
        while (true)
        {
            element.InsertAt = _input.Position;
            _input.SkipSpace();
            if (_input.AtEnd || _input.Current is '>' or '/') return;
            if (element.InsertAt == _input.Position)
                throw _input.Fail("White space is missing before an attribute.", "Put a space between attributes.");
            var at = _input.DocumentPosition;
            var name = _input.ReadName("an attribute");
            _input.SkipSpace();
            if (!_input.Take("=")) throw _input.Fail($"The attribute {name} has no value.", $"Write {name}=\"...\".");
            _input.SkipSpace();
            var value = ReadValue(name);
            if (!names.Add(name)) throw _input.FailAt(at, $"The attribute {name} stands twice.", "Keep one of them.");
            if (names.Count > _limits.Attributes)
                throw _input.FailAt(at, $"<{Qualified(element)}> has more than {_limits.Attributes} attributes.",
                    "Remove what is not needed.");
            var (prefix, local) = Split(name);
            element.Attributes.Add(new SvgAttribute(prefix, local, "", value, at));
        }
    }

    private SourceText ReadValue(string name)
    {
        var quote = _input.Current;
        if (quote is not ('"' or '\''))
            throw _input.Fail($"The value of {name} is not quoted.", "Put it between quotation marks.");
        var start = ++_input.Position;
        var end = _input.Text.IndexOf(quote, start);
        if (end < 0)
            throw _input.Fail($"The value of {name} is not closed.",
                $"Add a closing {quote}; the file may be truncated.");
        var raw = _input.Text[start..end];
        CheckCharacters(raw, start);
        var verbatim = raw.AsSpan().IndexOfAny('&', '<') < 0;
        var value = verbatim ? raw : _input.Expand(start, end);
        _input.Position = end + 1;
        return new SourceText
        {
            Value = value, Start = _input.InEntity ? _input.DocumentPosition : start, RawLength = end - start,
            IsVerbatim = verbatim, IsEditable = !_input.InEntity, Quote = quote,
        };
    }

    private (string Prefix, string Local) Split(string name)
    {
        var colon = name.IndexOf(':');
        if (colon < 0) return ("", name);
        if (colon == 0 || colon == name.Length - 1)
            throw _input.Fail($"The name {name} is not well-formed.", "Put a prefix and a name around the colon.");
        return (name[..colon], name[(colon + 1)..]);
    }

    private static void Bind(SvgElement element)
    {
        foreach (var attribute in element.Attributes)
            if (attribute.Prefix == "xmlns")
                (element.Namespaces ??= [])[attribute.LocalName] = attribute.Value.Value.Trim();
            else if (attribute is { Prefix: "", LocalName: "xmlns" })
                (element.Namespaces ??= [])[""] = attribute.Value.Value.Trim();
        element.Namespace = element.Resolve(element.Prefix) ?? (element.Prefix == "svg" ? SvgElement.SvgNamespace : "");
        element.IsSvg = element.Namespace == SvgElement.SvgNamespace
            || (element.Prefix.Length == 0 && element.Namespace.Length == 0 && element.Resolve("") is null);
        for (var i = 0; i < element.Attributes.Count; i++)
            if (element.Attributes[i] is { Prefix: { Length: > 0 } prefix } attribute)
                element.Attributes[i] = attribute with
                {
                    Namespace = element.Resolve(prefix) ?? (prefix == "xlink" ? SvgElement.XLinkNamespace : ""),
                };
    }
}
