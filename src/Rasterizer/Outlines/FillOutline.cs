using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>A shape's own contours, its curves flattened by <see cref="FlatteningTable"/>.</summary>
/// <param name="path">The shape's path.</param>
/// <param name="atZero">Whether a shape of size zero is there for its derivative's sake (<see cref="UserPath.HasOutline"/>).</param>
internal sealed class FillOutline(DevicePath path, bool atZero = true) : Outline
{
    private int _firstVertex;

    public override bool Emit(DrawBuffers buffers, ReadOnlySpan<double> theta)
    {
        (FirstContour, ContourCount, _firstVertex) = (buffers.List.ContourCount, 0, buffers.List.VertexCount);
        if (path.HasNote) path.Note(buffers);
        if (!path.IsDrawn || !(atZero || path.Path.IsDrawn) || path.IsFarFrom(buffers.Window.Near, 0)) return false;
        var layout = path.Path.Layout;
        var total = 0L;
        foreach (var contour in layout.Contours) total += VertexCount(contour);
        if (!buffers.Reserve(total)) return false;
        var points = MemoryMarshal.Cast<double, Vector128<double>>(path.Points.AsSpan());
        foreach (var contour in layout.Contours)
        {
            if (VertexCount(contour) < 3) continue;
            var first = buffers.List.VertexCount;
            var vertices = MemoryMarshal.Cast<double, Vector128<double>>(buffers.List.Vertices.AsSpan(2 * first));
            var n = 0;
            vertices[n++] = points[contour.FirstPoint];
            for (var s = contour.FirstSegment; s < contour.FirstSegment + contour.SegmentCount; s++)
            {
                var p = points.Slice(layout.SegmentStarts[s], layout.SegmentOrders[s] + 1);
                var pieces = path.Pieces[s];
                if (pieces > 1)
                {
                    var weights = path.Path.Table(pieces).Positions.AsSpan(4, 4 * (pieces - 1));
                    var (p0, p1, p2, p3) = (p[0], p[1], p[2], p[3]);
                    for (var w = 0; w + 3 < weights.Length; w += 4)
                        vertices[n++] = weights[w] * p0 + weights[w + 1] * p1 + weights[w + 2] * p2 + weights[w + 3] * p3;
                }
                vertices[n++] = p[^1];
            }
            buffers.EndContour(first + n);
        }
        ContourCount = buffers.List.ContourCount - FirstContour;
        return ContourCount > 0;
    }

    public override void Backward(ReadOnlySpan<double> vertexGradient, ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        if (!path.IsDifferentiated) return;
        var layout = path.Path.Layout;
        var points = MemoryMarshal.Cast<double, Vector128<double>>(path.Gradient.AsSpan());
        var vertices = MemoryMarshal.Cast<double, Vector128<double>>(vertexGradient)[_firstVertex..];
        var n = 0;
        foreach (var contour in layout.Contours)
        {
            if (VertexCount(contour) < 3) continue;
            points[contour.FirstPoint] += vertices[n++];
            for (var s = contour.FirstSegment; s < contour.FirstSegment + contour.SegmentCount; s++)
            {
                var p = points.Slice(layout.SegmentStarts[s], layout.SegmentOrders[s] + 1);
                var pieces = path.Pieces[s];
                if (pieces > 1)
                {
                    var weights = path.Path.Table(pieces).Positions.AsSpan(4, 4 * (pieces - 1));
                    var (p0, p1, p2, p3) = (p[0], p[1], p[2], p[3]);
                    for (var w = 0; w + 3 < weights.Length; w += 4)
                    {
                        var g = vertices[n++];
                        p0 += weights[w] * g;
                        p1 += weights[w + 1] * g;
                        p2 += weights[w + 2] * g;
                        p3 += weights[w + 3] * g;
                    }
                    (p[0], p[1], p[2], p[3]) = (p0, p1, p2, p3);
                }
                p[^1] += vertices[n++];
            }
        }
    }

    private int VertexCount(in ContourLayout contour)
    {
        var count = 1;
        for (var s = contour.FirstSegment; s < contour.FirstSegment + contour.SegmentCount; s++) count += path.Pieces[s];
        return count;
    }
}
