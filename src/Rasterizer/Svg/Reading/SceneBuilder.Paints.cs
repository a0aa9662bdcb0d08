using System.Collections.Immutable;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Paints: colours and gradients.</summary>
internal sealed partial class SceneBuilder
{
    private static readonly SolidPaint Black = new() { Color = ScalarColor.Constant(0, 0, 0, 1) };

    /// <summary>The paint of <c>fill</c> or <c>stroke</c>, or null for none.</summary>
    private Paint? ReadPaint(Frame frame, string property)
    {
        var value = frame.Style.Find(property);
        if (value is null) return property == "fill" ? Black : null;
        var text = value.Text.AsSpan().Trim();
        if (!text.StartsWith("url(", StringComparison.OrdinalIgnoreCase))
            return ReadPlainPaint(frame, value, 0, property);
        var (target, end) = Reference.Parse(value.Text);
        var server = target is null ? null : _document.ById(target);
        // Where it stands for a box that has no area, its colour is no variable of its own.
        var held = frame.Freedom == Freedom.Free ? frame with { Freedom = Freedom.Frozen } : frame;
        return (server is { IsSvg: true } ? ReadServer(frame, server, ReadFallback(held, value, end, property)) : null)
            ?? ReadFallback(frame, value, end, property);
    }

    private Paint? ReadServer(Frame frame, SvgElement server, Paint? fallback) => server.LocalName switch
    {
        "linearGradient" or "radialGradient" => ReadGradient(frame, server, fallback),
        "pattern" => ReadPattern(frame, server, fallback),
        _ => null,
    };

    // What follows url() is used where the server cannot be.
    private Paint? ReadFallback(Frame frame, StyleValue value, int start, string property) =>
        value.Text.AsSpan(start).Trim().IsEmpty ? null : ReadPlainPaint(frame, value, start, property);

    // A word or a colour, from a position of the value on.
    private Paint? ReadPlainPaint(Frame frame, StyleValue value, int start, string property)
    {
        var text = value.Text.AsSpan(start);
        switch (text.Trim().ToString().ToLowerInvariant())
        {
            case "none":
                return null;
            case "currentcolor":
                return new SolidPaint { Color = CurrentColor(frame) };
            case "context-fill":
                return Relocated(frame, frame.Context?.Fill);
            case "context-stroke":
                return Relocated(frame, frame.Context?.Stroke);
        }
        if (ColorAt(value, start) is { } found)
            return new SolidPaint { Color = WrittenColor(frame, value, found.Color, found.Span, property) };
        return property == "fill" ? Black : null;
    }

    /// <summary>A colour with its place.</summary>
    private static (CssColor Color, SourceSpan? Span)? ColorAt(StyleValue value, int start)
    {
        var text = value.Text.AsSpan(start);
        var skip = text.Length - text.TrimStart().Length;
        text = text.Trim();
        return CssColor.Parse(text) is { } color ? (color, value.Span?.Slice(start + skip, text.Length)) : null;
    }

    private ScalarColor WrittenColor(Frame frame, StyleValue value, CssColor color, SourceSpan? span,
        string property) =>
        _table.Color(span, color, _selection.Locks(color) ? Freedom.Locked : frame.Freedom, value.Element, property);

    // What is written on `color` is drawn through a word, and words stay: no leaf.
    private ScalarColor CurrentColor(Frame frame)
    {
        var style = frame.Style;
        var (value, at) = style.FindWithStyle("color");
        while (value is not null && value.Text.Trim().Equals("currentColor", StringComparison.OrdinalIgnoreCase)
            && at.Parent is not null)
            (value, at) = at.Parent.FindWithStyle("color");
        return value is not null && ColorAt(value, 0) is { } found
            ? _table.Color(found.Span, found.Color, frame.Freedom == Freedom.Free ? Freedom.Frozen : frame.Freedom,
                value.Element, "color")
            : ScalarColor.Constant(0, 0, 0, 1);
    }

    /// <summary>
    /// An element and what its <c>href</c>s lead to, nearest first, up to where they run in a circle.
    /// </summary>
    private List<SvgElement> HrefChain(SvgElement element, Predicate<SvgElement> accept)
    {
        var chain = new List<SvgElement> { element };
        while (chain[^1].Href is { } href && Reference.Fragment(href.Value.Value) is { } id
            && _document.ById(id) is { } next && accept(next))
        {
            if (chain.Contains(next)) break;
            if (chain.Count >= _limits.Depth)
                throw _document.Error(element, $"A chain of references is longer than {_limits.Depth}.", "Shorten it.");
            chain.Add(next);
        }
        return chain;
    }

    private static SvgElement? FirstWith(List<SvgElement> chain, string attribute) =>
        chain.Find(e => e.Attribute(attribute) is not null);

    private static string? FirstValue(List<SvgElement> chain, string attribute) =>
        FirstWith(chain, attribute)?.Attribute(attribute)?.Value.Value;

