using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Markers.</summary>
internal sealed partial class SceneBuilder
{
    private bool HasMarkers(Frame frame) => Referenced(frame.Style, "marker-start", "marker") is not null
        || Referenced(frame.Style, "marker-mid", "marker") is not null
            || Referenced(frame.Style, "marker-end", "marker") is not null;

    /// <summary>The markers of a shape, in drawing order: start, middle, end.</summary>
    private ImmutableArray<SceneNode> ReadMarkers(Frame frame, ShapeGeometry geometry, Paint? fill, Paint? stroke)
    {
        var (start, middle, end) = (Marker("marker-start"), Marker("marker-mid"), Marker("marker-end"));
        var context = ContextOfShape(frame, geometry, fill, stroke);
        var vertices = PathVertices.Of(geometry as PathGeometry ?? ShapePath.Of(geometry, _table));
        var nodes = ImmutableArray.CreateBuilder<SceneNode>();
        if (start is not null) Draw(start, [vertices[0]], isStart: true);
        if (middle is not null) Draw(middle, vertices.Skip(1).SkipLast(1), isStart: false);
        if (end is not null) Draw(end, [vertices[^1]], isStart: false);
        return nodes.DrainToImmutable();

        SvgElement? Marker(string property) => Referenced(frame.Style, property, "marker");

        void Draw(SvgElement marker, IEnumerable<PathVertex> at, bool isStart)
        {
            MarkerContent? content = null;
            foreach (var vertex in at)
            {
                // The content is the same everywhere unless it is painted in the marked shape's space.
                if (content is null || UsesContext) content = ReadMarker(frame, marker, context, vertex, isStart);
                if (content is null) return;
                CountNode(marker);
                nodes.Add(new GroupNode
                {
                    Element = _table.Source(marker), Transform = new([content.Place(vertex, isStart)]), Children = content.Nodes,
                });
            }
        }
    }

    /// <summary>A marker's content with what places it.</summary>
    private sealed record MarkerContent(ImmutableArray<SceneNode> Nodes, MarkerOrientation Orientation, Scalar Scale)
    {
        public MarkerStep Place(PathVertex vertex, bool isStart) => Orientation.Place(vertex, isStart, Scale);
    }

    private MarkerContent? ReadMarker(Frame user, SvgElement element, ContextPaint context, PathVertex vertex,
        bool isStart)
    {
        if (!_active.Add(element)) return null;
        try
        {
            var frame = Contained(user, element) with { Context = context };
            var width = Measure(frame, "markerWidth", Axis.X) ?? 3;
            var height = Measure(frame, "markerHeight", Axis.Y) ?? 3;
            if (!(width > 0 && height > 0)) return null;
            var byStroke = element.Attribute("markerUnits")?.Value.Value != "userSpaceOnUse";
            if (byStroke && !(StrokeWidth(user) >= 0)) return null;
            var scale = byStroke ? ReadLengthProperty(user, "stroke-width", Axis.Diagonal, ParameterKind.StrokeWidth,
                _notNegative) : null;
            var box = ReadViewBox(element);
            var fitted = box?.Fitted(0, 0, width, height) ?? Matrix.Identity;
            var viewport = box is null ? new Viewport(width, height) : new Viewport(box.Width, box.Height);
            frame = frame with { Viewport = box is null ? frame.Viewport : viewport };
            var reference = new Point(Measure(frame, "refX", Axis.X) ?? 0, Measure(frame, "refY", Axis.Y) ?? 0);
            var origin = fitted.ApplyVector(reference) + new Point(fitted.E, fitted.F);
            var matrix = Matrix.Translation(-origin.X, -origin.Y) * fitted;
            var orientation = MarkerOrientation.Parse(element.Attribute("orient")?.Value.Value);
            var placed = InitialBounds.MatrixOf(orientation.Place(vertex, isStart, scale ?? Scalar.Constant(1)),
                _table);
            frame = frame with { ToScene = frame.ToScene * placed * matrix };
            CheckScale(frame);
            var content = ReadChildren(frame);
            if (content.IsEmpty) return null;
            var clips = frame.Style.Word("overflow") is not ("visible" or "auto");
            var (left, top) = box is null ? (0.0, 0.0) : (box.X, box.Y);
            CountNode(element);
            var node = new GroupNode
            {
                Transform = TransformChain.Of(matrix),
                Clip = clips ? Rectangle(left, top, viewport.Width, viewport.Height) : null, Children = content,
            };
            return new MarkerContent([node], orientation, scale ?? Scalar.Constant(1));
        }
        finally
        {
            _active.Remove(element);
        }
    }
}
