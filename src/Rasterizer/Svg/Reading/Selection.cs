using System.Collections.Immutable;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Which elements and colours the options free or lock.</summary>
internal sealed class Selection
{
    private readonly SvgDocument _document;
    private readonly List<CssSelector> _only;
    private readonly List<CssSelector> _lock;
    private readonly List<CssColor> _colors = [];
    private int _steps;

    public Selection(SvgDocument document, SceneOptions options)
    {
        (_document, _steps) = (document, document.Limits.SelectorSteps);
        (_only, _lock) = (Parse(options.Only), Parse(options.Lock));
        foreach (var color in options.LockColors)
            _colors.Add(CssColor.Parse(color) ?? throw new SvgException(document.Name, 1, 1,
                $"The locked colour \"{color}\" is no colour.", "Write it as #rrggbb or by its name."));
    }

    // Prefixes are those of the file's root; without one, any namespace will do.
    private string? Namespace(string prefix) => prefix.Length == 0 ? null : _document.Root.Resolve(prefix);

    private List<CssSelector> Parse(ImmutableArray<string> texts)
    {
        var result = new List<CssSelector>();
        foreach (var text in texts)
        {
            var list = SelectorParser.ParseList(text, Namespace, isLenient: true)
                ?? throw new SvgException(_document.Name, 1, 1, $"The selector \"{text}\" is not understood.",
                    "Write #id, .class, an element's name, or a CSS selector made of these.");
            if (!_document.Elements.Exists(e => list.Exists(s => s.Matches(e, ref _steps))))
                throw new SvgException(_document.Name, 1, 1, $"The selector \"{text}\" matches no element.",
                    "Check the ids and classes in the file.");
            result.AddRange(list);
        }
        return result;
    }

    /// <summary>An element's freedom, given its surroundings'.</summary>
    public Freedom Of(SvgElement element, Freedom around)
    {
        if (Locks(element)) return Freedom.Locked;
        if (_only.Count == 0) return around;
        if (_only.Exists(s => s.Matches(element, ref _steps)))
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
    public bool Locks(SvgElement element) => _lock.Count > 0 && _lock.Exists(s => s.Matches(element, ref _steps));

    /// <summary>Whether a colour is to stay: one that differs by less than an eighth of a byte's step is the same in another notation.</summary>
    public bool Locks(CssColor color) => _colors.Exists(c => IsSame(c.R, color.R) && IsSame(c.G, color.G) && IsSame(c.B, color.B));

    private static bool IsSame(double a, double b) => Math.Abs(a - b) < 1 / 2040.0;
}
