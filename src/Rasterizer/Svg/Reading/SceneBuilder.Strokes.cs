using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Strokes: their style and dashes.</summary>
internal sealed partial class SceneBuilder
{
    private Stroke? ReadStroke(Frame frame)
    {
        var limit = frame.Style.Find("stroke-miterlimit") is { } m && Length.Parse(m.Text) is { Unit: "" } l
            ? l.Number : 4;
        var written = StrokeWidth(frame);
        if (!(written >= 0)) return null;
        // Zero is how files switch a stroke off, which an edit must not undo.
        if (written == 0 && frame.Freedom == Freedom.Free) frame = frame with { Freedom = Freedom.Frozen };
        if (ReadPaint(frame, "stroke") is not { } paint) return null;
        var isNonScaling = frame.Style.Word("vector-effect") == "non-scaling-stroke";
        // Its lengths are of the host's space, which here is the scene's.
        var lengths = isNonScaling ? frame with { ToScene = Matrix.Identity } : frame;
        var width = ReadLengthProperty(lengths, "stroke-width", Axis.Diagonal, ParameterKind.StrokeWidth, _notNegative)
            ?? Scalar.Constant(1);
        var pathLength = ReadPathLength(frame.Element);
        var (dashes, offset) = ReadDashes(pathLength > 0 ? InPathLength(frame, pathLength.Value) : lengths);
        return new Stroke
        {
            Paint = paint, Width = width, IsNonScaling = isNonScaling, PathLength = pathLength,
            Opacity = ReadOpacity(frame, "stroke-opacity"),
            MiterLimit = Math.Max(1, limit), Dashes = dashes, DashOffset = offset,
            Cap = frame.Style.Word("stroke-linecap") switch
            {
                "round" => LineCap.Round,
                "square" => LineCap.Square,
                _ => LineCap.Butt,
            },
            Join = frame.Style.Word("stroke-linejoin") switch
            {
                "round" => LineJoin.Round,
                "bevel" => LineJoin.Bevel,
                "miter-clip" => LineJoin.MiterClip,
                _ => LineJoin.Miter,
            },
        };
    }

    // A negative value is an error, and as if absent (SVG 2 section 9.6.1).
    private static double? ReadPathLength(SvgElement element) =>
        Length.Parse(element.Attribute("pathLength")?.Value.Value) is { Unit: "", Number: >= 0 } length ? length.Number : null;

    // A dash that is one longer is drawn longer by the outline's length over what pathLength says that it is.
    private Frame InPathLength(Frame frame, double pathLength)
    {
        if (frame.Style.Find("stroke-dasharray") is null || ReadPlainGeometry(frame, held: true) is not { } geometry) return frame;
        var ratio = InitialLength.Of(geometry, _table) / pathLength;
        return ratio > 0 ? frame with { ToScene = frame.ToScene * Matrix.Scaling(ratio, ratio) } : frame;
    }

    // Before any parameter is made for it.
    private static double StrokeWidth(Frame frame)
    {
        var (value, at) = frame.Style.FindWithStyle("stroke-width");
        return value is not null && Length.Parse(value.Text) is { } length
            && length.Factor(frame.Viewport.Base(Axis.Diagonal), FontSize(at)) is { } factor
            ? length.Number * factor : 1;
    }

    private (ImmutableArray<Scalar> Dashes, Scalar Offset) ReadDashes(Frame frame)
    {
        var none = (ImmutableArray<Scalar>.Empty, Scalar.Constant(0));
        var (value, at) = frame.Style.FindWithStyle("stroke-dasharray");
        if (value is null || value.Text.Trim() == "none"
            || Length.ParsePrefix(value.Text) is not { Count: > 0 } lengths)
            return none;
        CountPoints(lengths.Count, frame.Element);
        var dashes = new List<Scalar>();
        foreach (var length in lengths)
        {
            if (length.Factor(frame.Viewport.Base(Axis.Diagonal), FontSize(at)) is not { } factor || length.Number < 0)
                return none;
            dashes.Add(_table.Number(value.Span?.Slice(length.Start, length.NumberLength), length.Number, factor,
                ParameterKind.Dash,
                frame.Unit(_diagonal, factor), _notNegative, frame.Freedom, value.Element,
                    $"stroke-dasharray[{dashes.Count}]"));
        }
        if (dashes.Count % 2 == 1) dashes.AddRange(dashes.ToArray());
        var offset = ReadLengthProperty(frame, "stroke-dashoffset", Axis.Diagonal, ParameterKind.Dash, _any)
            ?? Scalar.Constant(0);
        return ([.. dashes], offset);
    }
}
