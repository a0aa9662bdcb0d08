using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Clip paths and masks.</summary>
internal sealed partial class SceneBuilder
{
    private ClipNode? ReadClip(Frame frame) => RefersToOther(frame, "clip-path", "clipPath") ? EmptyClip
        : Followed(frame, "clip-path", "clipPath") is { } target ? ReadClip(frame, target) : null;
    private MaskNode? ReadMask(Frame frame) => Followed(frame, "mask", "mask") is { } target ? ReadMask(frame, target)
        : null;

    // An element that names something else than a clip path or mask is not drawn, as by resvg; one that names nothing
    // is.
    private bool RefersToOther(Frame frame, string property, string kind) =>
        frame.Style.Find(property) is { } value && Reference.Parse(value.Text).Id is { } id
            && _document.ById(id) is { } target && !target.Is(kind);

    // Where two refer to each other, the reference of the later one is dropped, as by resvg.
    private SvgElement? Followed(Frame frame, string property, string kind) =>
        Referenced(frame.Style, property, kind) is { } target
        && !(Referenced(DocumentStyle(target), property, kind) is { } back && back != target && _active.Contains(back)
            && target.Order < back.Order)
            ? target : null;

    private SvgElement? Referenced(Style style, string property, string kind) =>
        style.Find(property) is { } value && Reference.Parse(value.Text).Id is { } id
            && _document.ById(id) is { } target && target.Is(kind) ? target : null;

    // The frame of a container's content: styled where it stands, placed where it is used, moved only when selected.
    private Frame Contained(Frame frame, SvgElement container)
    {
        if (frame.Depth >= _limits.Depth)
            throw _document.Error(container,
                $"Elements are drawn inside one another deeper than {_limits.Depth} levels.", "Break the chain of references.");
        return frame with { Style = DocumentStyle(container), Freedom = _selection.OfContained(container),
            Depth = frame.Depth + 1, Context = null, UseSize = null, InUse = true };
    }

    /// <summary>The frame of numbers that are fractions of a box, whose size is not known here: the box counts as one unit.</summary>
    private Frame InBox(Frame frame) => frame with { ToScene = Matrix.Scaling(_diagonal, _diagonal) };

    /// <summary>
    /// A clip path by a basic shape or a box alone (CSS Masking Level 1, section 5.1), made from what the element draws; null where there is
    /// none. Its box is the file's, so what spans it stands still in an edit.
    /// </summary>
    private ClipNode? ReadShapeClip(Frame frame, ImmutableArray<SceneNode> children, Matrix place)
    {
        if (ShapeClip(frame) is not { } words) return null;
        var function = words.Find(w => w.Contains('('));
        // Without a layout box, content and padding are the fill, border and margin the stroke; the border is the default.
        var box = words.Find(w => !w.Contains('('))?.ToLowerInvariant() ?? "stroke-box";
        var isViewBox = box == "view-box";
        if (box is "padding-box") box = "fill-box";
        if (box is "margin-box") box = "stroke-box";
        var around = isViewBox ? null : ReferenceBox.Around(children, TransformChain.Identity, Matrix.Identity, box, _table);
        var size = around?.Size ?? frame.Viewport;
        var shape = new BasicShape(around?.Corner ?? default, size.Width, size.Height, FontSize(frame.Style));
        if ((function is null ? ((ShapeGeometry)shape.Whole(), FillRule.NonZero) : shape.Read(function, _limits.PathPoints)) is not { } outline)
        {
            NoteShapeClip(frame);
            return null;
        }
        if (!isViewBox) NoteBoxed(frame);
        return new ClipNode
        {
            BoundingBoxUnits = false, Children = [new ShapeNode { Fill = _black, Geometry = outline.Outline, FillRule = outline.Rule }],
            // The view box lies before the place of a use.
            Transform = isViewBox && place != Matrix.Identity && place.TryInvert(out var back) ? TransformChain.Of(back) : TransformChain.Identity,
        };
    }

    // A shape's function, a box's name, or both.
    private static List<string>? ShapeClip(Frame frame) => frame.Style.Find("clip-path")?.Text is { } text
        && CssText.Words(text) is { Count: 1 or 2 } words && !words.Exists(w => w.StartsWith("url(", StringComparison.OrdinalIgnoreCase))
        && !words[0].Equals("none", StringComparison.OrdinalIgnoreCase) ? words : null;

    private ClipNode? ReadClip(Frame user, SvgElement element)
    {
        if (!_active.Add(element)) return null;
        try
        {
            var frame = Contained(user, element);
            var transform = ReadTransform(frame, element);
            frame = frame with { ToScene = frame.ToScene * transform.Matrix };
            var own = ReadClip(frame);
            if (ShapeClip(frame) is not null) NoteShapeClip(frame);
            var nodes = ImmutableArray.CreateBuilder<SceneNode>();
            var boxUnits = element.Attribute("clipPathUnits")?.Value.Value == "objectBoundingBox";
            foreach (var child in element.Children)
                if (ReadClipChild(Enter(boxUnits ? InBox(frame) : frame, child)) is { } node) nodes.Add(node);
            CountNode(element);
            return new ClipNode
            {
                BoundingBoxUnits = boxUnits,
                Transform = transform.Chain, Clip = own, Children = nodes.DrainToImmutable(),
            };
        }
        finally
        {
            _active.Remove(element);
        }
    }

