using System.Collections.Immutable;
using System.Globalization;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Numbers: lengths, opacities, transforms, view boxes, the canvas.</summary>
internal sealed partial class SceneBuilder
{
    private const double DefaultFontSize = 12;
    private const double DefaultCanvas = 100;
    // The reciprocal of a smaller side is no number to draw with.
    private const double SmallestSide = 1e-30;
    private static readonly (double, double) _any = (double.NegativeInfinity, double.PositiveInfinity);
    private static readonly (double, double) _notNegative = (0, double.PositiveInfinity);

    private static (double, double) RangeOf(ParameterKind kind) => kind == ParameterKind.Size ? _notNegative : _any;

    private readonly record struct Canvas(double Width, double Height, ViewBox? ViewBox, bool IsDrawn,
        bool FromContent);

    private Canvas ReadCanvas(SvgElement root, Style style)
    {
        var box = ReadViewBox(root);
        var drawn = true;
        var width = Side("width", box?.Width);
        var height = Side("height", box?.Height);
        if (!(width <= _limits.CanvasSide && height <= _limits.CanvasSide))
            throw _document.Error(root, $"The picture is larger than {_limits.CanvasSide:0} units.",
                "Set width, height and viewBox to what is drawn.");
        // Without any size the content gives it, once it is read.
        return new Canvas(width, height, box, drawn, box is null && root.Attribute("width") is null
            && root.Attribute("height") is null);

        double Side(string name, double? boxSide)
        {
            var fallback = boxSide ?? DefaultCanvas;
            if (root.Attribute(name)?.Value is not { } text || Length.Parse(text.Value) is not { } length
                || length.Factor(fallback, FontSize(style)) is not { } factor) return fallback;
            if (length.Number * factor > SmallestSide) return length.Number * factor;
            // An error that disables rendering (SVG 2 section 8.2), not reading.
            drawn = false;
            _notes.Add("A picture whose width or height is not positive is not drawn ({0}).", root.Order);
            return fallback;
        }
    }

    private static ViewBox? ReadViewBox(SvgElement element)
    {
        if (element.Attribute("viewBox")?.Value.Value is not { } text || Length.ParseList(text) is not { Count: 4 } v)
            return null;
        if (!(v[2].Number > SmallestSide && v[3].Number > SmallestSide)) return null;
        var (x, y, fit) = ReadAspectRatio(element);
        return new ViewBox(v[0].Number, v[1].Number, v[2].Number, v[3].Number, x, y, fit);
    }

    private static (double X, double Y, ViewBoxFit Fit) ReadAspectRatio(SvgElement element)
    {
        var words = (element.Attribute("preserveAspectRatio")?.Value.Value ?? "").Split((char[]?)null,
            StringSplitOptions.RemoveEmptyEntries);
        var i = words is ["defer", ..] ? 1 : 0;
        if (i >= words.Length) return (.5, .5, ViewBoxFit.Meet);
        if (words[i] == "none") return (.5, .5, ViewBoxFit.None);
        var align = words[i];
        var fit = i + 1 < words.Length && words[i + 1] == "slice" ? ViewBoxFit.Slice : ViewBoxFit.Meet;
        static double Part(string text, char axis) =>
            text.Contains(axis + "Min", StringComparison.Ordinal) ? 0
                : text.Contains(axis + "Max", StringComparison.Ordinal) ? 1 : .5;
        return (Part(align, 'x'), Part(align, 'Y'), fit);
    }

    /// <summary>The font size in user units, for <c>em</c> and <c>ex</c>.</summary>
    private static double FontSize(Style? style)
    {
        if (style is null) return DefaultFontSize;
        var (value, at) = style.FindWithStyle("font-size");
        if (value is null) return DefaultFontSize;
        if (FontWord(value.Text) is { } word) return word * (word < 0 ? -FontSize(at.Parent) : DefaultFontSize);
        if (Length.Parse(value.Text) is not { } length) return DefaultFontSize;
        // Bounded by the depth of the style chain.
        var outer = length.Unit is "em" or "ex" or "%" ? FontSize(at.Parent) : DefaultFontSize;
        return length.Number * length.Factor(outer, outer) ?? DefaultFontSize;
    }

