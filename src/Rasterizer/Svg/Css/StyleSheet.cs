using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>A value that a declaration or presentation attribute gives to a property.</summary>
/// <param name="Text">The value as CSS text, without <c>!important</c>.</param>
/// <param name="Span">Where it is written; null where it has no single place (entities, <c>var()</c>).</param>
/// <param name="Element">The element it is written on: for style sheets the <c>style</c> element.</param>
/// <param name="Property">The property's name.</param>
internal sealed record StyleValue(string Text, SourceSpan? Span, SvgElement Element, string Property);

/// <summary>The rules of all <c>style</c> elements, found by what their last part asks for.</summary>
internal sealed class StyleSheet
{
    private sealed record Rule(CssSelector Selector, int Order, List<(StyleValue Value, bool Important)> Declarations);

    /// <summary>What applying a declaration costs beside a comparison.</summary>
    private const int DeclarationSteps = 4;

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
        for (var i = CssText.SkipSpace(text, 0); i < text.Length; i = CssText.SkipSpace(text, i))
        {
            if (text[i] == '@')
            {
                // @import, @font-face, @media, @keyframes ...: to the semicolon or behind the block.
                i = CssText.Find(text, i, ";{");
                if (i < text.Length && text[i] == '{') i = CssText.Find(text, i + 1, "}");
                i++;
                continue;
            }
            var open = CssText.Find(text, i, "{");
            var close = open < text.Length ? CssText.Find(text, open + 1, "}") : text.Length;
            if (open < text.Length && CssSelector.ParseList(text[i..open].Trim()) is { } selectors)
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