    private Paint? ReadGradient(Frame frame, SvgElement element, Paint? fallback)
    {
        var chain = HrefChain(element, e => e.IsSvg && e.LocalName is "linearGradient" or "radialGradient");
        // Only gradients of its own kind lend a gradient their geometry (SVG 2 section 14.2.2).
        var kin = chain.FindAll(e => e.LocalName == element.LocalName);
        var boxUnits = FirstValue(chain, "gradientUnits") != "userSpaceOnUse";
        var holder = chain.Find(e => e.Children.Exists(c => c.Is("stop")));
        var stops = holder is null ? [] : ReadStops(frame, holder);
        if (stops.Length == 0) return null;
        if (stops.Length == 1) return new SolidPaint { Color = stops[0].Color };
        var transformed = chain.Find(e => _cascade.Declared(e).ContainsKey("transform")) ?? element;
        var units = boxUnits ? InBox(frame) with { Viewport = new Viewport(1, 1) } : frame;
        var placed = units with { Style = DocumentStyle(transformed) };
        var transform = ReadTransform(placed with { Freedom = FreedomOf(frame, transformed) }, transformed);
        if (!boxUnits) units = units with { ToScene = units.ToScene * transform.OfPaint };
        var spread = FirstValue(chain, "spreadMethod") switch
        {
            "reflect" => SpreadMethod.Reflect,
            "repeat" => SpreadMethod.Repeat,
            _ => SpreadMethod.Pad,
        };
        return element.LocalName == "linearGradient" ? Linear() : Radial();

        Scalar? Written(string name, Axis axis)
        {
            if (FirstWith(kin, name) is not { } e) return null;
            var f = units with { Style = DocumentStyle(e), Freedom = FreedomOf(frame, e) };
            return ReadLength(f, name, axis, ParameterKind.GradientGeometry, axis == Axis.Diagonal ? NotNegative : Any);
        }

        Scalar Number(string name, Axis axis, double fallback) => Written(name, axis)
            ?? Scalar.Constant(fallback * units.Viewport.Base(axis));

        Paint Linear()
        {
            ScalarPoint start = new(Number("x1", Axis.X, 0), Number("y1", Axis.Y, 0)),
                end = new(Number("x2", Axis.X, 1), Number("y2", Axis.Y, 0));
            return new LinearGradientPaint { Start = start, End = end, BoundingBoxUnits = boxUnits,
                Transform = transform.Chain, Spread = spread, Stops = stops, Fallback = boxUnits ? fallback : null };
        }

        Paint Radial()
        {
            ScalarPoint center = new(Number("cx", Axis.X, .5), Number("cy", Axis.Y, .5));
            var radius = Number("r", Axis.Diagonal, .5);
            if (!(_table.Initial(radius) >= 0)) return new SolidPaint { Color = stops[^1].Color };
            var focusRadius = Number("fr", Axis.Diagonal, 0);
            if (_table.Initial(focusRadius) < 0) focusRadius = Scalar.Constant(0);
            return new RadialGradientPaint
            {
                Center = center, Radius = radius,
                Focus = new(Written("fx", Axis.X) ?? center.X, Written("fy", Axis.Y) ?? center.Y),
                FocusRadius = focusRadius, BoundingBoxUnits = boxUnits, Transform = transform.Chain, Spread = spread,
                Stops = stops, Fallback = boxUnits ? fallback : null,
            };
        }
    }

    // A paint server's values are as free as what it paints, unless it is locked itself.
    private Freedom FreedomOf(Frame frame, SvgElement server) => _selection.Locks(server) ? Freedom.Locked
        : frame.Freedom;

    private ImmutableArray<GradientStop> ReadStops(Frame frame, SvgElement gradient)
    {
        var stops = ImmutableArray.CreateBuilder<GradientStop>();
        CountPoints(gradient.Children.Count, gradient);
        foreach (var element in gradient.Children)
        {
            if (!element.Is("stop")) continue;
            var stop = frame with { Style = DocumentStyle(element), Freedom = FreedomOf(frame, element) };
            var offset = element.Attribute("offset")?.Value is { } text
                ? ReadFraction(stop, text.Value, text.IsEditable ? new SourceSpan(text, 0, text.Value.Length) : null,
                    ParameterKind.StopOffset, element, "offset")
                : null;
            stops.Add(new GradientStop(offset ?? Scalar.Constant(0), ReadStopColor(stop)));
        }
        return stops.DrainToImmutable();
    }

    private ScalarColor ReadStopColor(Frame stop)
    {
        var value = stop.Style.Find("stop-color");
        var color = ScalarColor.Constant(0, 0, 0, 1);
        if (value is not null)
        {
            if (value.Text.Trim().Equals("currentColor", StringComparison.OrdinalIgnoreCase))
                color = CurrentColor(stop);
            else if (ColorAt(value, 0) is { } found)
                color = WrittenColor(stop, value, found.Color, found.Span, "stop-color");
        }
        var opacity = ReadOpacity(stop, "stop-opacity");
        // A product of two parameters is no scalar: the opacity stays one, the colour's own alpha is held.
        return color with { A = color.A.IsConstant || opacity.IsConstant ? Product(color.A, opacity)
            : _table.Initial(color.A) * opacity };
    }

    private readonly Dictionary<SvgElement, Style> _documentStyles = [];

    /// <summary>The style of an element where it stands in the document, for what is only referred to.</summary>
    private Style DocumentStyle(SvgElement element)
    {
        if (_documentStyles.TryGetValue(element, out var style)) return style;
        // Bounded by the document's depth.
        return _documentStyles[element] = element.Parent is null ? new Style(_cascade, element, null)
            : DocumentStyle(element.Parent).Of(element);
    }
}
