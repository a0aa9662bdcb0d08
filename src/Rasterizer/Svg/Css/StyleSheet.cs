using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>A value that a declaration or presentation attribute gives to a property.</summary>
/// <param name="Text">The value as CSS text, without <c>!important</c>.</param>
/// <param name="Span">Where it is written; null where it has no single place (entities, <c>var()</c>).</param>
/// <param name="Element">The element it is written on: for style sheets the <c>style</c> element.</param>
/// <param name="Property">The property's name.</param>
internal sealed record StyleValue(string Text, SourceSpan? Span, SvgElement Element, string Property)
{
    /// <summary>True for a presentation attribute, whose grammar may be narrower than the property's.</summary>
    public bool IsAttribute { get; init; }
}

/// <summary>The rules of all <c>style</c> elements, found by what their last part asks for.</summary>
internal sealed class StyleSheet
{
    private sealed record Rule(CssSelector Selector, int Order, List<(StyleValue Value, bool Important)> Declarations);

    /// <summary>What applying a declaration costs beside a comparison.</summary>
    private const int DeclarationSteps = 4;

    /// <summary>How deep rules of <c>@media</c> are read inside one another.</summary>
    private const int MaximumNesting = 8;

    private readonly Dictionary<string, List<Rule>> _byId = [];
    private readonly Dictionary<string, List<Rule>> _byClass = [];
    private readonly Dictionary<string, List<Rule>> _byType = [];
    private readonly List<Rule> _others = [];
    private readonly SvgDocument _document;
    private int _steps;
    private int _order;
    private readonly HashSet<string> _types = [];

    public StyleSheet(SvgDocument document)
    {
        (_document, _steps) = (document, document.Limits.SelectorSteps);
        foreach (var element in document.Elements)
            if (element.Is("style") && element.Attribute("type")?.Value.Value.Trim() is null or "" or "text/css")
                Read(element);
    }

    private void Read(SvgElement element)
    {
        var text = CssText.BlankComments(string.Concat(element.Texts.Select(t => t.Value)));
        var starts = new List<int>();
        for (var (i, at) = (0, 0); i < element.Texts.Count; at += element.Texts[i++].Value.Length) starts.Add(at);
        ReadRules(element, text, starts, 0, text.Length, nesting: 0);
    }

    /// <summary>The rules of [from, to); of @media those that hold for a screen.</summary>
    private void ReadRules(SvgElement element, string text, List<int> starts, int from, int to, int nesting)
    {
        var limited = text.AsSpan(0, to);
        for (var i = CssText.SkipSpace(limited, from); i < to; i = CssText.SkipSpace(limited, i))
        {
            if (text[i] == '@')
            {
                // @import, @font-face, @keyframes ...: to the semicolon or behind the block.
                var begin = i;
                i = CssText.Find(limited, i, ";{");
                if (i < to && text[i] == '{')
                {
                    var (block, end) = (i + 1, CssText.Find(limited, i + 1, "}"));
                    if (nesting < MaximumNesting && HoldsOnScreen(limited[begin..i]))
                        ReadRules(element, text, starts, block, end, nesting + 1);
                    i = end;
                }
                i++;
                continue;
            }
            var open = CssText.Find(limited, i, "{");
            var close = open < to ? CssText.Find(limited, open + 1, "}") : to;
            if (open < to && CssSelector.ParseList(text[i..open].Trim()) is { } selectors)
            {
                var declarations = CssText.Declarations(text, open + 1, close)
                    .ConvertAll(d => (new StyleValue(text.Substring(d.ValueStart, d.ValueLength),
                        Place(element, starts, d), element, d.Property), d.Important));
                foreach (var selector in selectors) Add(new Rule(selector, _order, declarations));
                _order++;
            }
            i = close + 1;
        }
    }

    /// <summary>
    /// True for <c>@media</c> where one of its queries names a medium that a drawing on a screen is of (Media Queries Level 4);
    /// queries of features (sizes, colour schemes) hold for none.
    /// </summary>
    private static bool HoldsOnScreen(ReadOnlySpan<char> rule)
    {
        if (!rule.StartsWith("@media", StringComparison.OrdinalIgnoreCase) || (rule.Length > 6 && !CssText.IsSpace(rule[6]))) return false;
        foreach (var query in rule[6..].ToString().ToLowerInvariant().Split(','))
        {
            var words = query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is [] or ["all" or "screen"] or ["only", "all" or "screen"]) return true;
            if (words is ["not", var medium] && medium.All(char.IsAsciiLetter) && medium is not ("all" or "screen")) return true;
        }
        return false;
    }

    private static SourceSpan? Place(SvgElement element, List<int> starts, CssDeclaration d)
    {
        var run = starts.FindLastIndex(s => s <= d.ValueStart);
        var source = element.Texts[run];
        return source.IsEditable && source.IsVerbatim
            && d.ValueStart + d.ValueLength <= starts[run] + source.Value.Length
            ? new SourceSpan(source, d.ValueStart - starts[run], d.ValueLength)
            : null;
    }

    private void Add(Rule rule)
    {
        _types.UnionWith(rule.Selector.Types);
        var subject = rule.Selector.Subject;
        if (subject.Ids.Count > 0) List(_byId, subject.Ids[0]).Add(rule);
        else if (subject.Classes.Count > 0) List(_byClass, subject.Classes[0]).Add(rule);
        else if (subject.Type is { } type) List(_byType, type).Add(rule);
        else _others.Add(rule);
    }

    private static List<Rule> List(Dictionary<string, List<Rule>> map, string key) =>
        map.TryGetValue(key, out var list) ? list : map[key] = [];

    /// <summary>Whether a selector asks for elements of this name anywhere in it.</summary>
    public bool HasRulesFor(string localName) => _types.Contains(localName);

    /// <summary>
    /// The rules' declarations for an element, the weakest first (CSS Cascade: importance, specificity, order).
    /// </summary>
    public IEnumerable<(StyleValue Value, bool Important)> Declarations(SvgElement element)
    {
        if (_order == 0) return [];
        var found = new List<Rule>();
        Match(_others, element, found);
        if (_byType.TryGetValue(element.LocalName, out var byType)) Match(byType, element, found);
        if (element.Id is { } id && _byId.TryGetValue(id, out var byId)) Match(byId, element, found);
        if (_byClass.Count > 0)
            foreach (var name in element.Classes)
                if (_byClass.TryGetValue(name, out var byClass)) Match(byClass, element, found);
        return found.OrderBy(r => r.Selector.Specificity).ThenBy(r => r.Order).SelectMany(r => r.Declarations);
    }

    private void Match(List<Rule> rules, SvgElement element, List<Rule> found)
    {
        foreach (var rule in rules)
            if (rule.Selector.Matches(element, ref _steps))
            {
                found.Add(rule);
                _steps -= DeclarationSteps * rule.Declarations.Count;
            }
        if (_steps < 0)
            throw _document.Error(element, "The style sheet takes too many comparisons to apply.",
                "Use simpler or fewer rules.");
    }
}
