using System.Collections.Frozen;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>Pseudo-classes without arguments, as a still drawing that nobody touches answers them.</summary>
internal static class PseudoClassNames
{
    private static readonly FrozenDictionary<string, Func<PseudoClass>> _known = new Dictionary<string, Func<PseudoClass>>
    {
        ["root"] = Simple(e => e.Parent is null), ["scope"] = Simple(e => e.Parent is null),
        ["empty"] = Simple(e => e.Children.Count == 0 && e.Texts.TrueForAll(t => t.Value.Length == 0)),
        ["first-child"] = () => new NthTest(0, 1, false, false, null), ["last-child"] = () => new NthTest(0, 1, true, false, null),
        ["only-child"] = Simple(e => (e.Parent?.Children.Count ?? 1) == 1),
        ["first-of-type"] = () => new NthTest(0, 1, false, true, null), ["last-of-type"] = () => new NthTest(0, 1, true, true, null),
        ["only-of-type"] = () => new OnlyOfTypeTest(),
        ["link"] = Simple(IsLink), ["any-link"] = Simple(IsLink), ["-webkit-any-link"] = Simple(IsLink),
        ["read-only"] = Simple(_ => true), ["defined"] = Simple(_ => true),
    }.ToFrozenDictionary();

    // What is asked of pointers, keys, forms, media and histories.
    private static readonly FrozenSet<string> _never = FrozenSet.ToFrozenSet(
    [
        "hover", "active", "focus", "focus-visible", "focus-within", "visited", "target", "target-within", "target-current", "local-link",
        "checked", "indeterminate", "default", "enabled", "disabled", "read-write", "placeholder-shown", "valid", "invalid", "in-range",
        "out-of-range", "required", "optional", "user-valid", "user-invalid", "blank", "autofill", "-webkit-autofill", "fullscreen",
        "-webkit-full-screen", "modal", "popover-open", "open", "picture-in-picture", "playing", "paused", "seeking", "buffering", "stalled",
        "muted", "volume-locked", "current", "past", "future", "host", "active-view-transition", "-webkit-drag", "xr-overlay", "window-inactive",
    ]);

    private static readonly FrozenSet<string> _pseudoElements = FrozenSet.ToFrozenSet(
    [
        "before", "after", "first-line", "first-letter", "selection", "target-text", "search-text", "spelling-error", "grammar-error", "marker",
        "placeholder", "backdrop", "file-selector-button", "cue", "details-content", "view-transition", "scroll-marker", "scroll-marker-group",
        "checkmark", "picker-icon", "column",
    ]);

    public static PseudoClass? Find(string name) => _known.TryGetValue(name, out var make) ? make()
        : _never.Contains(name) ? new SimpleTest(_ => false) : null;

    public static bool IsPseudoElement(string name, bool hasArgument) => hasArgument
        ? name is "part" or "slotted" or "highlight" or "cue" or "picker" or "scroll-button" || name.StartsWith("view-transition-", StringComparison.Ordinal)
        : _pseudoElements.Contains(name) || name.StartsWith("-webkit-", StringComparison.Ordinal);

    private static Func<PseudoClass> Simple(Predicate<SvgElement> predicate) => () => new SimpleTest(predicate);

    private static bool IsLink(SvgElement e) => e.LocalName is "a" && e.Href is not null;
}