    // Sizes by name: powers of 1.2 of the medium size; a negative factor is of the parent's size.
    private static double? FontWord(string text) => text.Trim() switch
    {
        "xx-small" => Math.Pow(1.2, -3),
        "x-small" => Math.Pow(1.2, -2),
        "small" => 1 / 1.2,
        "medium" => 1,
        "large" => 1.2,
        "x-large" => 1.2 * 1.2,
        "xx-large" => Math.Pow(1.2, 3),
        "smaller" => -1 / 1.2,
        "larger" => -1.2,
        _ => null,
    };

    /// <summary>A geometry attribute as a scalar, or null where it is missing or no length.</summary>
    private Scalar? ReadLength(Frame frame, string name, Axis axis, ParameterKind kind, (double, double) range)
    {
        var element = frame.Element;
        if (GeometryProperty(frame, name) is { } property)
            return ToScalar(frame, property.Text, property.Span, frame.Style, axis, kind, range, property.Element, name, missingUnit: "px");
        if (element.Attribute(name)?.Value is not { } text) return null;
        return ToScalar(frame, text.Value, text.IsEditable ? new SourceSpan(text, 0, text.Value.Length) : null,
            frame.Style, axis, kind, range, element, name);
    }

    /// <summary>A geometry attribute of what is frozen, as a number; null where it is missing or no length.</summary>
    private double? Measure(Frame frame, string name, Axis axis)
    {
        var (element, property, attribute) = (frame.Element, GeometryProperty(frame, name), frame.Element.Attribute(name)?.Value);
        if ((property?.Text ?? attribute?.Value) is not { } text || Length.Parse(text) is not { } length
            || length.Factor(frame.Viewport.Base(axis), FontSize(frame.Style)) is not { } factor) return null;
        _table.Check(length.Number * factor, element,
            property is not null ? property.Span : new SourceSpan(attribute!, 0, 0));
        return length.Number * factor;
    }

    /// <summary>
    /// What CSS says of a geometry attribute that is a property too (SVG 2 section 7: x, y, cx, cy, r, rx, ry, width and height of shapes,
    /// images, viewports and use); null leaves it to the attribute, which a declaration of any origin beats. A file that says it is of version
    /// 1.0 or 1.1 has attributes only, as resvg's pictures have it.
    /// </summary>
    private StyleValue? GeometryProperty(Frame frame, string name)
    {
        if (_isVersionOne) return null;
        var isProperty = frame.Element.LocalName switch
        {
            "rect" => name is "x" or "y" or "width" or "height" or "rx" or "ry",
            "circle" => name is "cx" or "cy" or "r",
            "ellipse" => name is "cx" or "cy" or "rx" or "ry",
            "image" or "svg" or "symbol" or "use" => name is "x" or "y" or "width" or "height",
            _ => false,
        };
        // CSS drops a declaration that it cannot read; what then holds is the attribute.
        return isProperty && frame.Style.Find(name) is { } value && (value.Text == "auto" || Length.Parse(value.Text) is not null) ? value : null;
    }

    /// <summary>A property's length as a scalar, or null.</summary>
    private Scalar? ReadLengthProperty(Frame frame, string property, Axis axis, ParameterKind kind,
        (double, double) range)
    {
        var (value, at) = frame.Style.FindWithStyle(property);
        return value is null ? null : ToScalar(frame, value.Text, value.Span, at, axis, kind, range, value.Element,
            property);
    }

    private Scalar? ToScalar(Frame frame, string text, SourceSpan? span, Style style, Axis axis, ParameterKind kind,
        (double, double) range, SvgElement element, string name, string missingUnit = "")
    {
        if (Length.Parse(text) is not { } length
            || length.Factor(frame.Viewport.Base(axis), FontSize(style)) is not { } factor)
            return null;
        return _table.Number(span?.Slice(length.Start, length.NumberLength), length.Number, factor, kind,
            frame.Unit(_diagonal, factor), range, frame.Freedom, element, name, length.Unit.Length == 0 ? missingUnit : "");
    }

