using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>The part of an outline that never changes: which points form which segments and contours.</summary>
/// <remarks>A contour's points are consecutive: segment s takes points SegmentStarts[s] .. SegmentStarts[s] + SegmentOrders[s].</remarks>
internal sealed class PathLayout
{
    private readonly List<int> _segmentStarts = [];
    private readonly List<byte> _segmentOrders = [];
    private readonly List<ContourLayout> _contours = [];
    private int _firstPoint, _firstSegment;

    /// <summary>How many points.</summary>
    public int PointCount { get; private set; }
    /// <summary>Each segment's first point.</summary>
    public int[] SegmentStarts { get; private set; } = [];
    /// <summary>1 for a line, 3 for a cubic.</summary>
    public byte[] SegmentOrders { get; private set; } = [];
    /// <summary>The contours.</summary>
    public ContourLayout[] Contours { get; private set; } = [];

    /// <summary>Begins a contour with one point.</summary>
    public void Begin()
    {
        (_firstPoint, _firstSegment) = (PointCount, _segmentStarts.Count);
        PointCount++;
    }

    /// <summary>Adds a segment that begins where the last one ended.</summary>
    public void Add(byte order)
    {
        _segmentStarts.Add(PointCount - 1);
        _segmentOrders.Add(order);
        PointCount += order;
    }

    /// <summary>Ends the contour. One that is a lone move is forgotten; a closed single point stays, for its caps.</summary>
    public void End(bool isClosed)
    {
        var count = _segmentStarts.Count - _firstSegment;
        if (count > 0 || isClosed) _contours.Add(new(_firstPoint, PointCount - 1, _firstSegment, count, isClosed));
    }

    /// <summary>Fixes the layout.</summary>
    public PathLayout Finish()
    {
        (SegmentStarts, SegmentOrders, Contours) = ([.. _segmentStarts], [.. _segmentOrders], [.. _contours]);
        return this;
    }

    /// <summary>The layout of a path and its points, those repeated that begin a contour after a close.</summary>
    public static (PathLayout Layout, ScalarPoint[] Points) Of(PathGeometry path)
    {
        var layout = new PathLayout();
        List<ScalarPoint> points = [];
        var (next, isOpen) = (0, false);
        ScalarPoint start = default;
        foreach (var command in path.Commands)
        {
            if (command == PathCommand.Move)
            {
                if (isOpen) layout.End(isClosed: false);
                start = path.Points[next];
            }
            if (command == PathCommand.Move || !isOpen)
            {
                layout.Begin();
                points.Add(start);
                isOpen = true;
            }
            var order = command switch { PathCommand.Cubic => 3, PathCommand.Line => 1, _ => 0 };
            if (order > 0) layout.Add((byte)order);
            if (command == PathCommand.Move) next++;
            for (var i = 0; i < order; i++) points.Add(path.Points[next++]);
            if (command == PathCommand.Close)
            {
                layout.End(isClosed: true);
                isOpen = false;
            }
        }
        if (isOpen) layout.End(isClosed: false);
        return (layout.Finish(), [.. points]);
    }
}

/// <summary>A contour: its points and segments. A closed one ends with a straight line to its first point.</summary>
internal readonly record struct ContourLayout(
    int FirstPoint, int LastPoint, int FirstSegment, int SegmentCount, bool IsClosed);
