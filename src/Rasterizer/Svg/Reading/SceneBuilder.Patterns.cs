using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Patterns.</summary>
internal sealed partial class SceneBuilder
{
    private PatternPaint? ReadPattern(Frame user, SvgElement element, Paint? fallback)
    {
        var chain = HrefChain(element, e => e.Is("pattern"));
        if (!_active.Add(element)) return null;
        try
        {
            var content = chain.Find(e => e.Children.Exists(c => c.IsSvg)) ?? element;
            var boxUnits = FirstValue(chain, "patternUnits") != "userSpaceOnUse";
            var boxContent = FirstValue(chain, "patternContentUnits") == "objectBoundingBox";
            var viewBox = FirstWith(chain, "viewBox") is { } boxElement ? ReadViewBox(boxElement) : null;
            if (viewBox is not null && FirstWith(chain, "preserveAspectRatio") is { } fitElement)
            {
                var (alignX, alignY, fit) = ReadAspectRatio(fitElement);
                viewBox = viewBox with { AlignX = alignX, AlignY = alignY, Fit = fit };
            }
            var transformed = chain.Find(e => _cascade.Declared(e).ContainsKey("transform")) ?? element;
            var frame = Contained(user, element);
            var transform = ReadTransform(frame with { Style = DocumentStyle(transformed) }, transformed);
            var region = boxUnits ? InBox(frame) with { Viewport = new Viewport(1, 1) } : frame;
            Scalar? Part(string name, Axis axis, ParameterKind kind) => FirstWith(chain, name) is { } e
                ? ReadLength(region with { Style = DocumentStyle(e) }, name, axis, kind, RangeOf(kind))
                : null;
            if (Part("width", Axis.X, ParameterKind.Size) is not { } width
                || Part("height", Axis.Y, ParameterKind.Size) is not { } height
                || !(_table.Initial(width) >= 0 && _table.Initial(height) >= 0)) return null;
            var inner = frame with { Style = DocumentStyle(content), ToScene = frame.ToScene * transform.OfPaint };
            if (boxContent && viewBox is null) inner = InBox(inner);
            if (viewBox is not null) inner = inner with { Viewport = new Viewport(viewBox.Width, viewBox.Height) };
            var children = ReadChildren(inner);
            if (children.IsEmpty) return null;
            CountNode(element);
            return new PatternPaint
            {
                X = Part("x", Axis.X, ParameterKind.PointX) ?? Scalar.Constant(0),
                Y = Part("y", Axis.Y, ParameterKind.PointY) ?? Scalar.Constant(0),
                Width = width, Height = height, BoundingBoxUnits = boxUnits,
                BoundingBoxContent = boxContent && viewBox is null,
                ViewBox = viewBox, Transform = transform.Chain,
                Content = new GroupNode { Element = _table.Source(content), Children = children },
                Overflow = DocumentStyle(element).Word("overflow") is "visible" or "auto",
                Fallback = fallback,
            };
        }
        finally
        {
            _active.Remove(element);
        }
    }
}