    /// <summary>An opacity property as a scalar clamped to 0..1; 1 where it is missing.</summary>
    private Scalar ReadOpacity(Frame frame, string property)
    {
        var (value, _) = frame.Style.FindWithStyle(property);
        return value is null ? Scalar.Constant(1) : ReadFraction(frame, value.Text, value.Span, ParameterKind.Opacity,
            value.Element, property) ?? Scalar.Constant(1);
    }

    // What is written outside 0..1 is drawn clamped and has no gradient.
    private Scalar? ReadFraction(Frame frame, string text, SourceSpan? span, ParameterKind kind, SvgElement element,
        string name)
    {
        if (Length.Parse(text) is not { Unit: "" or "%" } length) return null;
        var factor = length.Unit == "%" ? .01 : 1;
        var value = length.Number * factor;
        if (value is < 0 or > 1) return Scalar.Constant(Math.Clamp(value, 0, 1));
        var scalar = _table.Number(span?.Slice(length.Start, length.NumberLength), length.Number, factor, kind,
            1 / factor, (0, 1 / factor), frame.Freedom, element, name);
        // A written 1 that nothing moves asks for no layer.
        return value == 1 && !scalar.IsConstant && !_table[scalar.Index].IsLeaf ? Scalar.Constant(1) : scalar;
    }

    private readonly record struct OwnTransform(TransformChain Chain, Matrix Matrix, StyleValue? Value, Point Origin)
    {
        /// <summary>A paint's own transform is ignored while it is singular, as by resvg.</summary>
        public Matrix OfPaint => Matrix.IsSingular ? Matrix.Identity : Matrix;
    }

    /// <summary>An element's transform. Where it is singular, what it maps is a part of the scene of which nothing is seen.</summary>
    /// <param name="frame">Where the element stands.</param>
    /// <param name="element">The element.</param>
    /// <param name="box">What percentages and the origin refer to; null: the viewport.</param>
    private OwnTransform ReadTransform(Frame frame, SvgElement element, ReferenceBox? box = null)
    {
        // A symbol has no transform of its own in SVG 1.1, nor in resvg's pictures.
        var value = element.LocalName == "symbol" ? null : frame.Style.Find("transform");
        var list = value is null ? null : TransformList.Parse(value.Text, value.IsAttribute);
        if (value is not null) NoteTransform(frame, value, list);
        if (box is not null) frame = frame with { Viewport = box.Size };
        if (value is null || list is not { Count: > 0 } items)
            return new OwnTransform(TransformChain.Identity, Matrix.Identity, value, _options.Move == MoveUnits.None ? default : ReadOrigin(frame) + (box?.Corner ?? default));
        var font = FontSize(frame.Style);
        var origin = ReadOrigin(frame) + (box?.Corner ?? default);
        var matrix = Matrix.Translation(origin.X, origin.Y);
        var steps = ImmutableArray.CreateBuilder<TransformStep>();
        foreach (var item in items)
        {
            var values = item.Values(font, frame.Viewport.Width, frame.Viewport.Height);
            foreach (var v in values) _table.Check(v, element, value.Span);
            matrix *= TransformList.MatrixOf(item.Function, values);
        }
        matrix *= Matrix.Translation(-origin.X, -origin.Y);
        if (!_options.Optimize.HasFlag(OptimizeKinds.Transforms))
            return new OwnTransform(TransformChain.Of(matrix), matrix, value, origin);
        if (origin != default) steps.Add(new MatrixStep(Matrix.Translation(origin.X, origin.Y)));
        foreach (var item in items) steps.Add(new FunctionStep(item.Function, Arguments(frame, item, font, value)));
        if (origin != default) steps.Add(new MatrixStep(Matrix.Translation(-origin.X, -origin.Y)));
        return new OwnTransform(new TransformChain(steps.DrainToImmutable()), matrix, value, origin);
    }

