using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>A rule of a sheet for one of its selectors.</summary>
internal sealed record StyleRule(CssSelector Selector, int Order, List<(StyleValue Value, bool Important)> Declarations);

/// <summary>The rules of all <c>style</c> elements, found by what their last part asks for.</summary>
internal sealed class StyleSheet
{
    /// <summary>What applying a declaration costs beside a comparison.</summary>
    private const int DeclarationSteps = 4;

    private readonly Dictionary<string, List<StyleRule>> _byId = [];
    private readonly Dictionary<string, List<StyleRule>> _byClass = [];
    private readonly Dictionary<string, List<StyleRule>> _byType = [];
    private readonly List<StyleRule> _others = [];
    private readonly SvgDocument _document;
    private int _steps;
    private readonly bool _isEmpty;
    private readonly HashSet<string> _types = [];
    private readonly bool _dependsOnTypes;
    private readonly HashSet<string> _attributes = [];

    public StyleSheet(SvgDocument document)
    {
        (_document, _steps) = (document, document.Limits.SelectorSteps);
        var rules = StyleSheetReader.Read(document);
        _isEmpty = rules.Count == 0;
        foreach (var rule in rules)
        {
            _types.UnionWith(rule.Selector.Types);
            _dependsOnTypes |= rule.Selector.CountsTypes;
            _attributes.UnionWith(rule.Selector.Attributes);
            Add(rule);
        }
        _attributes.RemoveWhere(IsNeverEdited);
    }

    private static bool IsNeverEdited(string attribute) =>
        attribute is "id" or "class" or "lang" or "href" or "type" or "role" or "name" or "title" or "label" or "groupmode" or "tabindex" || attribute.StartsWith("data-", StringComparison.Ordinal)
        || attribute.StartsWith("aria-", StringComparison.Ordinal);

    private void Add(StyleRule rule)
    {
        var subject = rule.Selector.Subject;
        if (subject.Ids.Count > 0) List(_byId, subject.Ids[0]).Add(rule);
        else if (subject.Classes.Count > 0) List(_byClass, subject.Classes[0]).Add(rule);
        else if (subject.Type is { } type) List(_byType, type).Add(rule);
        else _others.Add(rule);
    }

    private static List<StyleRule> List(Dictionary<string, List<StyleRule>> map, string key) =>
        map.TryGetValue(key, out var list) ? list : map[key] = [];

    /// <summary>Whether a selector asks for elements of this name anywhere in it.</summary>
    public bool HasRulesFor(string localName) => _dependsOnTypes || _types.Contains(localName);

    /// <summary>Whether a selector tests an attribute that may be edited.</summary>
    public bool TestsAttributes => _attributes.Count > 0;

    /// <summary>Whether a selector tests the attribute of this name.</summary>
    public bool Tests(string attribute) => _attributes.Contains(attribute);

    /// <summary>
    /// The rules' declarations for an element, the weakest first (CSS Cascade: importance, specificity, order).
    /// </summary>
    public IEnumerable<(StyleValue Value, bool Important)> Declarations(SvgElement element)
    {
        if (_isEmpty) return [];
        var found = new List<StyleRule>();
        Match(_others, element, found);
        if (_byType.TryGetValue(element.LocalName, out var byType)) Match(byType, element, found);
        if (element.Id is { } id && _byId.TryGetValue(id, out var byId)) Match(byId, element, found);
        if (_byClass.Count > 0)
            foreach (var name in element.Classes)
                if (_byClass.TryGetValue(name, out var byClass)) Match(byClass, element, found);
        return found.OrderBy(r => r.Selector.Specificity).ThenBy(r => r.Order).SelectMany(r => r.Declarations);
    }

    private void Match(List<StyleRule> rules, SvgElement element, List<StyleRule> found)
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
