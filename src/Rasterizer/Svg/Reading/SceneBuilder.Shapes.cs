using System.Collections.Immutable;
using System.Globalization;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Writing;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Shapes: their geometry, and the style they are drawn with.</summary>
internal sealed partial class SceneBuilder
{
    /// <summary>
    /// A path read before: a <c>use</c>d original shares its geometry, and its parameters lie in one range.
    /// </summary>
    private readonly record struct KnownPath(PathGeometry? Geometry, int First, int Count);

    private readonly Dictionary<SvgElement, KnownPath> _paths = [];
    private readonly Dictionary<(SourceText, int), KnownPath> _ruledPaths = []; // by where a style sheet has their data
    private readonly HashSet<SvgElement> _plain = []; // shapes that do not become paths
    private readonly Dictionary<(string, int), (string X, string Y)> _pointNames = [];

    private ImmutableArray<SceneNode> ReadShape(Frame frame)
    {
        // What is not drawn whatever its numbers makes no parameters.
        if (frame.Style.Word("visibility") is "hidden" or "collapse" || !(LeastSize(frame) >= 0)) return [];
        var element = frame.Element;
        var hasMarkers = HasMarkers(frame);
        // Markers that take their paint from the shape are laid out on it as the file has it: it stands still.
        if (hasMarkers && UsesContext)
        {
            NoteHeld(frame, byContext: true);
            frame = frame with { Freedom = Freedom.Locked };
        }
        var fill = ReadPaint(frame, "fill");
        var stroke = ReadStroke(frame);
        if (fill is null && stroke is null && !hasMarkers) return [];
        // Vertices of basic shapes are sums of their numbers, which markers cannot follow: such shapes stand still.
        var isBasic = element.LocalName is "rect" or "circle" or "ellipse";
        if (hasMarkers && isBasic && !(LeastSize(frame) > 0)) return [];
        if (hasMarkers && isBasic) NoteHeld(frame, byContext: false);
        if ((hasMarkers && isBasic ? ReadPlainGeometry(frame, held: true) : ReadGeometry(frame)) is not { } geometry)
            return [];
        var order = PaintOrder.Parse(frame.Style.Word("paint-order"));
        var markers = hasMarkers ? ReadMarkers(frame, geometry, fill, stroke?.Paint) : [];
        var nodes = ImmutableArray.CreateBuilder<SceneNode>();
        if (order.MarkersAt == 0) nodes.AddRange(markers);
        if (fill is not null || stroke is not null)
        {
            var shape = new ShapeNode
            {
                Element = _table.Source(element), Geometry = geometry, Fill = fill,
                FillRule = frame.Style.Word("fill-rule") == "evenodd" ? FillRule.EvenOdd : FillRule.NonZero,
                FillOpacity = fill is null ? Scalar.Constant(1) : ReadOpacity(frame, "fill-opacity"),
                Stroke = stroke, StrokeFirst = order.StrokeFirst,
                AntiAlias = frame.Style.Word("shape-rendering") is not ("optimizespeed" or "crispedges"),
            };
            CountNode(element);
            if (order.MarkersAt == 1 && !markers.IsEmpty && fill is not null && stroke is not null)
            {
                nodes.Add(Part(shape, withFill: !order.StrokeFirst));
                nodes.AddRange(markers);
                nodes.Add(Part(shape, withFill: order.StrokeFirst));
                return nodes.DrainToImmutable();
            }
            nodes.Add(shape);
        }
        if (order.MarkersAt != 0) nodes.AddRange(markers);
        return nodes.DrainToImmutable();
    }

    /// <summary>
    /// The least of a basic shape's sizes, null where one is missing; infinite for other shapes. Zero draws nothing and is no error (SVG 2
    /// chapter 10): such a shape stays a part of the scene, because an edit may have brought it there and the next may bring it back.
    /// </summary>
    private double? LeastSize(Frame frame)
    {
        double? Size(string name, Axis axis) => Measure(frame, name, axis);
        double? Radius(string name, Axis axis, string other, Axis otherAxis) =>
            Size(name, axis) is >= 0 and var radius ? radius : Size(other, otherAxis);
        static double? Least(double? a, double? b) => a is null || b is null ? null : Math.Min(a.Value, b.Value);
        return frame.Element.LocalName switch
        {
            "rect" => Least(Size("width", Axis.X), Size("height", Axis.Y)),
            "circle" => Size("r", Axis.Diagonal),
            "ellipse" => Least(Radius("rx", Axis.X, "ry", Axis.Y), Radius("ry", Axis.Y, "rx", Axis.X)),
            _ => double.PositiveInfinity,
        };
    }

    private static ShapeNode Part(ShapeNode shape, bool withFill) => new()
    {
        Element = shape.Element, Geometry = shape.Geometry, Fill = withFill ? shape.Fill : null,
        FillRule = shape.FillRule, FillOpacity = shape.FillOpacity, Stroke = withFill ? null : shape.Stroke,
        AntiAlias = shape.AntiAlias,
    };