    // Numbers that are written become parameters; a scale's missing second number is its first.
    private ImmutableArray<Scalar> Arguments(Frame frame, TransformItem item, double font, StyleValue value)
    {
        var values = item.Values(font, frame.Viewport.Width, frame.Viewport.Height);
        // What a factor maps to the whole canvas is as much larger than it as the function makes it smaller.
        var scale = TransformList.MatrixOf(item.Function, values).MeanScale;
        var own = scale > 0 && double.IsFinite(scale) ? scale : 1;
        var result = ImmutableArray.CreateBuilder<Scalar>(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            if (i < item.Arguments.Count && item.Arguments[i] is { Start: >= 0 } a)
            {
                var isLength = item.Function == TransformFunction.Translate
                    || (item.Function == TransformFunction.Matrix && i >= 4)
                    || (item.Function == TransformFunction.Rotate && i > 0);
                var isAngle = !isLength
                    && item.Function is TransformFunction.Rotate or TransformFunction.SkewX or TransformFunction.SkewY;
                var factor = TransformItem.Factor(a, font, item.PercentBase(i, frame.Viewport.Width, frame.Viewport.Height));
                // A change of one radian, or of a factor by as much as it is, moves what is a diagonal away by a diagonal.
                var unit = isLength ? frame.Unit(_diagonal, factor) : (isAngle ? 180 / Math.PI : own) / factor;
                result.Add(_table.Number(value.Span?.Slice(a.Start, a.NumberLength), a.Number, factor,
                    ParameterKind.Transform, unit, _any,
                    frame.Freedom, value.Element, string.Create(CultureInfo.InvariantCulture, $"transform.{item.Function}[{i}]"),
                    value.IsAttribute || a.Unit.Length > 0 ? "" : isAngle ? "deg"
                        : isLength && item.Function == TransformFunction.Translate ? "px" : ""));
            }
            else if (item.Function == TransformFunction.Scale && i == 1 && item.Arguments.Count == 1)
                result.Add(result[0]);
            else result.Add(Scalar.Constant(values[i]));
        }
        return result.MoveToImmutable();
    }

    /// <summary>The box around the content that an element's transform refers to, as <c>transform-box</c> says it; null where it does not matter.</summary>
    private static string? TransformBox(Frame frame, OwnTransform own, bool mayMove) =>
        frame.Style.Word("transform-box") is { } word && ReferenceBox.IsAsked(word)
        && (mayMove || own.Value is { } value && TransformList.Parse(value.Text, value.IsAttribute) is { } items
            && items.Exists(i => i.Function != TransformFunction.Translate || i.Arguments.Any(a => a.Unit == "%"))) ? word : null;

    // transform-origin in the reference box, in which it is the corner by default (CSS Transforms Level 1, section 5).
    private static Point ReadOrigin(Frame frame)
    {
        if (frame.Style.Find("transform-origin")?.Text.ToLowerInvariant() is not { } text) return default;
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > 3) return default;
        var (first, second) = (words[0], words.Length > 1 ? words[1] : "center");
        if (first is "top" or "bottom" || second is "left" or "right") (first, second) = (second, first);
        return Part(first, Axis.X, "left", "right") is { } x && Part(second, Axis.Y, "top", "bottom") is { } y
            ? new Point(x, y) : default;

        double? Part(string word, Axis axis, string low, string high)
        {
            var side = frame.Viewport.Base(axis);
            if (word == low) return 0;
            if (word == high) return side;
            if (word == "center") return side / 2;
            return Length.Parse(word) is { } l ? l.Number * l.Factor(side, FontSize(frame.Style)) : null;
        }
    }

    private static BlendMode ReadBlendMode(Frame frame) => BlendModeOf(frame.Style.Word("mix-blend-mode"));

    private static BlendMode BlendModeOf(string? word) => word switch
    {
        "multiply" => BlendMode.Multiply,
        "screen" => BlendMode.Screen,
        "overlay" => BlendMode.Overlay,
        "darken" => BlendMode.Darken,
        "lighten" => BlendMode.Lighten,
        "color-dodge" => BlendMode.ColorDodge,
        "color-burn" => BlendMode.ColorBurn,
        "hard-light" => BlendMode.HardLight,
        "soft-light" => BlendMode.SoftLight,
        "difference" => BlendMode.Difference,
        "exclusion" => BlendMode.Exclusion,
        "hue" => BlendMode.Hue,
        "saturation" => BlendMode.Saturation,
        "color" => BlendMode.Color,
        "luminosity" => BlendMode.Luminosity,
        _ => BlendMode.Normal,
    };
}
