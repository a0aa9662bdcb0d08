using System.Collections.Immutable;

namespace SvgDistill.Rasterizer.Scenes;

/// <summary>What fills a shape or its stroke.</summary>
public abstract class Paint
{
    /// <summary>
    /// What paints in its place where it is in fractions of a bounding box and the box has no area (SVG 2 section 8.10), or where it is a
    /// pattern whose tile has none; null for nothing.
    /// </summary>
    public Paint? Fallback { get; init; }
}

/// <summary>One colour.</summary>
public sealed class SolidPaint : Paint
{
    /// <summary>The colour.</summary>
    public required ScalarColor Color { get; init; }
}

/// <summary>How a gradient goes on outside 0..1.</summary>
public enum SpreadMethod
{
    /// <summary>The end colours continue.</summary>
    Pad,
    /// <summary>Forth and back.</summary>
    Reflect,
    /// <summary>From the start again.</summary>
    Repeat,
}

/// <summary>A gradient stop; offsets are clamped to 0..1 and made non-decreasing in drawing.</summary>
public sealed record GradientStop(Scalar Offset, ScalarColor Color);

/// <summary>What linear and radial gradients share.</summary>
public abstract class GradientPaint : Paint
{
    /// <summary>True where coordinates are fractions of the painted shape's bounding box (its fill geometry, without stroke).</summary>
    public required bool BoundingBoxUnits { get; init; }
    /// <summary><c>gradientTransform</c>.</summary>
    public required TransformChain Transform { get; init; }
    /// <summary><c>spreadMethod</c>.</summary>
    public required SpreadMethod Spread { get; init; }
    /// <summary>At least two stops (the reader turns one into a solid paint and none into no paint).</summary>
    public required ImmutableArray<GradientStop> Stops { get; init; }
}

/// <summary>A linear gradient.</summary>
public sealed class LinearGradientPaint : GradientPaint
{
    /// <summary>Where offset 0 lies.</summary>
    public required ScalarPoint Start { get; init; }
    /// <summary>Where offset 1 lies.</summary>
    public required ScalarPoint End { get; init; }
}

/// <summary>A radial gradient.</summary>
public sealed class RadialGradientPaint : GradientPaint
{
    /// <summary>The centre of the end circle.</summary>
    public required ScalarPoint Center { get; init; }
    /// <summary>The radius of the end circle.</summary>
    public required Scalar Radius { get; init; }
    /// <summary>The centre of the start circle.</summary>
    public required ScalarPoint Focus { get; init; }
    /// <summary>The radius of the start circle.</summary>
    public required Scalar FocusRadius { get; init; }
}

/// <summary>A tile drawn again and again.</summary>
public sealed class PatternPaint : Paint
{
    /// <summary>The tile's left edge.</summary>
    public required Scalar X { get; init; }
    /// <summary>The tile's top edge.</summary>
    public required Scalar Y { get; init; }
    /// <summary>The tile's width.</summary>
    public required Scalar Width { get; init; }
    /// <summary>The tile's height.</summary>
    public required Scalar Height { get; init; }
    /// <summary>True where the tile is in fractions of the painted shape's bounding box.</summary>
    public required bool BoundingBoxUnits { get; init; }
    /// <summary>True where the content is in fractions of the bounding box (not with a view box).</summary>
    public required bool BoundingBoxContent { get; init; }
    /// <summary>The content's view box (x, y, width, height) with its fitting rule, or null.</summary>
    public required ViewBox? ViewBox { get; init; }
    /// <summary><c>patternTransform</c>.</summary>
    public required TransformChain Transform { get; init; }
    /// <summary>The tile's content; clipped to the tile unless <see cref="Overflow"/>.</summary>
    public required GroupNode Content { get; init; }
    /// <summary>True for <c>overflow: visible</c>.</summary>
    public bool Overflow { get; init; }
}

/// <summary>A <c>viewBox</c> with <c>preserveAspectRatio</c>.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width, positive.</param>
/// <param name="Height">Height, positive.</param>
/// <param name="AlignX">0 for xMin, .5 for xMid, 1 for xMax.</param>
/// <param name="AlignY">0 for YMin, .5 for YMid, 1 for YMax.</param>
/// <param name="Fit">How the two scales are reconciled.</param>
public sealed record ViewBox(double X, double Y, double Width, double Height, double AlignX, double AlignY, ViewBoxFit Fit)
{
    /// <summary>The map from view box coordinates to a viewport of the given place and size (SVG 2 section 8.2).</summary>
    public Geometry.Matrix Fitted(double x, double y, double width, double height)
    {
        var (sx, sy) = (width / Width, height / Height);
        if (Fit == ViewBoxFit.Meet) sx = sy = Math.Min(sx, sy);
        if (Fit == ViewBoxFit.Slice) sx = sy = Math.Max(sx, sy);
        return new(sx, 0, 0, sy, x + AlignX * (width - sx * Width) - sx * X, y + AlignY * (height - sy * Height) - sy * Y);
    }
}

/// <summary>How a view box fills its viewport.</summary>
public enum ViewBoxFit
{
    /// <summary>Wholly visible.</summary>
    Meet,
    /// <summary>Wholly covering.</summary>
    Slice,
    /// <summary>Stretched (<c>preserveAspectRatio="none"</c>).</summary>
    None,
}