    private static ClipNode EmptyClip { get; } = new() { BoundingBoxUnits = false, Children = [] };

    /// <summary>A shape of a clip path, or a <c>use</c> that leads to one, but no group.</summary>
    private SceneNode? ReadClipChild(Frame frame)
    {
        var element = frame.Element;
        if (!element.IsSvg || frame.Style.Word("display") == "none" || !Conditions.Hold(element, _options.Languages))
            return null;
        var (isUse, isText) = (element.LocalName == "use", element.LocalName == "text");
        if (!isUse && !isText && !IsShape(element)) return null;
        var (around, transform) = (frame, ReadTransform(frame, element));
        frame = frame with { ToScene = frame.ToScene * transform.Matrix };
        var place = isUse ? ReadUsePlace(frame) : Placement.None;
        frame = frame with { ToScene = frame.ToScene * place.Matrix };
        CheckScale(frame);
        var clip = ReadClip(frame);
        var content = isUse ? ReadClipUse(frame) : isText ? ReadText(frame, isClip: true).FirstOrDefault() : ReadClipShape(frame);
        if (content is null) return null;
        clip ??= ReadShapeClip(frame, [content], place.Matrix);
        if (TransformBox(around, transform, mayMove: false) is { } word)
            transform = ReadTransform(around, element, ReferenceBox.Around([content], place.Chain, place.Matrix, word, _table));
        var chain = transform.Chain.Then(place.Chain);
        if (clip is null && chain.Steps.IsEmpty) return content;
        if (clip is null && !isUse && content is ShapeNode shape) return Moved(shape, chain);
        return new GroupNode { Element = _table.Source(element), Transform = chain, Clip = clip, Children = [content] };
    }

    private ShapeNode? ReadClipShape(Frame frame)
    {
        if (frame.Style.Word("visibility") is "hidden" or "collapse" || !(LeastSize(frame) >= 0)
            || ReadGeometry(frame) is not { } geometry)
            return null;
        CountNode(frame.Element);
        return new ShapeNode
        {
            Element = _table.Source(frame.Element), Geometry = geometry, Fill = _black,
            FillRule = frame.Style.Word("clip-rule") == "evenodd" ? FillRule.EvenOdd : FillRule.NonZero,
            AntiAlias = frame.Style.Word("shape-rendering") is not ("optimizespeed" or "crispedges"),
        };
    }

    private SceneNode? ReadClipUse(Frame frame)
    {
        if (frame.Element.Href?.Value.Value is not { } href || Reference.Fragment(href) is not { } id
            || _document.ById(id) is not { } target)
            return null;
        if (!_active.Add(target)) return null;
        var node = ReadClipChild(Enter(frame, target));
        _active.Remove(target);
        return node;
    }

    private MaskNode? ReadMask(Frame user, SvgElement element)
    {
        if (!_active.Add(element)) return null;
        try
        {
            var frame = Contained(user, element);
            var boxUnits = element.Attribute("maskUnits")?.Value.Value != "userSpaceOnUse";
            // Fractions of a box stand for lengths; a percentage is a hundredth of it.
            var region = boxUnits ? InBox(frame) with { Viewport = new Viewport(1, 1) } : frame;
            Scalar Part(string name, Axis axis, ParameterKind kind, double fallback) =>
                ReadLength(region, name, axis, kind, RangeOf(kind)) ?? Scalar.Constant(fallback * region.Viewport.Base(axis));
            if (frame.Style.Word("mask-type") != "alpha") NoteInterpolation(element);
            var boxContent = element.Attribute("maskContentUnits")?.Value.Value == "objectBoundingBox";
            if (ShapeClip(frame) is not null) NoteShapeClip(frame);
            CountNode(element);
            return new MaskNode
            {
                Alpha = frame.Style.Word("mask-type") == "alpha", BoundingBoxUnits = boxUnits,
                X = Part("x", Axis.X, ParameterKind.PointX, -.1), Y = Part("y", Axis.Y, ParameterKind.PointY, -.1),
                Width = Part("width", Axis.X, ParameterKind.Size, 1.2),
                Height = Part("height", Axis.Y, ParameterKind.Size, 1.2),
                BoundingBoxContent = boxContent, Children = ReadChildren(boxContent ? InBox(frame) : frame), Mask = ReadMask(frame), Clip = ReadClip(frame),
            };
        }
        finally
        {
            _active.Remove(element);
        }
    }
}
