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
            _notes.Add("References to other files are kept but not followed ({0}).", element.Order);
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
            return Element(frame, null, f => ReadInstance(f, target));
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

    private ImmutableArray<SceneNode> ReadInstance(Frame frame, SvgElement target)
    {
        var x = ReadLength(frame, "x", Axis.X, ParameterKind.PointX, Any) ?? Scalar.Constant(0);
        var y = ReadLength(frame, "y", Axis.Y, ParameterKind.PointY, Any) ?? Scalar.Constant(0);
        var at = new Point(_table.Initial(x), _table.Initial(y));
        var inner = Enter(frame, target) with
        {
            ToScene = frame.ToScene * Matrix.Translation(at.X, at.Y), InUse = true,
            UseSize = (Measure(frame, "width", Axis.X), Measure(frame, "height", Axis.Y)),
            Context = ContextOfUse(frame),
        };
        var node = target.Is("symbol") ? ReadSymbol(inner) : ReadElement(inner);
        if (node is null) return [];
        if (x is { IsConstant: true, Offset: 0 } && y is { IsConstant: true, Offset: 0 }) return [node];
        CountNode(frame.Element);
        return [new GroupNode
        {
            Element = _table.Source(frame.Element),
            Transform = new([new FunctionStep(TransformFunction.Translate, [x, y])]), Children = [node],
        }];
    }

    private SceneNode? ReadSymbol(Frame frame)
    {
        // The size is the use's alone, as resvg has it, and always cuts.
        var width = frame.UseSize?.Width ?? frame.Viewport.Width;
        var height = frame.UseSize?.Height ?? frame.Viewport.Height;
        return Element(frame, null, f => ReadViewport(f, 0, 0, width, height, sizedByUse: true));
    }

    private SceneNode? ReadNestedSvg(Frame frame)
    {
        var (x, y) = (Measure(frame, "x", Axis.X) ?? 0, Measure(frame, "y", Axis.Y) ?? 0);
        var width = frame.UseSize?.Width ?? Measure(frame, "width", Axis.X);
        var height = frame.UseSize?.Height ?? Measure(frame, "height", Axis.Y);
        var sizedByUse = frame.UseSize is { Width: not null } or { Height: not null };
        return Element(frame, null, f => ReadViewport(f, x, y, width, height, sizedByUse));
    }

    /// <summary>
    /// A viewport with its content. Its place and size are held: a viewport's edges are no outline that a picture's
    /// gradient could follow in a useful way.
    /// </summary>
    private ImmutableArray<SceneNode> ReadViewport(Frame frame, double left, double top, double? writtenWidth,
        double? writtenHeight, bool sizedByUse)
    {
        var (width, height) = (writtenWidth ?? frame.Viewport.Width, writtenHeight ?? frame.Viewport.Height);
        if (!(width > 0 && height > 0)) return [];
        var box = ReadViewBox(frame.Element);
        var matrix = box?.Fitted(left, top, width, height) ?? Matrix.Translation(left, top);
        var inner = frame with
        {
            ToScene = frame.ToScene * matrix,
            Viewport = box is null ? new Viewport(width, height) : new Viewport(box.Width, box.Height), UseSize = null,
        };
        CheckScale(inner);
        var children = ReadChildren(inner);
        if (children.IsEmpty) return [];
        // A viewport without a size of its own does not cut.
        var cuts = frame.Style.Word("overflow") is not ("visible" or "auto")
            && (sizedByUse || (writtenWidth is not null && writtenHeight is not null));
        CountNode(frame.Element);
        return [new GroupNode
        {
            Element = _table.Source(frame.Element), Clip = cuts ? Rectangle(left, top, width, height) : null,
            Children = matrix == Matrix.Identity ? children
                : [new GroupNode { Transform = TransformChain.Of(matrix), Children = children }],
        }];
    }

    /// <summary>A constant rectangle as a clip path.</summary>
    private static ClipNode Rectangle(double x, double y, double width, double height) => new()
    {
        BoundingBoxUnits = false,
        Children = [new ShapeNode { Fill = Black, Geometry = ConstantRectangle(x, y, width, height) }],
    };

    private static RectGeometry ConstantRectangle(double x, double y, double width, double height) => new()
    {
        X = Scalar.Constant(x), Y = Scalar.Constant(y), Width = Scalar.Constant(width),
        Height = Scalar.Constant(height),
        Rx = Scalar.Constant(0), Ry = Scalar.Constant(0),
    };
}
