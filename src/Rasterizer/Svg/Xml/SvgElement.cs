namespace SvgDistill.Rasterizer.Svg.Xml;

/// <summary>An attribute as written.</summary>
/// <param name="Prefix">The prefix, or the empty string.</param>
/// <param name="LocalName">The name without prefix.</param>
/// <param name="Namespace">The namespace that the prefix stands for, or the empty string.</param>
/// <param name="Value">The value and its place.</param>
/// <param name="Start">Where the name begins.</param>
internal sealed record SvgAttribute(string Prefix, string LocalName, string Namespace, SourceText Value, int Start);

/// <summary>An element with its place in the file.</summary>
internal sealed class SvgElement
{
    public const string SvgNamespace = "http://www.w3.org/2000/svg";
    public const string XLinkNamespace = "http://www.w3.org/1999/xlink";
    public const string XmlNamespace = "http://www.w3.org/XML/1998/namespace";

    private readonly List<SvgAttribute> _attributes = [];
    private readonly List<SvgElement> _children = [];

    /// <summary>The number in document order; the root is 0.</summary>
    public required int Order { get; init; }
    /// <summary>The position among the parent's element children.</summary>
    public required int Index { get; init; }
    /// <summary>The parent, or null for the root.</summary>
    public required SvgElement? Parent { get; init; }
    /// <summary>The prefix, or the empty string.</summary>
    public required string Prefix { get; init; }
    /// <summary>The name without prefix.</summary>
    public required string LocalName { get; init; }
    /// <summary>Where the start tag begins; for elements out of an entity where the reference stands.</summary>
    public required int Start { get; init; }
    /// <summary>True where an entity's text brought it, so that its values have no place of their own.</summary>
    public required bool FromEntity { get; init; }
    /// <summary>How deep it lies; the root is 1.</summary>
    public int Depth => field > 0 ? field : field = 1 + (Parent?.Depth ?? 0);
    /// <summary>Where a new attribute may be inserted: behind the last attribute.</summary>
    public int InsertAt { get; set; }
    /// <summary>Where the end tag begins, or -1 where there is none.</summary>
    public int EndTag { get; set; } = -1;
    /// <summary>The namespace, or the empty string.</summary>
    public string Namespace { get; set; } = "";
    /// <summary>True for SVG's namespace (or none at all in a file that declares no default).</summary>
    public bool IsSvg { get; set; }
    /// <summary>Prefixes declared here, or null.</summary>
    public Dictionary<string, string>? Namespaces { get; set; }
    /// <summary>Character data between the tags, in order.</summary>
    public List<SourceText> Texts { get; } = [];
    /// <summary>For each of <see cref="Texts"/>, how many child elements stand before it.</summary>
    public List<int> ChildrenBefore { get; } = [];
    public List<SvgAttribute> Attributes => _attributes;
    public List<SvgElement> Children => _children;
    /// <summary><c>id</c>, or null.</summary>
    public string? Id => Attribute("id")?.Value.Value;

    /// <summary>Adds character data behind what the element holds.</summary>
    public void Add(SourceText text)
    {
        Texts.Add(text);
        ChildrenBefore.Add(Children.Count);
    }

    /// <summary>Whether <c>class</c> holds a name.</summary>
    public bool HasClass(string name) => Classes.Contains(name);

    /// <summary>The names in <c>class</c>.</summary>
    public HashSet<string> Classes => field ??= [.. (Attribute("class")?.Value.Value ?? "").Split((char[]?)null,
        StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>The number among the siblings of the same name and namespace, counted from 1 at either end.</summary>
    public (int FromStart, int FromEnd) TypeNumber
    {
        get
        {
            if (_typeNumber.FromStart == 0 && Parent is null) _typeNumber = (1, 1);
            if (_typeNumber.FromStart == 0) Number(Parent!._children);
            return _typeNumber;
        }
    }

    private (int FromStart, int FromEnd) _typeNumber;

    // All siblings at once: one by one, a large group would be gone through again and again.
    private static void Number(List<SvgElement> siblings)
    {
        var counts = new Dictionary<(string, string), int>();
        foreach (var e in siblings) e._typeNumber.FromStart = counts[(e.Namespace, e.LocalName)] = counts.GetValueOrDefault((e.Namespace, e.LocalName)) + 1;
        foreach (var e in siblings) e._typeNumber.FromEnd = counts[(e.Namespace, e.LocalName)] + 1 - e._typeNumber.FromStart;
    }

    /// <summary>True for an SVG element of this name.</summary>
    public bool Is(string localName) => IsSvg && LocalName == localName;

    /// <summary>Whether it animates another (SMIL).</summary>
    public bool IsAnimation => IsSvg && LocalName is ("animate" or "animateColor" or "animateMotion" or "animateTransform" or "set");

    /// <summary>An attribute without namespace, or null.</summary>
    public SvgAttribute? Attribute(string name)
    {
        foreach (var attribute in _attributes)
            if (attribute.Prefix.Length == 0 && attribute.LocalName == name) return attribute;
        return null;
    }

    /// <summary><c>href</c>, else <c>xlink:href</c>, or null (SVG 2 section 16.1.5).</summary>
    public SvgAttribute? Href
    {
        get
        {
            if (Attribute("href") is { } plain) return plain;
            foreach (var attribute in _attributes)
                if (attribute.LocalName == "href" && attribute.Namespace == XLinkNamespace) return attribute;
            return null;
        }
    }

    /// <summary>What a prefix stands for here, or null where nothing binds it.</summary>
    public string? Resolve(string prefix)
    {
        if (prefix == "xml") return XmlNamespace;
        for (var element = this; element is not null; element = element.Parent)
            if (element.Namespaces is { } map && map.TryGetValue(prefix, out var uri)) return uri;
        return null;
    }
}
