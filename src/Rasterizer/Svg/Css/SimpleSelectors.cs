using System.Globalization;
using System.Text.RegularExpressions;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>
/// An attribute test; <paramref name="Operator"/> is '\0' for mere presence, '=' for equality, or one of <c>~ | ^ $
/// *</c>.
/// </summary>
/// <param name="Namespace">The attribute's namespace, empty for none; null for any.</param>
/// <param name="Name">Its local name.</param>
/// <param name="Operator">How the values are compared.</param>
/// <param name="Value">What it is compared with.</param>
/// <param name="IgnoreCase">Whether ASCII letters of both cases are the same.</param>
internal readonly record struct AttributeTest(string? Namespace, string Name, char Operator, string Value, bool IgnoreCase)
{
    public bool Matches(SvgElement element, ref int steps)
    {
        foreach (var attribute in element.Attributes)
            if (attribute.LocalName == Name && IsInNamespace(attribute))
            {
                steps -= attribute.Value.Value.Length / 64;
                if (Matches(attribute.Value.Value)) return true;
            }
        return false;
    }

    private bool IsInNamespace(SvgAttribute attribute) => Namespace switch
    {
        null => true,
        "" => attribute.Prefix.Length == 0,
        _ => attribute.Prefix.Length > 0 && attribute.Namespace == Namespace,
    };

    private bool Matches(string value)
    {
        var how = IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var (wanted, length) = (Value, Value.Length);
        return Operator switch
        {
            '\0' => true,
            '=' => value.Equals(wanted, how),
            '~' => length > 0 && value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Any(w => w.Equals(wanted, how)),
            '|' => value.StartsWith(wanted, how) && (value.Length == length || value[length] == '-'),
            '^' => length > 0 && value.StartsWith(wanted, how),
            '$' => length > 0 && value.EndsWith(wanted, how),
            _ => length > 0 && value.Contains(wanted, how),
        };
    }
}

/// <summary>A test on where an element stands or what it is.</summary>
internal abstract class PseudoClass
{
    public abstract bool Matches(SvgElement element, ref int steps);
    public virtual Specificity Specificity => new(0, 1, 0);
    /// <summary>Whether it counts siblings of the element's name.</summary>
    public virtual bool CountsTypes => false;
    /// <summary>The selectors between its parentheses.</summary>
    public virtual IEnumerable<CssSelector> Inner => [];
}

/// <summary>A test that the element alone answers.</summary>
internal sealed class SimpleTest(Predicate<SvgElement> predicate) : PseudoClass
{
    public override bool Matches(SvgElement element, ref int steps) => predicate(element);
}

/// <summary>
/// <c>:is()</c>, <c>:where()</c>, and a nesting selector, which stands for the list around it; <c>:not()</c> where
/// negated.
/// </summary>
internal sealed class ListTest(List<CssSelector> list, bool negated = false, bool weightless = false) : PseudoClass
{
    public override bool Matches(SvgElement element, ref int steps) => CssSelector.Any(list, element, ref steps) != negated;
    public override Specificity Specificity => weightless ? default : Specificity.Max(list);
    public override IEnumerable<CssSelector> Inner => list;
}

/// <summary><c>:has()</c>: whether an element is one that selectors starting at it lead away from.</summary>
internal sealed class HasTest(HasTest.Anchor anchor, List<CssSelector> list) : PseudoClass
{
    /// <summary>The element that the selectors start at.</summary>
    internal sealed class Anchor : PseudoClass
    {
        public SvgElement? Element { get; set; }
        public override bool Matches(SvgElement element, ref int steps) => element == Element;
        public override Specificity Specificity => default;
    }

    public override bool Matches(SvgElement element, ref int steps)
    {
        var outer = anchor.Element;
        anchor.Element = element;
        var found = Below(element, ref steps);
        for (var i = element.Index + 1; !found && element.Parent is { } parent && i < parent.Children.Count; i++)
            found = CssSelector.Any(list, parent.Children[i], ref steps) || Below(parent.Children[i], ref steps);
        anchor.Element = outer;
        return found;
    }

