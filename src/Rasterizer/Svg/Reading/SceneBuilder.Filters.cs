using System.Collections.Immutable;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Filters: the property's list, and the <c>filter</c> element with its region.</summary>
internal sealed partial class SceneBuilder
{
    // Elements whose filters are being read, and those of them that their own feImage shows.
    private readonly HashSet<SvgElement> _filtered = [], _selfShown = [];

    /// <summary>
    /// The filters of an element, or null where it is not drawn: where none of its references leads to a filter, as by resvg. A list that
    /// is not understood counts as none, and so does one that leads back to the element or to a filter that is being read.
    /// </summary>
    private ImmutableArray<FilterNode>? ReadFilters(Frame frame)
    {
        if (frame.Style.Find("filter") is not { } value || !_filtered.Add(frame.Element)) return [];
        var filters = ReadFilters(frame, value);
        _filtered.Remove(frame.Element);
        return _selfShown.Remove(frame.Element) ? [] : filters;
    }

    private ImmutableArray<FilterNode>? ReadFilters(Frame frame, StyleValue value)
    {
        var filters = ImmutableArray.CreateBuilder<FilterNode>();
        var (isElsewhere, isBroken) = (false, false);
        for (var at = CssText.SkipSpace(value.Text, 0); at < value.Text.Length; at = CssText.SkipSpace(value.Text, at))
        {
            var open = value.Text.IndexOf('(', at);
            if (open < 0) return [];
            var name = value.Text[at..open].ToLowerInvariant();
            var close = CssText.Find(value.Text, name == "url" ? at : open + 1, name == "url" ? " \t\r\n\f" : ")");
            if (name == "url")
            {
                var (id, end) = Reference.Parse(value.Text[at..]);
                if (id is null && IsElsewhere(value.Text[at..(at + end)])) isElsewhere = true;
                else if (id is not null && _document.ById(id) is { } target)
                {
                    if (_active.Contains(target)) return [];
                    if (ReadFilter(frame, target) is { } filter) filters.Add(filter);
                    else isBroken = true;
                }
                else isBroken = true;
                at += end;
                continue;
            }
            if (close >= value.Text.Length || ReadFilterFunction(frame, value, name, open + 1, close) is not { } primitive) return [];
            filters.Add(new FilterNode { Primitives = [primitive] });
            CountNode(frame.Element);
            at = close + 1;
        }
        if (isElsewhere) _notes.Add(OtherFilesNote, frame.Element.Order);
        if (filters.Count > 0 || !isBroken) return filters.DrainToImmutable();
        _notes.Add("Elements whose filter refers to no filter, or to one in error, are not drawn ({0}).", frame.Element.Order);
        return null;
    }

    /// <summary>A filter element; null where it is none, or in error.</summary>
    private FilterNode? ReadFilter(Frame user, SvgElement element)
    {
        if (!element.Is("filter")) return null;
        _active.Add(element);
        try
        {
            var chain = HrefChain(element, e => e.Is("filter"));
            if (chain.Find(e => e.Children.Exists(c => c.IsSvg)) is not { } holder) return null;
            var frame = Contained(user, element) with { Freedom = FreedomOf(user, element) };
            var boxUnits = FirstValue(chain, "filterUnits") != "userSpaceOnUse";
            var boxPrimitives = FirstValue(chain, "primitiveUnits") == "objectBoundingBox";
            var region = boxUnits ? frame with { Viewport = new Viewport(1, 1) } : frame;
            Scalar Part(string name, Axis axis, double fallback)
            {
                if (FirstWith(chain, name) is not { } e) return Scalar.Constant(fallback * region.Viewport.Base(axis));
                var at = region with { Style = DocumentStyle(e) };
                // In fractions of the box it follows the box; what must not change does not follow.
                return (boxUnits || frame.Freedom != Freedom.Free || _selection.Freezes(e.Order, null) ? Measure(at, name, axis) is { } number ? Scalar.Constant(number) : (Scalar?)null
                    : ReadLength(at, name, axis, ParameterKind.FilterRegion, _any)) ?? Scalar.Constant(fallback * region.Viewport.Base(axis));
            }
            var box = new FilterRegion(Part("x", Axis.X, -.1), Part("y", Axis.Y, -.1), Part("width", Axis.X, 1.2), Part("height", Axis.Y, 1.2));
            if (!(_table.Initial(box.Width) > 0 && _table.Initial(box.Height) > 0)) return null;
            if (FirstWith(chain, "filterRes") is { } coarse) _notes.Add(ResolutionNote, coarse.Order);
            var primitives = ReadPrimitives(boxPrimitives ? InBox(frame) with { Viewport = new Viewport(1, 1) } : frame, holder);
            return primitives.IsEmpty ? null : new FilterNode
            {
                Region = box, BoundingBoxUnits = boxUnits, BoundingBoxPrimitives = boxPrimitives, Primitives = primitives,
            };
        }
        finally
        {
            _active.Remove(element);
        }
    }

