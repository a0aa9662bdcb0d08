using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>How a compound selector stands to the one on its right.</summary>
internal enum Combinator { Descendant, Child, Adjacent, Sibling }

/// <summary>A selector's weight: ids, then classes, attributes and pseudo-classes, then types.</summary>
internal readonly record struct Specificity(int Ids, int Classes, int Types) : IComparable<Specificity>
{
    public static Specificity operator +(Specificity a, Specificity b) => new(a.Ids + b.Ids, a.Classes + b.Classes, a.Types + b.Types);
    public int CompareTo(Specificity other) => (Ids, Classes, Types).CompareTo((other.Ids, other.Classes, other.Types));
    public static Specificity Max(IEnumerable<CssSelector> list) => list.Select(s => s.Specificity).DefaultIfEmpty().Max();
}

/// <summary>Tests on one element.</summary>
internal sealed class CompoundSelector
{
    public string? Type { get; set; }
    /// <summary>The namespace asked for, empty for none; null for any.</summary>
    public string? Namespace { get; set; }
    public List<string> Ids { get; } = [];
    public List<string> Classes { get; } = [];
    public List<AttributeTest> Attributes { get; } = [];
    public List<PseudoClass> PseudoClasses { get; } = [];
    /// <summary>True for a pseudo-element, which is no element of the document.</summary>
    public bool IsPseudoElement { get; set; }
    public Combinator ToRight { get; set; }

    public bool Matches(SvgElement element, ref int steps)
    {
        if (IsPseudoElement || (Type is not null && element.LocalName != Type)) return false;
        if (Namespace is { } space && element.Namespace != space && !(element.IsSvg && space == SvgElement.SvgNamespace)) return false;
        foreach (var id in Ids)
            if (element.Id != id) return false;
        foreach (var name in Classes)
            if (!element.HasClass(name)) return false;
        foreach (var test in Attributes)
            if (!test.Matches(element, ref steps)) return false;
        foreach (var test in PseudoClasses)
            if (!test.Matches(element, ref steps)) return false;
        return true;
    }

    public Specificity Specificity => PseudoClasses.Aggregate(
        new Specificity(Ids.Count, Classes.Count + Attributes.Count, (Type is null ? 0 : 1) + (IsPseudoElement ? 1 : 0)),
        (sum, test) => sum + test.Specificity);
}

/// <summary>A complex selector (Selectors Level 4, section 3.1).</summary>
internal sealed class CssSelector(List<CompoundSelector> compounds)
{
    /// <summary>The tests on the element itself.</summary>
    public CompoundSelector Subject => compounds[^1];

    /// <summary>The element names that it asks for, in lists inside it, too.</summary>
    public IEnumerable<string> Types => compounds.Select(c => c.Type).OfType<string>()
        .Concat(Inner.SelectMany(s => s.Types));

    /// <summary>Whether it asks how many elements of one name stand beside each other.</summary>
    public bool CountsTypes => compounds.Exists(c => c.PseudoClasses.Exists(p => p.CountsTypes))
        || Inner.Any(s => s.CountsTypes);

    /// <summary>Names of the attributes that it tests, in lists inside it, too.</summary>
    public IEnumerable<string> Attributes => compounds.SelectMany(c => c.Attributes).Select(a => a.Name).Concat(Inner.SelectMany(s => s.Attributes));

    public Specificity Specificity { get; } = compounds.Aggregate(default(Specificity), (sum, c) => sum + c.Specificity);

    private IEnumerable<CssSelector> Inner => compounds.SelectMany(c => c.PseudoClasses).SelectMany(p => p.Inner);

    /// <summary>
    /// Whether an element matches; <paramref name="steps"/> counts comparisons down and ends matching at 0.
    /// </summary>
    public bool Matches(SvgElement element, ref int steps) => Matches(compounds.Count - 1, element, ref steps);

    /// <summary>Whether one of a list matches.</summary>
    public static bool Any(List<CssSelector> list, SvgElement element, ref int steps)
    {
        foreach (var selector in list)
            if (selector.Matches(element, ref steps)) return true;
        return false;
    }

    private bool Matches(int i, SvgElement element, ref int steps)
    {
        if (--steps < 0 || !compounds[i].Matches(element, ref steps)) return false;
        if (i == 0) return true;
        switch (compounds[i - 1].ToRight)
        {
            case Combinator.Child:
                return element.Parent is { } parent && Matches(i - 1, parent, ref steps);
            case Combinator.Adjacent:
                return element.Index > 0 && Matches(i - 1, element.Parent!.Children[element.Index - 1], ref steps);
            case Combinator.Sibling:
                for (var k = element.Index - 1; k >= 0; k--)
                    if (Matches(i - 1, element.Parent!.Children[k], ref steps)) return true;
                return false;
            default:
                for (var ancestor = element.Parent; ancestor is not null; ancestor = ancestor.Parent)
                    if (Matches(i - 1, ancestor, ref steps)) return true;
                return false;
        }
    }
}
