using System.Collections.Immutable;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Which elements and colours the options free or lock.</summary>
internal sealed class Selection
{
    private readonly SvgDocument _document;
    private readonly HashSet<SvgElement> _only;
    private readonly HashSet<SvgElement> _lock;
    private readonly List<CssColor> _colors = [];
    private readonly HashSet<int> _frozen = [];
    private readonly HashSet<SvgElement> _holders = new(ReferenceEqualityComparer.Instance);
    private readonly TextRanges _frozenText = new();
    private int _steps;

    public Selection(SvgDocument document, SceneOptions options)
    {
        (_document, _steps) = (document, document.Limits.SelectorSteps);
        (_only, _lock) = (Find(options.Only), Find(options.Lock));
        foreach (var color in options.LockColors)
            _colors.Add(CssColor.Parse(color) ?? throw new SvgException(document.Name, 1, 1,
                $"The locked colour \"{color}\" is no colour.", "Write it as #rrggbb or by its name."));
        if (_lock.Count == 0) return;
        foreach (var element in document.Elements)
            if (_lock.Contains(element) || element.Parent is { } parent && _frozen.Contains(parent.Order)) _frozen.Add(element.Order);
        foreach (var element in _lock)
        {
            if (element.Parent is not { } parent || !_frozen.Contains(parent.Order)) _frozenText.Add(element.Start, Math.Max(element.EndTag, element.InsertAt) + 1);
            for (var e = element.Parent; e is not null && _holders.Add(e); e = e.Parent) { }
        }
    }

    // Prefixes are those of the file's root; without one, any namespace will do.
    private string? Namespace(string prefix) => prefix.Length == 0 ? null : _document.Root.Resolve(prefix);

    // A selector, or where it selects nothing, a name.
    private HashSet<SvgElement> Find(ImmutableArray<string> texts)
    {
        var result = new HashSet<SvgElement>(ReferenceEqualityComparer.Instance);
        foreach (var text in texts)
        {
            var list = SelectorParser.ParseList(text, Namespace, isLenient: true);
            List<SvgElement> found = list is null ? [] : _document.Elements.FindAll(e => CssSelector.Any(list, e, ref _steps));
            if (_steps < 0)
                throw new SvgException(_document.Name, 1, 1, $"Matching the selector \"{text}\" takes too long.", "Write #id or .class.");
            if (found.Count == 0) found.AddRange(ElementNames.Find(_document, text));
            if (found.Count == 0)
                throw new SvgException(_document.Name, 1, 1, $"The selector \"{text}\" {(list is null ? "is not understood, nor is it an element's name" : "matches no element")}.",
                    ElementNames.Remedy(_document, text));
            result.UnionWith(found);
        }
        return result;
    }

    /// <summary>An element's freedom, given its surroundings'.</summary>
    public Freedom Of(SvgElement element, Freedom around)
    {
        if (Locks(element)) return Freedom.Locked;
        if (_only.Count == 0) return around;
        if (_only.Contains(element))
            return element.Parent is null || around != Freedom.Locked || !LockedAround(element) ? Freedom.Free
                : Freedom.Locked;
        return element.Parent is null ? Freedom.Locked : around;
    }

    // What is locked because nothing selected it so far may still be selected inside; what the options lock may not.
    private bool LockedAround(SvgElement element)
    {
        for (var e = element.Parent; e is not null; e = e.Parent)
            if (Locks(e)) return true;
        return false;
    }

    /// <summary>
    /// An element's freedom where nothing frees it but a selection: contents of patterns, markers, masks and clip
    /// paths.
    /// </summary>
    public Freedom OfContained(SvgElement element)
    {
        var path = new Stack<SvgElement>();
        for (var e = element; e is not null; e = e.Parent) path.Push(e);
        var freedom = Freedom.Frozen;
        foreach (var e in path) freedom = Of(e, freedom);
        return freedom;
    }

    /// <summary>Whether the options lock an element itself.</summary>
    public bool Locks(SvgElement element) => _lock.Contains(element);

    /// <summary>Whether something in an element is locked, so that what moves the whole element is, too.</summary>
    public bool Holds(SvgElement element) => _holders.Contains(element);

    /// <summary>Whether what stands on an element, or at a place of the file, is in a locked element's text.</summary>
    public bool Freezes(int element, int? place) =>
        _frozen.Contains(element) || place is { } at && _frozenText.Contains(at);

    /// <summary>Whether a colour is to stay: one that differs by less than an eighth of a byte's step is the same in another notation.</summary>
    public bool Locks(CssColor color) => _colors.Exists(c => IsSame(c.R, color.R) && IsSame(c.G, color.G) && IsSame(c.B, color.B));

    private static bool IsSame(double a, double b) => Math.Abs(a - b) < 1 / 2040.0;
}
