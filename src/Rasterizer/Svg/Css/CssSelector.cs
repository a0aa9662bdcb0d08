using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>How a compound selector stands to the one on its right.</summary>
internal enum Combinator { Descendant, Child, Adjacent, Sibling }

/// <summary>
/// An attribute test; <paramref name="Operator"/> is '\0' for mere presence, '=' for equality, or one of <c>~ | ^ $
/// *</c>.
/// </summary>
internal readonly record struct AttributeTest(string Name, char Operator, string Value)
{
    public bool Matches(SvgElement element, ref int steps)
    {
        if (element.Attribute(Name)?.Value.Value is not { } value) return false;
        steps -= value.Length / 64;
        return Operator switch
        {
            '\0' => true,
            '=' => value == Value,
            '~' => value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Contains(Value),
            '|' => value == Value || value.StartsWith(Value + "-", StringComparison.Ordinal),
            '^' => Value.Length > 0 && value.StartsWith(Value, StringComparison.Ordinal),
            '$' => Value.Length > 0 && value.EndsWith(Value, StringComparison.Ordinal),
            _ => Value.Length > 0 && value.Contains(Value, StringComparison.Ordinal),
        };
    }
}

/// <summary>Tests on one element.</summary>
internal sealed class CompoundSelector
{
    public string? Type { get; set; }
    public List<string> Ids { get; } = [];
    public List<string> Classes { get; } = [];
    public List<AttributeTest> Attributes { get; } = [];
    public bool FirstChild { get; set; }
    public bool Root { get; set; }
    public Combinator ToRight { get; set; }

    public bool Matches(SvgElement element, ref int steps)
    {
        if (Type is not null && element.LocalName != Type) return false;
        if (FirstChild && element.Index != 0) return false;
        if (Root && element.Parent is not null) return false;
        foreach (var id in Ids)
            if (element.Id != id) return false;
        foreach (var name in Classes)
            if (!element.HasClass(name)) return false;
        foreach (var test in Attributes)
            if (!test.Matches(element, ref steps)) return false;
        return true;
    }
}

/// <summary>A complex selector (Selectors Level 3, the parts drawings use).</summary>
internal sealed class CssSelector(List<CompoundSelector> compounds)
{
    private const int MaximumCompounds = 32;

    /// <summary>The tests on the element itself.</summary>
    public CompoundSelector Subject => compounds[^1];

    /// <summary>The element names that it asks for.</summary>
    public IEnumerable<string> Types => compounds.Select(c => c.Type).OfType<string>();

    /// <summary>Ids x 1,000,000 + classes, attributes and pseudo-classes x 1,000 + types.</summary>
    public int Specificity { get; } = compounds.Sum(c =>
        1_000_000 * c.Ids.Count
        + 1_000 * (c.Classes.Count + c.Attributes.Count + (c.FirstChild ? 1 : 0) + (c.Root ? 1 : 0))
        + (c.Type is null ? 0 : 1));

    /// <summary>
    /// Whether an element matches; <paramref name="steps"/> counts comparisons down and ends matching at 0.
    /// </summary>
    public bool Matches(SvgElement element, ref int steps) => Matches(compounds.Count - 1, element, ref steps);

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

    /// <summary>
    /// Parses a list of selectors; null where one of them is not understood (the whole rule is then dropped, as CSS
    /// says).
    /// </summary>
    public static List<CssSelector>? ParseList(string text)
    {
        var result = new List<CssSelector>();
        for (var i = 0; ;)
        {
            if (Parse(text, ref i) is not { } selector) return null;
            result.Add(selector);
            if (i >= text.Length) return result;
            i++;
        }
    }

    private static CssSelector? Parse(string text, ref int i)
    {
        var compounds = new List<CompoundSelector>();
        i = CssText.SkipSpace(text, i);
        while (compounds.Count < MaximumCompounds)
        {
            if (ParseCompound(text, ref i) is not { } compound) return null;
            compounds.Add(compound);
            var spaced = i;
            i = CssText.SkipSpace(text, i);
            if (i >= text.Length || text[i] == ',') return new CssSelector(compounds);
            if (text[i] is '>' or '+' or '~')
            {
                compound.ToRight = text[i] == '>' ? Combinator.Child : text[i] == '+' ? Combinator.Adjacent
                    : Combinator.Sibling;
                i = CssText.SkipSpace(text, i + 1);
            }
            else if (spaced == i) return null;
        }
        return null;
    }

    private static CompoundSelector? ParseCompound(string text, ref int i)
    {
        var (compound, start) = (new CompoundSelector(), i);
        if (i < text.Length && text[i] == '*') i++;
        else compound.Type = CssText.ReadName(text, ref i);
        while (i < text.Length && text[i] is '.' or '#' or '[' or ':')
        {
            var kind = text[i++];
            if (kind == '[')
            {
                if (ParseAttribute(text, ref i) is not { } test) return null;
                compound.Attributes.Add(test);
                continue;
            }
            if (CssText.ReadName(text, ref i) is not { } name) return null;
            if (kind == '.') compound.Classes.Add(name);
            else if (kind == '#') compound.Ids.Add(name);
            else if (name == "first-child") compound.FirstChild = true;
            else if (name == "root") compound.Root = true;
            else return null;
        }
        return i == start ? null : compound;
    }

    private static AttributeTest? ParseAttribute(string text, ref int i)
    {
        i = CssText.SkipSpace(text, i);
        if (CssText.ReadName(text, ref i) is not { } name) return null;
        i = CssText.SkipSpace(text, i);
        if (i < text.Length && text[i] == ']')
        {
            i++;
            return new AttributeTest(name, '\0', "");
        }
        var operation = '=';
        if (i < text.Length && text[i] is '~' or '|' or '^' or '$' or '*') operation = text[i++];
        if (i >= text.Length || text[i++] != '=') return null;
        var end = CssText.Find(text, i, "]");
        if (end >= text.Length) return null;
        var value = text[i..end].Trim();
        if (value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0]) value = value[1..^1];
        i = end + 1;
        return new AttributeTest(name, operation, value);
    }
}
