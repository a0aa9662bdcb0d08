using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>
/// Reads the <c>style</c> elements of a document into rules (CSS Syntax Level 3, CSS Nesting Level 1). What is not understood
/// is passed over as far as CSS says, and no further.
/// </summary>
internal sealed class StyleSheetReader
{
    /// <summary>How deep rules are read inside one another.</summary>
    private const int MaximumNesting = 8;

    private readonly List<StyleRule> _rules = [];
    private readonly Dictionary<string, string> _namespaces = [];
    private readonly SvgElement _element;
    private readonly string _written, _text;
    private readonly List<int> _starts = [];
    private readonly MediaSize? _size;
    private int _order;

    private StyleSheetReader(SvgElement element, MediaSize? size, int order)
    {
        (_element, _size, _order) = (element, size, order);
        _written = string.Concat(element.Texts.Select(t => t.Value));
        _text = CssText.BlankComments(_written);
        for (var (i, at) = (0, 0); i < element.Texts.Count; at += element.Texts[i++].Value.Length) _starts.Add(at);
    }

    /// <summary>The rules of all sheets that a still picture on a screen has, in order.</summary>
    public static List<StyleRule> Read(SvgDocument document)
    {
        var (rules, size) = (new List<StyleRule>(), MediaSize.Of(document));
        foreach (var element in document.Elements)
        {
            if (!element.Is("style") || element.Attribute("type")?.Value.Value.Trim() is { Length: > 0 } type
                && !type.Equals("text/css", StringComparison.OrdinalIgnoreCase)
                || !MediaQuery.Holds(element.Attribute("media")?.Value.Value, size)) continue;
            var reader = new StyleSheetReader(element, size, rules.Count == 0 ? 0 : rules[^1].Order + 1);
            reader.ReadRules(0, reader._text.Length, 0);
            rules.AddRange(reader._rules);
        }
        return rules;
    }

    /// <summary>The rules of [from, to) outside any style rule.</summary>
    private void ReadRules(int from, int to, int nesting)
    {
        var limited = _text.AsSpan(0, to);
        for (var i = CssText.SkipSpace(limited, from); i < to; i = CssText.SkipSpace(limited, i))
        {
            var isAtRule = _text[i] == '@';
            var open = CssText.Find(limited, i, isAtRule ? ";{" : "{");
            if (open >= to || _text[open] == ';')
            {
                if (isAtRule) ReadStatement(_text[i..open]);
                i = open + 1;
                continue;
            }
            var close = CssText.Find(limited, open + 1, "}");
            var rule = new NestedRule(i, open, close);
            if (!isAtRule) ReadStyleRule(rule, null, nesting);
            else if (nesting < MaximumNesting && Holds(_text.AsSpan(i, open - i))) ReadRules(open + 1, close, nesting + 1);
            i = close + 1;
        }
    }

    // @namespace [prefix] "uri" | url(uri); all other statements ask for what lies outside the file.
    private void ReadStatement(string text)
    {
        var words = CssText.Words(text);
        if (!words[0].Equals("@namespace", StringComparison.OrdinalIgnoreCase) || words.Count is not (2 or 3)) return;
        var value = words[^1];
        if (value.StartsWith("url(", StringComparison.OrdinalIgnoreCase) && value[^1] == ')') value = value[4..^1].Trim();
        var at = 0;
        var uri = CssText.ReadString(value, ref at) ?? CssText.Unescape(value);
        at = 0;
        var prefix = words.Count == 3 ? CssText.ReadIdentifier(words[1], ref at) : "";
        if (prefix is not null) _namespaces[prefix] = uri;
    }

    private bool Holds(ReadOnlySpan<char> rule)
    {
        var end = 1;
        var name = CssText.ReadName(rule, ref end)?.ToLowerInvariant();
        return name switch
        {
            "media" => MediaQuery.Holds(rule[end..], _size),
            "supports" => SupportsCondition.Holds(rule[end..].ToString()),
            _ => false,
        };
    }

    /// <summary>A style rule; inside another one, its selectors are relative to that one's.</summary>
    private void ReadStyleRule(NestedRule rule, List<CssSelector>? parents, int nesting)
    {
        // Comments part no selectors, so they are taken out and not blanked.
        var prelude = CssText.RemoveComments(_written[rule.Start..rule.Open]);
        if (SelectorParser.ParseList(prelude, p => _namespaces.GetValueOrDefault(p), parents) is not { } selectors) return;
        ReadBlock(rule.Open + 1, rule.Close, selectors, nesting);
    }

    private void ReadBlock(int from, int to, List<CssSelector> selectors, int nesting)
    {
        var pending = new List<CssDeclaration>();
        CssBlock.Read(_text, from, to, pending.Add, rule =>
        {
            if (nesting >= MaximumNesting) return;
            // What is declared behind a nested rule stands behind it in the order, too.
            Flush();
            if (_text[rule.Start] != '@') ReadStyleRule(rule, selectors, nesting + 1);
            else if (Holds(_text.AsSpan(rule.Start, rule.Open - rule.Start))) ReadBlock(rule.Open + 1, rule.Close, selectors, nesting + 1);
        });
        Flush();

        void Flush()
        {
            if (pending.Count == 0) return;
            var declarations = StyleValue.Valid(pending, d => new StyleValue(_text.Substring(d.ValueStart, d.ValueLength), Place(d), _element, d.Property));
            pending.Clear();
            foreach (var selector in selectors) _rules.Add(new StyleRule(selector, _order, declarations));
            _order++;
        }
    }

    private SourceSpan? Place(CssDeclaration d)
    {
        var run = _starts.FindLastIndex(s => s <= d.ValueStart);
        var source = _element.Texts[run];
        return source.IsEditable && source.IsVerbatim && d.ValueStart + d.ValueLength <= _starts[run] + source.Value.Length
            ? new SourceSpan(source, d.ValueStart - _starts[run], d.ValueLength)
            : null;
    }
}
