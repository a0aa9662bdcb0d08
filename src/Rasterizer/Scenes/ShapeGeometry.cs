using System.Collections.Immutable;

namespace SvgDistill.Rasterizer.Scenes;

/// <summary>The outline of a shape in user space, as functions of the parameters. A <c>use</c>d original shares its instance.</summary>
public abstract class ShapeGeometry;

/// <summary>What one command of a path adds; quadratics and arcs have become cubics.</summary>
public enum PathCommand : byte
{
    /// <summary>Begins a contour; takes 1 point.</summary>
    Move,
    /// <summary>A straight line; takes 1 point.</summary>
    Line,
    /// <summary>A cubic Bezier curve; takes 3 points.</summary>
    Cubic,
    /// <summary>Closes the contour with a straight line where its ends differ; takes no point.</summary>
    Close,
}

/// <summary>
/// A path in absolute commands. Also the form of <c>line</c>, <c>polyline</c> and <c>polygon</c>.
/// Points that coincide in the source refer to the same parameters.
/// </summary>
public sealed class PathGeometry : ShapeGeometry
{
    /// <summary>The commands, beginning with a move.</summary>
    public required ImmutableArray<PathCommand> Commands { get; init; }

    /// <summary>The points the commands take, in order.</summary>
    public required ImmutableArray<ScalarPoint> Points { get; init; }

    /// <summary>Nodes whose two tangents lie on one line in the source and must stay so.</summary>
    public ImmutableArray<SmoothNode> SmoothNodes { get; init; } = [];
}

/// <summary>
/// A node where the path passes smoothly: In, Node and Out are positions in <see cref="PathGeometry.Points"/>.
/// Where a side is a straight line (or a curve whose handle sits on the node), its "handle" is the line's other end and is not turned.
/// </summary>
/// <param name="In">The handle (or line's begin) before the node.</param>
/// <param name="Node">The node.</param>
/// <param name="Out">The handle (or line's end) after the node.</param>
/// <param name="InIsFree">True where In is a handle that may be turned about the node.</param>
/// <param name="OutIsFree">True where Out is a handle that may be turned about the node.</param>
public readonly record struct SmoothNode(int In, int Node, int Out, bool InIsFree, bool OutIsFree);

/// <summary>A rectangle; radii are clamped to half the sides as SVG 2 section 10.2 says.</summary>
public sealed class RectGeometry : ShapeGeometry
{
    /// <summary>The left edge.</summary>
    public required Scalar X { get; init; }
    /// <summary>The top edge.</summary>
    public required Scalar Y { get; init; }
    /// <summary>The width; the shape is not drawn where it is not positive.</summary>
    public required Scalar Width { get; init; }
    /// <summary>The height; the shape is not drawn where it is not positive.</summary>
    public required Scalar Height { get; init; }
    /// <summary>The horizontal corner radius, before clamping.</summary>
    public required Scalar Rx { get; init; }
    /// <summary>The vertical corner radius, before clamping.</summary>
    public required Scalar Ry { get; init; }
}

/// <summary>An ellipse; a circle's radii are one scalar. Not drawn where a radius is not positive.</summary>
public sealed class EllipseGeometry : ShapeGeometry
{
    /// <summary>The centre.</summary>
    public required ScalarPoint Center { get; init; }
    /// <summary>The horizontal radius.</summary>
    public required Scalar Rx { get; init; }
    /// <summary>The vertical radius.</summary>
    public required Scalar Ry { get; init; }
}