    /// <summary>A shape element's outline, or null where it draws nothing.</summary>
    private ShapeGeometry? ReadGeometry(Frame frame)
    {
        if (Carries(frame.Element))
        {
            NoteCarrier(frame);
            frame = frame with { Freedom = Freedom.Locked };
        }
        if (_options.FreeShapes && frame.Element.LocalName is "rect" or "circle" or "ellipse")
            return ReadFreeShape(frame);
        return ReadPlainGeometry(frame, held: false);
    }

    /// <summary>The outline in the element's own attributes, as parameters or held as constants.</summary>
    private ShapeGeometry? ReadPlainGeometry(Frame frame, bool held)
    {
        var element = frame.Element;
        switch (element.LocalName)
        {
            case "path":
                return ReadPath(frame, "d");
            case "polyline" or "polygon":
                return ReadPath(frame, "points");
            case "line":
                ScalarPoint start = new(Coordinate("x1", Axis.X), Coordinate("y1", Axis.Y)),
                    end = new(Coordinate("x2", Axis.X), Coordinate("y2", Axis.Y));
                return new PathGeometry { Commands = [PathCommand.Move, PathCommand.Line], Points = [start, end] };
            case "circle":
                return Size("r", Axis.Diagonal) is { } r ? Ellipse(r, r) : null;
            case "ellipse":
                var (rx, ry) = Radii();
                return rx is { } a && ry is { } b ? Ellipse(a, b) : null;
            case "rect":
                if (Size("width", Axis.X) is not { } width || Size("height", Axis.Y) is not { } height) return null;
                (rx, ry) = Radii();
                return new RectGeometry
                {
                    X = Coordinate("x", Axis.X), Y = Coordinate("y", Axis.Y), Width = width, Height = height,
                    Rx = rx ?? Scalar.Constant(0), Ry = ry ?? Scalar.Constant(0),
                };
            default:
                return null;
        }

        Scalar? Number(string name, Axis axis, ParameterKind kind, (double, double) range) =>
            !held ? ReadLength(frame, name, axis, kind, range)
            : Measure(frame, name, axis) is { } value ? Scalar.Constant(value) : null;
        Scalar Coordinate(string name, Axis axis) =>
            Number(name, axis, axis == Axis.X ? ParameterKind.PointX : ParameterKind.PointY, _any) ?? Scalar.Constant(0);
        EllipseGeometry Ellipse(Scalar horizontal, Scalar vertical) =>
            new() { Center = new(Coordinate("cx", Axis.X), Coordinate("cy", Axis.Y)), Rx = horizontal, Ry = vertical };
        Scalar? Size(string name, Axis axis) => Number(name, axis, ParameterKind.Size, _notNegative);

        // "auto" and what is negative or no length: the other radius (SVG 2 section 10.2).
        (Scalar? Rx, Scalar? Ry) Radii()
        {
            var x = Measure(frame, "rx", Axis.X) >= 0 ? Size("rx", Axis.X) : null;
            var y = Measure(frame, "ry", Axis.Y) >= 0 ? Size("ry", Axis.Y) : null;
            return (x ?? y, y ?? x);
        }
    }

    private PathGeometry? ReadPath(Frame frame, string name)
    {
        var element = frame.Element;
        if (_paths.TryGetValue(element, out var known)) return Again(frame, known);
        var written = WrittenPath(frame, name);
        // A rule's data are those of all paths that it is for.
        (SourceText, int)? place = written?.Place is { } span ? (span.Text, span.Start) : null;
        if (place is { } at && _ruledPaths.TryGetValue(at, out known))
        {
            _paths[element] = known;
            return Again(frame, known);
        }
        var first = _table.Count;
        var geometry = written is { } text ? BuildPath(frame, name, text.Data, text.Place) : null;
        _paths[element] = known = new KnownPath(geometry, first, _table.Count - first);
        if (place is { } own && own.Item1 != element.Attribute(name)?.Value) _ruledPaths[own] = known;
        return geometry;
    }

    private PathGeometry? Again(Frame frame, KnownPath known)
    {
        var unit = frame.Unit(_diagonal);
        for (var i = 0; i < known.Count; i++) _table.Meet(known.First + i, frame.Freedom, unit);
        CountPoints(known.Geometry?.Points.Length ?? 0, frame.Element);
        return known.Geometry;
    }

    /// <summary>
    /// Path data or points with their place, which they have only where it can be edited. The property d beats the attribute
    /// (SVG 2 section 9.3.2); a value that is none of its own leaves it to the attribute.
    /// </summary>
    private (string Data, SourceSpan? Place)? WrittenPath(Frame frame, string name)
    {
        if (name == "d" && !_isVersionOne && frame.Style.Find("d") is { } value)
        {
            if (value.Text.Trim() == "none") return null;
            if (PathFunction.Parse(value.Text) is var (start, length))
                return (value.Text.Substring(start, length), value.Span?.Slice(start, length));
        }
        return frame.Element.Attribute(name)?.Value is { } text
            ? (text.Value, text.IsEditable ? new SourceSpan(text, 0, text.Value.Length) : null) : null;
    }

