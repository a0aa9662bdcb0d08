namespace SvgDistill.Rasterizer.Scenes;

/// <summary>What a parameter is, which decides its learning rate, its range and whether it is a leaf by default.</summary>
public enum ParameterKind
{
    /// <summary>The x coordinate of a point.</summary>
    PointX,
    /// <summary>The y coordinate of a point.</summary>
    PointY,
    /// <summary>A size: width, height or radius of a basic shape.</summary>
    Size,
    /// <summary>A stroke's width.</summary>
    StrokeWidth,
    /// <summary>A dash's or gap's length, or the dash offset.</summary>
    Dash,
    /// <summary>A colour component, sRGB 0..1.</summary>
    Color,
    /// <summary>An opacity, 0..1.</summary>
    Opacity,
    /// <summary>A coordinate or radius of a gradient.</summary>
    GradientGeometry,
    /// <summary>A gradient stop's offset, 0..1.</summary>
    StopOffset,
    /// <summary>A number of a transform.</summary>
    Transform,
    /// <summary>A standard deviation or an offset of a filter.</summary>
    Filter,
    /// <summary>An edge or a side of a filter region; never a leaf.</summary>
    FilterRegion,
}

/// <summary>One scalar that the picture depends on; many places of the scene may refer to it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Initial">Its value in the file, in the file's unit.</param>
/// <param name="Unit">
/// The change of this parameter that counts as one: for lengths the one that moves the drawing by one canvas diagonal,
/// for colours, opacities and offsets 1. Learning rates are fractions of it.
/// </param>
/// <param name="Minimum">The least value allowed, or -infinity.</param>
/// <param name="Maximum">The greatest value allowed, or +infinity.</param>
/// <param name="IsLeaf">True where the optimiser may move it; false for numbers that are drawn and differentiated only.</param>
/// <param name="Element">The element that it is written on.</param>
/// <param name="Name">The attribute or property, for reports: <c>d[12].x</c>, <c>fill.r</c>.</param>
public sealed record Parameter(
    ParameterKind Kind, double Initial, double Unit, double Minimum, double Maximum, bool IsLeaf,
    SourceElement Element, string Name);

/// <summary>Where in the file something stands.</summary>
/// <param name="Order">The element's number in document order; the root is 0.</param>
/// <param name="TagName">The element's local name.</param>
/// <param name="Id">Its <c>id</c>, where it has one.</param>
/// <param name="Line">The line of its start tag, counted from 1.</param>
public sealed record SourceElement(int Order, string TagName, string? Id, int Line)
{
    /// <summary>The element around it; null of the root. Groups that change nothing have no node in the scene.</summary>
    public SourceElement? Parent { get; init; }
}
