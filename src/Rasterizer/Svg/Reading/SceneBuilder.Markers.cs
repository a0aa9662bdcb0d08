using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Markers.</summary>
internal sealed partial class SceneBuilder
{
    private bool HasMarkers(Frame frame) => Referenced(frame.Style, "marker-start", "marker") is not null
        || Referenced(frame.Style, "marker-mid", "marker") is not null || Referenced(frame.Style, "marker-end", "marker") is not null;

    /// <summary>The markers of a shape, in drawing order: start, middle, end.</summary>
    private ImmutableArray<SceneNode> ReadMarkers(Frame frame, ShapeGeometry geometry, Paint? fill, Paint? stroke)
    {
        var (start, middle, end) = (Marker("marker-start"), Marker("marker-mid"), Marker("marker-end"));
        var vertices = PathVertices.Of(geometry as PathGeometry ?? ShapePath.Of(geometry, _table));
        var nodes = ImmutableArray.CreateBuilder<SceneNode>();
        if (start is not null) Draw(start, vertices, 0, 1, isStart: true);
        if (middle is not null) Draw(middle, vertices, 1, vertices.Count - 1, isStart: false);
        if (end is not null) Draw(end, vertices, vertices.Count - 1, vertices.Count, isStart: false);
        return nodes.DrainToImmutable();

        SvgElement? Marker(string property) => Referenced(frame.Style, property, "marker");

        void Draw(SvgElement marker, List<PathVertex> all, int from, int to, bool isStart)
        {
            if (to <= from || ReadMarker(frame, marker, new ContextPaint(fill, stroke)) is not { } content) return;
            foreach (var vertex in all[from..to])
            {
                CountNode(marker);
                nodes.Add(new GroupNode { Element = _table.Source(marker), Transform = content.Place(vertex, isStart), Children = content.Nodes });
            }
        }
    }

    /// <summary>A marker's content with what places it.</summary>
    private sealed record MarkerContent(ImmutableArray<SceneNode> Nodes, Scalar Scale, bool Auto, bool Reverse, double Angle)
    {
        public TransformChain Place(PathVertex vertex, bool isStart) => new([new MarkerStep(
            vertex.At, Auto ? vertex.Before : null, Auto ? vertex.After : null, Auto ? (Reverse && isStart ? Math.PI : 0) : Angle, Scale)]);
    }

    private MarkerContent? ReadMarker(Frame user, SvgElement element, ContextPaint context)
    {
        if (!_active.Add(element)) return null;
        try
        {
            var frame = Contained(user, element) with { Context = context };
            var (width, height) = (Measure(frame, "markerWidth", Axis.X) ?? 3, Measure(frame, "markerHeight", Axis.Y) ?? 3);
            if (!(width > 0 && height > 0)) return null;
            var byStroke = element.Attribute("markerUnits")?.Value.Value != "userSpaceOnUse";
            if (byStroke && !(StrokeWidth(user) > 0)) return null;
            var scale = byStroke ? ReadLengthProperty(user, "stroke-width", Axis.Diagonal, ParameterKind.StrokeWidth, NotNegative) : null;
            var box = ReadViewBox(element);
            var fitted = box?.Fitted(0, 0, width, height) ?? Matrix.Identity;
            var viewport = box is null ? new Viewport(width, height) : new Viewport(box.Width, box.Height);
            frame = frame with { Viewport = box is null ? frame.Viewport : viewport };
            var reference = new Point(Measure(frame, "refX", Axis.X) ?? 0, Measure(frame, "refY", Axis.Y) ?? 0);
            var origin = fitted.ApplyVector(reference) + new Point(fitted.E, fitted.F);
            var matrix = Matrix.Translation(-origin.X, -origin.Y) * fitted;
            var size = scale is { } s ? _table.Initial(s) : 1;
            frame = frame with { ToScene = frame.ToScene * Matrix.Scaling(size, size) * matrix };
            CheckScale(frame);
            if (Element(frame, null, f => ReadChildren(f)) is not { } content) return null;
            var clips = frame.Style.Word("overflow") is not ("visible" or "auto");
            var (left, top) = box is null ? (0.0, 0.0) : (box.X, box.Y);
            CountNode(element);
            var node = new GroupNode
            {
                Transform = TransformChain.Of(matrix), Clip = clips ? Rectangle(left, top, viewport.Width, viewport.Height) : null, Children = [content],
            };
            var orient = element.Attribute("orient")?.Value.Value.Trim() ?? "0";
            var auto = orient is "auto" or "auto-start-reverse";
            var angle = auto || Length.Parse(orient) is not { } a ? 0 : a.Number * TransformItem.Factor(a, 0) * Math.PI / 180;
            return new MarkerContent([node], scale ?? Scalar.Constant(1), auto, orient == "auto-start-reverse", angle);
        }
        finally
        {
            _active.Remove(element);
        }
    }
}