    private PathGeometry? BuildPath(Frame frame, string name, string data, SourceSpan? place)
    {
        var element = frame.Element;
        var (commands, points, overflow) = name == "d"
            ? PathData.Parse(data, _limits.PathPoints)
            : PointList.Parse(data, element.LocalName == "polygon", _limits.PathPoints);
        if (overflow)
            throw _document.Error(element, $"A path has more than {_limits.PathPoints} points.",
                "Simplify it or split it.");
        // A lone point draws nothing unless it is closed: then its caps make a dot (SVG 2 section 13.5.4).
        if (points.Count == 0 || (points.Count == 1 && !commands.Contains(PathCommand.Close))) return null;
        var freedom = place is null || _cascade.Holds(place.Value.Text, place.Value.Start) ? Freedom.Locked : frame.Freedom;
        var geometry = ToGeometry(frame with { Freedom = freedom }, name, place?.Text ?? element.Attribute(name)?.Value, commands, points);
        if (place is { } span && !IsEmbedded)
        {
            _table.Bind(name == "d" ? new PathBinding(geometry, span, PlainOnceMoved(frame), _document.Text)
                : new PointsBinding(geometry.Points, span));
        }
        return geometry;
    }

    // What Inkscape draws a path from, which goes where the path moves.
    private List<SvgAttribute> PlainOnceMoved(Frame frame)
    {
        var attributes = InkscapeShape.Of(frame.Element);
        if (attributes.Count > 0 && MayMove(frame))
            _notes.Add("Inkscape's stars, arcs, spirals, boxes, path effects and connectors become plain paths where they move ({0}).",
                frame.Element.Order);
        return attributes;
    }

    private bool MayMove(Frame frame) => frame.Freedom == Freedom.Free && _options.Optimize.HasFlag(OptimizeKinds.Points) && !IsEmbedded;

    // Points that lie on one another become one variable.
    private PathGeometry ToGeometry(Frame frame, string name, SourceText? text, List<PathCommand> commands,
        List<Point> points)
    {
        CountPoints(points.Count, frame.Element);
        var unit = frame.Unit(_diagonal);
        var places = CoincidentPoints.Merge(points, 1e-6 * unit);
        var scalars = new ScalarPoint[points.Count];
        for (var i = 0; i < scalars.Length; i++)
        {
            if (places[i] < i)
            {
                scalars[i] = scalars[places[i]];
                continue;
            }
            var (x, y) = PointNames(name, i);
            scalars[i] = new(
                _table.Coordinate(ParameterKind.PointX, points[i].X, unit, frame.Freedom, frame.Element, text, x),
                _table.Coordinate(ParameterKind.PointY, points[i].Y, unit, frame.Freedom, frame.Element, text, y));
        }
        return new PathGeometry
        {
            Commands = [.. commands], Points = [.. scalars], SmoothNodes = SmoothNodeFinder.Find(commands, points, places),
        };
    }

    // Paths share the names of their points, of which a large drawing has millions.
    private (string X, string Y) PointNames(string attribute, int index) =>
        _pointNames.TryGetValue((attribute, index), out var names) ? names : _pointNames[(attribute, index)] = (
            string.Create(CultureInfo.InvariantCulture, $"{attribute}[{index}].x"),
            string.Create(CultureInfo.InvariantCulture, $"{attribute}[{index}].y"));

    /// <summary>A rectangle or ellipse as a path whose points are free; itself where it cannot become one.</summary>
    private ShapeGeometry? ReadFreeShape(Frame frame)
    {
        var element = frame.Element;
        if (_paths.TryGetValue(element, out _)) return ReadPath(frame, "d");
        // Rules for its present name would no longer apply to a path, and those for paths would; what rules test must stay; without a size there are no points to
        // free; parts of a viewport are other lengths in each place that draws it; and what is drawn as it is in one place is so in all.
        if (_plain.Contains(element) || !(LeastSize(frame) > 0) || frame.Freedom != Freedom.Free || element.FromEntity || IsEmbedded
            || _cascade.HasRulesFor(element.LocalName) || _cascade.HasRulesFor("path") || _cascade.TestsAttributes
            || frame.InUse && element.Attributes.Exists(a => a.Value.Value.Contains('%', StringComparison.Ordinal)))
        {
            _plain.Add(element);
            return ReadPlainGeometry(frame, held: false);
        }
        if (ReadPlainGeometry(frame, held: true) is not { } shape) return null;
        var outline = ShapePath.Of(shape, _table);
        var first = _table.Count;
        var geometry = ToGeometry(frame, "d", null, [.. outline.Commands], [.. outline.Points.Select(_table.Initial)]);
        _table.Bind(new FreeShapeBinding(geometry, element, _document.Text));
        _paths[element] = new KnownPath(geometry, first, _table.Count - first);
        return geometry;
    }

    private void CountPoints(int count, SvgElement element)
    {
        _points += count;
        if (_points > _limits.ScenePoints)
            throw _document.Error(element,
                $"The drawing has more than {_limits.ScenePoints} points once its references are followed.",
                "Simplify the paths or use fewer instances.");
    }
}