    // Bounded by the document's depth.
    private bool Below(SvgElement element, ref int steps)
    {
        foreach (var child in element.Children)
            if (steps < 0 || CssSelector.Any(list, child, ref steps) || Below(child, ref steps)) return steps >= 0;
        return false;
    }

    public override Specificity Specificity => Specificity.Max(list);
    public override IEnumerable<CssSelector> Inner => list;
}

/// <summary><c>:lang()</c>: whether the language around an element is one of those named or of their regions.</summary>
internal sealed class LanguageTest(List<string> ranges) : PseudoClass
{
    public override bool Matches(SvgElement element, ref int steps)
    {
        for (var e = element; e is not null; e = e.Parent)
        {
            steps--;
            var language = e.Attributes.Find(a => a.LocalName == "lang" && a.Namespace == SvgElement.XmlNamespace) ?? e.Attribute("lang");
            if (language?.Value.Value is { } value) return ranges.Exists(r => Is(value, r));
        }
        return false;
    }

    private static bool Is(string language, string range) => language.Length > 0 && (range == "*"
        || (language.StartsWith(range, StringComparison.OrdinalIgnoreCase) && range.Length > 0
            && (language.Length == range.Length || language[range.Length] == '-')));
}

/// <summary><c>:only-of-type</c>.</summary>
internal sealed class OnlyOfTypeTest : PseudoClass
{
    public override bool Matches(SvgElement element, ref int steps) => element.TypeNumber == (1, 1);
    public override bool CountsTypes => true;
}

/// <summary><c>:nth-child()</c> and its kin: whether an element's number among its siblings is one of <c>an + b</c>.</summary>
internal sealed partial class NthTest(int a, int b, bool fromEnd, bool ofType, List<CssSelector>? of) : PseudoClass
{
    public override bool CountsTypes => ofType;

    public override bool Matches(SvgElement element, ref int steps)
    {
        if (of is not null && !CssSelector.Any(of, element, ref steps)) return false;
        long difference = Number(element, ref steps) - b;
        return a == 0 ? difference == 0 : difference % a == 0 && difference / a >= 0;
    }

    private int Number(SvgElement element, ref int steps)
    {
        if (ofType) return fromEnd ? element.TypeNumber.FromEnd : element.TypeNumber.FromStart;
        var siblings = element.Parent?.Children ?? [element];
        if (of is null) return fromEnd ? siblings.Count - element.Index : element.Index + 1;
        var (number, step) = (1, fromEnd ? 1 : -1);
        for (var i = element.Index + step; i >= 0 && i < siblings.Count; i += step)
            if (CssSelector.Any(of, siblings[i], ref steps)) number++;
        return number;
    }

    public override Specificity Specificity => of is null ? new(0, 1, 0) : new Specificity(0, 1, 0) + Specificity.Max(of);
    public override IEnumerable<CssSelector> Inner => of ?? [];

    /// <summary>Reads <c>an + b</c> (CSS Syntax section 6); what follows it is left in <paramref name="rest"/>.</summary>
    public static (int A, int B)? Parse(string text, out string rest)
    {
        var match = Pattern().Match(text);
        rest = text[match.Length..];
        if (!match.Success) return null;
        if (match.Groups["word"].Value is { Length: > 0 } word) return (2, word.Equals("odd", StringComparison.OrdinalIgnoreCase) ? 1 : 0);
        if (!match.Groups["n"].Success) return (0, Number(match.Groups["b"].Value));
        var factor = match.Groups["a"].Value;
        return (factor is "" or "+" ? 1 : factor == "-" ? -1 : Number(factor),
            Number(match.Groups["sign"].Value + match.Groups["shift"].Value));
    }

    // Numbers beyond any count of elements are as good as the greatest.
    private static int Number(string text) => text.Length == 0 ? 0
        : (int)Math.Clamp(double.Parse(text, CultureInfo.InvariantCulture), -1e9, 1e9);

    [GeneratedRegex(@"^\s*(?:(?<word>odd|even)|(?<a>[+-]?[0-9]*)(?<n>n)(?:\s*(?<sign>[+-])\s*(?<shift>[0-9]+))?|(?<b>[+-]?[0-9]+))(?=\s|$)\s*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