    private ImmutableArray<FilterPrimitive> ReadPrimitives(Frame frame, SvgElement filter)
    {
        var primitives = ImmutableArray.CreateBuilder<FilterPrimitive>();
        var results = new Dictionary<string, int>();
        foreach (var element in filter.Children)
        {
            if (!element.IsSvg || !element.LocalName.StartsWith("fe", StringComparison.Ordinal)) continue;
            if (primitives.Count >= _limits.FilterPrimitives)
                throw _document.Error(element, $"A filter has more than {_limits.FilterPrimitives} primitives.", "Use fewer.");
            var inside = frame with { Style = DocumentStyle(element) };
            var header = new PrimitiveHeader(
                Measure(inside, "x", Axis.X), Measure(inside, "y", Axis.Y), Measure(inside, "width", Axis.X), Measure(inside, "height", Axis.Y),
                inside.Style.Word("color-interpolation-filters") != "srgb", input => ResolveInput(element.Attribute(input)?.Value.Value), ResolveInput);
            // As by resvg, what follows a subregion of no size is left out.
            if (header.Width <= 0 || header.Height <= 0) break;
            if (ReadPrimitive(inside, header) is not { } primitive) continue;
            CountNode(element);
            NotePrimitive(element);
            primitives.Add(primitive);
            if (element.Attribute("result")?.Value.Value is { } name) results[name] = primitives.Count - 1;
        }
        return primitives.DrainToImmutable();

        // An unknown or missing input is the last result (Filter Effects section 9.2); the background and the paints of the element, which
        // no one draws, are what is filtered.
        int ResolveInput(string? name) => name switch
        {
            "SourceGraphic" or "BackgroundImage" or "BackgroundAlpha" or "FillPaint" or "StrokePaint" => FilterPrimitive.SourceGraphic,
            "SourceAlpha" => FilterPrimitive.SourceAlpha,
            _ => name is not null && results.TryGetValue(name, out var index) ? index
                : primitives.Count > 0 ? primitives.Count - 1 : FilterPrimitive.SourceGraphic,
        };
    }

    private void NotePrimitive(SvgElement element)
    {
        if (element.Attribute("kernelUnitLength") is not null) _notes.Add(ResolutionNote, element.Order);
        if (IsUnknown(element, "in") || IsUnknown(element, "in2") || element.Children.Exists(c => IsUnknown(c, "in")))
            _notes.Add("The filter inputs BackgroundImage, BackgroundAlpha, FillPaint and StrokePaint are taken as SourceGraphic ({0}).", element.Order);

        static bool IsUnknown(SvgElement e, string name) =>
            e.Attribute(name)?.Value.Value is "BackgroundImage" or "BackgroundAlpha" or "FillPaint" or "StrokePaint";
    }

    /// <summary>What all primitives share.</summary>
    private sealed record PrimitiveHeader(
        double? X, double? Y, double? Width, double? Height, bool IsLinear, Func<string, int> Input, Func<string?, int> Named);
}
