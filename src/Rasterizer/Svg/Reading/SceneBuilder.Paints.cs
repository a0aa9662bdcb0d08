using System.Collections.Immutable;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Writing;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Paints: colours and gradients.</summary>
internal sealed partial class SceneBuilder
{
    private static readonly SolidPaint _black = new() { Color = ScalarColor.Constant(0, 0, 0, 1) };

    /// <summary>The paint of <c>fill</c> or <c>stroke</c>, or null for none.</summary>
    private Paint? ReadPaint(Frame frame, string property)
    {
        var value = frame.Style.Find(property);
        if (value is null) return property == "fill" ? _black : null;
        var text = value.Text.AsSpan().Trim();
        if (!text.StartsWith("url(", StringComparison.OrdinalIgnoreCase))
            return ReadPlainPaint(frame, value, 0, property);
        var (target, end) = Reference.Parse(value.Text);
        if (IsElsewhere(text.ToString())) _notes.Add(OtherFilesNote, frame.Element.Order);
        var server = target is null ? null : _document.ById(target);
        // Where it stands for a box that has no area, its colour is no variable of its own.
        var held = frame.Freedom == Freedom.Free ? frame with { Freedom = Freedom.Frozen } : frame;
        return (server is { IsSvg: true } ? ReadServer(frame, server, ReadFallback(held, value, end, property)) : null)
            ?? ReadFallback(frame, value, end, property);
    }

    private Paint? ReadServer(Frame frame, SvgElement server, Paint? fallback)
    {
        switch (server.LocalName)
        {
            case "linearGradient" or "radialGradient":
                return ReadGradient(frame, server, fallback);
            case "pattern":
                return ReadPattern(frame, server, fallback);
            case "meshgradient" or "meshGradient" or "mesh" or "hatch" or "solidcolor" or "solidColor":
                _notes.Add(ServerNote, server.Order);
                return null;
            default:
                return null;
        }
    }

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
            case "context-fill":
                return Relocated(frame, frame.Context?.Fill);
            case "context-stroke":
                return Relocated(frame, frame.Context?.Stroke);
        }
        return DeclaredColor(frame, value, start, property) is { } color ? new SolidPaint { Color = color } : property == "fill" ? _black : null;
    }

    /// <summary>The colour that a value holds from a position on, at its place; null where it holds none.</summary>
    private ScalarColor? DeclaredColor(Frame frame, StyleValue value, int start, string property)
    {
        if (CssColorReader.Read(value.Text[start..]) is not { } read) return null;
        // Words stay words: what depends on one is drawn and has no leaf.
        if (read.DependsOnContext)
        {
            var (current, at) = ColorProperty(frame);
            if (read.Length == "currentColor".Length && read.Form is null && !read.IsModern) return CurrentColor(frame, current, at);
            if (current is not null) _cascade.Hold(current);
            var mixed = CssColorReader.Read(value.Text[start..], ColorOf(current))!.Color;
            return ScalarColor.Constant(mixed.R, mixed.G, mixed.B, mixed.A);
        }
        var (color, places) = Places(value, read, start);
        return _table.Color(places, color, _selection.Locks(read.Color) || _selection.Locks(color) ? Freedom.Locked : frame.Freedom,
            value.Element, property);
    }

    /// <summary>
    /// A colour's places: its own, and that of the sRGB colour declared before it for readers that do not know its notation, so
    /// that both move together. Where sRGB lacks the colour, its author's choice there is drawn and not the nearest one.
    /// </summary>
    private static (CssColor Color, List<ColorPlace> Places) Places(StyleValue value, ReadColor read, int start)
    {
        var places = new List<ColorPlace>();
        if (value.Span is { } span) places.Add(new ColorPlace(span.Slice(start + read.Start, read.Length), read.Form));
        if (value.Earlier is not { } earlier || CssColorReader.Read(earlier.Text) is not { } plain || plain.Color.HasAlpha != read.Color.HasAlpha)
            return (read.Color, places);
        if (places.Count > 0 && earlier.Span is { } before) places.Add(new ColorPlace(before.Slice(plain.Start, plain.Length), plain.Form));
        return (read.IsInGamut ? read.Color : plain.Color with { A = read.Color.A }, places);
    }

    private static CssColor ColorOf(StyleValue? value) =>
        value is not null && CssColorReader.Read(value.Text) is { } read ? Places(value, read, 0).Color : new CssColor(0, 0, 0, 1, false);

    // The nearest `color` that is not currentColor itself, which stands for the inherited one.
    private static (StyleValue? Value, Style At) ColorProperty(Frame frame)
    {
        var (value, at) = frame.Style.FindWithStyle("color");
        while (value is not null && value.Text.Trim().Equals("currentColor", StringComparison.OrdinalIgnoreCase)
            && at.Parent is not null)
            (value, at) = at.Parent.FindWithStyle("color");
        return (value, at);
    }

    private ScalarColor CurrentColor(Frame frame)
    {
        var (value, at) = ColorProperty(frame);
        return CurrentColor(frame, value, at);
    }

    // What is written on `color` is drawn through a word, and words stay: no leaf.
    private ScalarColor CurrentColor(Frame frame, StyleValue? value, Style at)
    {
        if (value is null || CssColorReader.Read(value.Text) is not { } read) return ScalarColor.Constant(0, 0, 0, 1);
        if (read.DependsOnContext)
        {
            // A mixture with the inherited colour.
            var outer = at.Parent is { } parent ? ColorOf(parent.Find("color")) : new CssColor(0, 0, 0, 1, false);
            var mixed = CssColorReader.Read(value.Text, outer)!.Color;
            return ScalarColor.Constant(mixed.R, mixed.G, mixed.B, mixed.A);
        }
        var (color, places) = Places(value, read, 0);
        return _table.Color(places, color, frame.Freedom == Freedom.Free ? Freedom.Frozen : frame.Freedom, value.Element, "color");
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
        NoteInterpolation(element);
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
            return ReadLength(f, name, axis, ParameterKind.GradientGeometry, axis == Axis.Diagonal ? _notNegative : _any);
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
            stops.Add(new GradientStop(offset ?? Scalar.Constant(0), ReadColor(stop, "stop-color", "stop-opacity")));
        }
        return stops.DrainToImmutable();
    }

    /// <summary>A colour property with the opacity that belongs to it.</summary>
    private ScalarColor ReadColor(Frame frame, string property, string opacityProperty)
    {
        var value = frame.Style.Find(property);
        var color = ScalarColor.Constant(0, 0, 0, 1);
        if (value is not null && DeclaredColor(frame, value, 0, property) is { } declared) color = declared;
        var opacity = ReadOpacity(frame, opacityProperty);
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
