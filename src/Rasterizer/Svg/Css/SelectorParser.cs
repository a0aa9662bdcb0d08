using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>
/// Selectors Level 3, with <c>:is() :where() :not() :has()</c> of lists, <c>of</c> in <c>:nth-child()</c> and the nesting
/// selector. A selector that is not understood voids its list, but for the lists of <c>:is()</c> and <c>:where()</c>.
/// </summary>
internal sealed class SelectorParser
{
    private const int MaximumCompounds = 64;
    private const int MaximumDepth = 16;

    private readonly Func<string, string?> _namespaces;
    private readonly bool _isLenient;
    private readonly List<CssSelector>? _parents;
    private HasTest.Anchor? _anchor;
    private int _depth;
    private bool _sawNesting;
    private string _text = "";
    private int _at;

    private SelectorParser(Func<string, string?> namespaces, List<CssSelector>? parents, bool isLenient) =>
        (_namespaces, _parents, _isLenient) = (namespaces, parents, isLenient);

    /// <summary>Parses a list of selectors; null where one of them is not understood.</summary>
    /// <param name="text">The list, without comments.</param>
    /// <param name="namespaces">What a prefix stands for, or null; the empty prefix is the default for types.</param>
    /// <param name="parents">The selectors of the rule around it, which then are relative to them.</param>
    /// <param name="isLenient">Whether ids and classes may begin with a digit that is not escaped.</param>
    public static List<CssSelector>? ParseList(string text, Func<string, string?> namespaces, List<CssSelector>? parents = null,
        bool isLenient = false) =>
        new SelectorParser(namespaces, parents, isLenient).List(text, isRelative: parents is not null);

    // Reads another text with the same settings, then goes on where it was.
    private T? Inside<T>(string text, Func<T?> read) where T : class
    {
        if (_depth >= MaximumDepth) return null;
        var outer = (_text, _at);
        (_text, _at) = (text, 0);
        _depth++;
        var result = read();
        _depth--;
        (_text, _at) = outer;
        return result;
    }

    private List<CssSelector>? List(string text, bool isRelative = false, bool isForgiving = false) => Inside(text, () =>
    {
        var result = new List<CssSelector>();
        if (isForgiving && text.AsSpan().Trim().IsEmpty) return result;
        foreach (var (start, end) in CssText.Split(text, 0, text.Length, ','))
        {
            var outer = _sawNesting;
            _sawNesting = false;
            var selector = Inside(text[start..end], () => Complex(isRelative));
            _sawNesting |= outer;
            if (selector is not null) result.Add(selector);
            else if (!isForgiving) return null;
        }
        return result;
    });

    private CssSelector? Complex(bool isRelative)
    {
        var compounds = new List<CompoundSelector>();
        SkipSpace();
        var leading = isRelative ? TakeCombinator() : null;
        while (compounds.Count < MaximumCompounds)
        {
            if (Compound() is not { } compound) return null;
            compounds.Add(compound);
            var spaced = _at;
            SkipSpace();
            if (_at >= _text.Length)
            {
                // What does not say where the rule around it comes in is inside what that one matches.
                if (isRelative && (leading is not null || !_sawNesting || _anchor is not null))
                    compounds.Insert(0, Start(leading ?? Combinator.Descendant));
                return new CssSelector(compounds);
            }
            // Pseudo-elements end a selector.
            if (compound.IsPseudoElement) return null;
            if (TakeCombinator() is { } combinator) compound.ToRight = combinator;
            else if (spaced == _at) return null;
        }
        return null;
    }

    private CompoundSelector Start(Combinator combinator)
    {
        var start = new CompoundSelector { ToRight = combinator };
        start.PseudoClasses.Add(_anchor ?? (PseudoClass)new ListTest(_parents!));
        return start;
    }

    private void SkipSpace() => _at = CssText.SkipSpace(_text, _at);
    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private Combinator? TakeCombinator()
    {
        if (Current is not ('>' or '+' or '~')) return null;
        var combinator = Current == '>' ? Combinator.Child : Current == '+' ? Combinator.Adjacent : Combinator.Sibling;
        _at++;
        SkipSpace();
        return combinator;
    }

    private string? Identifier() => CssText.ReadIdentifier(_text, ref _at);
    private string? Name() => _isLenient ? CssText.ReadName(_text, ref _at) : Identifier();

    private CompoundSelector? Compound()
    {
        var (compound, start) = (new CompoundSelector { Namespace = _namespaces("") }, _at);
        if (!Type(compound)) return null;
        while (Current is '.' or '#' or '[' or ':' or '&')
        {
            var kind = _text[_at++];
            switch (kind)
            {
                case '[':
                    if (Attribute() is not { } test) return null;
                    compound.Attributes.Add(test);
                    break;
                case '.' or '#':
                    if (Name() is not { } name) return null;
                    (kind == '.' ? compound.Classes : compound.Ids).Add(name);
                    break;
                case '&':
                    _sawNesting = true;
                    compound.PseudoClasses.Add(_parents is null ? new ListTest([Root], weightless: true) : new ListTest(_parents));
                    break;
                default:
                    if (!Pseudo(compound)) return null;
                    break;
            }
        }
        return _at == start ? null : compound;
    }

