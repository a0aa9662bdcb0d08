using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>What places other content: <c>use</c>, <c>symbol</c> and nested <c>svg</c>.</summary>
internal sealed partial class SceneBuilder
{
    private SceneNode? ReadUse(Frame frame)
    {
        var element = frame.Element;
        if (element.Href?.Value.Value is not { } href) return null;
        if (Reference.Fragment(href) is not { } id)
        {
            _notes.Add(OtherFilesNote, element.Order);
            return null;
        }
        if (_document.ById(id) is not { IsSvg: true } target || IsInvisibleByKind(target)) return null;
        if (Encloses(target, element) || !_active.Add(target))
        {
            _notes.Add("A use that refers to itself is kept but not drawn ({0}).", element.Order);
            return null;
        }
        try
        {
            return Element(frame, null, f => ReadInstance(f, target), ReadUsePlace);
        }
        finally
        {
            _active.Remove(target);
        }
    }

    private static bool Encloses(SvgElement outer, SvgElement element)
    {
        for (var e = element; e is not null; e = e.Parent)
            if (e == outer) return true;
        return false;
    }

    private static bool IsInvisibleByKind(SvgElement e) => !IsGraphics(e) && e.LocalName != "symbol";

    /// <summary><c>x</c> and <c>y</c> of a <c>use</c>: a translation at the end of its own transform (SVG 2 section 5.5.1).</summary>
    private Placement ReadUsePlace(Frame frame)
    {
        var x = ReadLength(frame, "x", Axis.X, ParameterKind.PointX, _any) ?? Scalar.Constant(0);
        var y = ReadLength(frame, "y", Axis.Y, ParameterKind.PointY, _any) ?? Scalar.Constant(0);
        return x is { IsConstant: true, Offset: 0 } && y is { IsConstant: true, Offset: 0 } ? Placement.None
            : new Placement(new([new FunctionStep(TransformFunction.Translate, [x, y])]),
                Matrix.Translation(_table.Initial(x), _table.Initial(y)));
    }

    private ImmutableArray<SceneNode> ReadInstance(Frame frame, SvgElement target)
    {
        var inner = Enter(frame, target) with
        {
            InUse = true, UseSize = (Measure(frame, "width", Axis.X), Measure(frame, "height", Axis.Y)),
            Context = ContextOfUse(frame),
        };
        return (target.Is("symbol") ? ReadNestedViewport(inner) : ReadElement(inner)) is { } node ? [node] : [];
    }

    /// <summary>A nested <c>svg</c>, or a <c>symbol</c> that a <c>use</c> shows (SVG 2 section 5.6).</summary>
    private SceneNode? ReadNestedViewport(Frame frame)
    {
        var isSymbol = frame.Element.LocalName == "symbol";
        var (x, y) = (Measure(frame, "x", Axis.X) ?? 0, Measure(frame, "y", Axis.Y) ?? 0);
        var writtenWidth = frame.UseSize?.Width ?? Measure(frame, "width", Axis.X);
        var writtenHeight = frame.UseSize?.Height ?? Measure(frame, "height", Axis.Y);
        var (width, height) = (writtenWidth ?? frame.Viewport.Width, writtenHeight ?? frame.Viewport.Height);
        if (!(width > 0 && height > 0)) return null;
        // A nested svg without a size of its own does not cut.
        var cuts = frame.Style.Word("overflow") is not ("visible" or "auto") && (isSymbol
            || frame.UseSize is { Width: not null } or { Height: not null }
            || (writtenWidth is not null && writtenHeight is not null));
        var box = ReadViewBox(frame.Element);
        var matrix = box?.Fitted(x, y, width, height) ?? Matrix.Translation(x, y);
        // The viewport's rectangle as its content sees it.
        var (left, top) = ((x - matrix.E) / matrix.A, (y - matrix.F) / matrix.D);
        if (isSymbol)
        {
            var (dx, dy) = (Reference("refX", Axis.X, "left", "right"), Reference("refY", Axis.Y, "top", "bottom"));
            matrix = Matrix.Translation(dx is { } at ? x - matrix.A * at - matrix.E : 0,
                dy is { } line ? y - matrix.D * line - matrix.F : 0) * matrix;
        }
        var viewport = box is null ? new Viewport(width, height) : new Viewport(box.Width, box.Height);
        var cut = cuts ? Rectangle(left, top, width / matrix.A, height / matrix.D) : null;
        return Element(frame, null, f => ReadViewport(f with { Viewport = viewport, UseSize = null }, cut),
            _ => Placement.Of(matrix));

        // The point of the content that lies at the symbol's x and y; without the attribute nothing is shifted
        // (SVG 2 section 5.6).
        double? Reference(string name, Axis axis, string low, string high)
        {
            var (start, size) = axis == Axis.X ? (box?.X ?? 0, box?.Width ?? width) : (box?.Y ?? 0, box?.Height ?? height);
            return frame.Element.Attribute(name)?.Value.Value.Trim() switch
            {
                null => null,
                "center" => start + size / 2,
                var word when word == low => start,
                var word when word == high => start + size,
                _ => Measure(frame with { Viewport = new Viewport(size, size) }, name, axis),
            };
        }
    }

    /// <summary>
    /// A viewport's content. Its place and size are held: a viewport's edges are no outline that a picture's gradient
    /// could follow in a useful way.
    /// </summary>
    private ImmutableArray<SceneNode> ReadViewport(Frame frame, ClipNode? cut)
    {
        var children = ReadChildren(frame);
        if (cut is null || children.IsEmpty) return children;
        CountNode(frame.Element);
        return [new GroupNode { Element = _table.Source(frame.Element), Clip = cut, Children = children }];
    }

    /// <summary>A constant rectangle as a clip path.</summary>
    private static ClipNode Rectangle(double x, double y, double width, double height) => new()
    {
        BoundingBoxUnits = false,
        Children = [new ShapeNode { Fill = _black, Geometry = ConstantRectangle(x, y, width, height) }],
    };

    private static RectGeometry ConstantRectangle(double x, double y, double width, double height) => new()
    {
        X = Scalar.Constant(x), Y = Scalar.Constant(y), Width = Scalar.Constant(width),
        Height = Scalar.Constant(height),
        Rx = Scalar.Constant(0), Ry = Scalar.Constant(0),
    };
}