    private static CssSelector Root
    {
        get
        {
            var compound = new CompoundSelector();
            compound.PseudoClasses.Add(new SimpleTest(e => e.Parent is null));
            return new CssSelector([compound]);
        }
    }

    // [prefix|]name or [prefix|]*; false where the prefix is not declared.
    private bool Type(CompoundSelector compound)
    {
        var at = _at;
        var name = Current == '*' ? "*" : Identifier();
        if (name == "*") _at++;
        if (Current == '|' && _at + 1 < _text.Length && _text[_at + 1] != '|')
        {
            var space = name switch { null => "", "*" => null, _ => _namespaces(name) };
            if (name is not (null or "*") && space is null) return false;
            _at++;
            name = Current == '*' ? "*" : Identifier();
            if (name is null) return false;
            if (name == "*") _at++;
            compound.Namespace = space;
        }
        compound.Type = name == "*" ? null : name;
        return name is not null || _at == at;
    }

    private AttributeTest? Attribute()
    {
        SkipSpace();
        string? space = "";
        var name = Current == '*' ? "*" : Identifier();
        if (name == "*") _at++;
        if (Current == '|' && _at + 1 < _text.Length && _text[_at + 1] != '=')
        {
            space = name switch { null => "", "*" => null, _ => _namespaces(name) };
            if (name is not (null or "*") && space is null) return null;
            _at++;
            name = Identifier();
        }
        if (name is null or "*") return null;
        SkipSpace();
        var (operation, value, ignoreCase) = ('\0', "", false);
        if (Current != ']')
        {
            operation = Current;
            if (operation is '~' or '|' or '^' or '$' or '*') _at++;
            else if (operation != '=') return null;
            if (Current != '=') return null;
            _at++;
            SkipSpace();
            if ((CssText.ReadString(_text, ref _at) ?? Identifier()) is not { } wanted) return null;
            value = wanted;
            SkipSpace();
            if (Identifier()?.ToLowerInvariant() is { } flag)
            {
                if (flag is not ("i" or "s")) return null;
                ignoreCase = flag == "i";
                SkipSpace();
            }
            if (Current != ']') return null;
        }
        _at++;
        return new AttributeTest(space, name, operation, value, ignoreCase);
    }

    private bool Pseudo(CompoundSelector compound)
    {
        var isElement = Current == ':';
        if (isElement) _at++;
        if (Identifier()?.ToLowerInvariant() is not { } name) return false;
        string? argument = null;
        if (Current == '(')
        {
            var end = CssText.Find(_text, _at + 1, ")");
            if (end >= _text.Length) return false;
            (argument, _at) = (_text[(_at + 1)..end], end + 1);
        }
        if (isElement || (argument is null && name is "before" or "after" or "first-line" or "first-letter"))
        {
            // Not inside other pseudo-classes, whose lists are of elements.
            compound.IsPseudoElement = true;
            return _depth <= 2 && PseudoClassNames.IsPseudoElement(name, argument is not null);
        }
        // A pseudo-element has states, but none that matter: it is not drawn.
        var test = argument is null ? PseudoClassNames.Find(name) : Function(name, argument);
        if (test is null) return false;
        compound.PseudoClasses.Add(test);
        return true;
    }

    private PseudoClass? Function(string name, string argument)
    {
        switch (name)
        {
            case "is" or "matches" or "-webkit-any":
                return List(argument, isForgiving: true) is { } any ? new ListTest(any) : null;
            case "where":
                return List(argument, isForgiving: true) is { } where ? new ListTest(where, weightless: true) : null;
            case "not":
                return List(argument) is { } not ? new ListTest(not, negated: true) : null;
            case "has" when _anchor is null:
                _anchor = new HasTest.Anchor();
                var has = List(argument, isRelative: true) is { } list ? new HasTest(_anchor, list) : null;
                _anchor = null;
                return has;
            case "lang":
                return Languages(argument) is { } ranges ? new LanguageTest(ranges) : null;
            case "dir":
                return new SimpleTest(_ => argument.Trim().Equals("ltr", StringComparison.OrdinalIgnoreCase));
            case "host" or "host-context" or "state":
                return new SimpleTest(_ => false);
            case "nth-child" or "nth-last-child" or "nth-of-type" or "nth-last-of-type":
                if (NthTest.Parse(argument, out var rest) is not var (a, b)) return null;
                List<CssSelector>? of = null;
                if (rest.Length > 0)
                {
                    if (!rest.StartsWith("of", StringComparison.OrdinalIgnoreCase) || rest.Length < 3 || !CssText.IsSpace(rest[2])
                        || name.EndsWith("type", StringComparison.Ordinal) || List(rest[3..]) is not { } counted) return null;
                    of = counted;
                }
                return new NthTest(a, b, name.Contains("last", StringComparison.Ordinal), name.EndsWith("type", StringComparison.Ordinal), of);
            default:
                return null;
        }
    }

    private static List<string>? Languages(string text)
    {
        var ranges = new List<string>();
        foreach (var (start, end) in CssText.Split(text, 0, text.Length, ','))
        {
            var (part, at) = (text[start..end].Trim(), 0);
            if ((CssText.ReadString(part, ref at) ?? CssText.ReadIdentifier(part, ref at)) is not { } range || at < part.Length) return null;
            ranges.Add(range);
        }
        return ranges;
    }
}
