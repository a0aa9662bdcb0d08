using System.Collections.Immutable;

namespace SvgDistill.Rasterizer.Scenes;

/// <summary>A node of the normal form: what is drawn, resolved from the file's cascade, hidden things left out.</summary>
public abstract class SceneNode
{
    /// <summary>The element it comes from; null for nodes that only arrange others.</summary>
    public SourceElement? Element { get; init; }
}

/// <summary>Children drawn in order, then composited as one where opacity, clip, mask, blending or isolation ask for it.</summary>
public sealed class GroupNode : SceneNode
{
    /// <summary>From the children's space to the parent's.</summary>
    public TransformChain Transform { get; init; } = TransformChain.Identity;
    /// <summary><c>opacity</c>; also that of a single shape (which the reader wraps only where it needs a layer).</summary>
    public Scalar Opacity { get; init; } = Scalar.Constant(1);
    /// <summary><c>mix-blend-mode</c>.</summary>
    public BlendMode Blend { get; init; }
    /// <summary><c>isolation: isolate</c>.</summary>
    public bool Isolate { get; init; }
    /// <summary><c>clip-path</c>, in the children's space.</summary>
    public ClipNode? Clip { get; init; }
    /// <summary><c>mask</c>, in the children's space.</summary>
    public MaskNode? Mask { get; init; }
    /// <summary><c>filter</c>, in the children's space: each takes what the one before it gives, the last is clipped, masked and composited.</summary>
    public ImmutableArray<FilterNode> Filters { get; init; } = [];
    /// <summary>
    /// The box that fractions of a box refer to here, in the children's space, where it is not that of the children's fills: the cells of a
    /// text's characters.
    /// </summary>
    public RectGeometry? Box { get; init; }
    /// <summary>What it draws, the first at the back; may be empty where it has filters.</summary>
    public required ImmutableArray<SceneNode> Children { get; init; }
}

/// <summary>A shape with its fill and stroke, in its parent's space after its own transform.</summary>
public sealed class ShapeNode : SceneNode
{
    /// <summary>From the geometry's space to the parent's.</summary>
    public TransformChain Transform { get; init; } = TransformChain.Identity;
    /// <summary>The outline.</summary>
    public required ShapeGeometry Geometry { get; init; }
    /// <summary>The fill, or null.</summary>
    public Paint? Fill { get; init; }
    /// <summary><c>fill-rule</c>, or <c>clip-rule</c> inside a clip path.</summary>
    public FillRule FillRule { get; init; }
    /// <summary><c>fill-opacity</c>.</summary>
    public Scalar FillOpacity { get; init; } = Scalar.Constant(1);
    /// <summary>The stroke, or null.</summary>
    public Stroke? Stroke { get; init; }
    /// <summary><c>paint-order</c>: true where the stroke lies under the fill.</summary>
    public bool StrokeFirst { get; init; }
    /// <summary><c>shape-rendering</c> asks for smooth edges; false draws a pixel wholly where its centre is covered, without gradient.</summary>
    public bool AntiAlias { get; init; } = true;
}

/// <summary>An embedded raster image; its pixels are frozen.</summary>
public sealed class ImageNode : SceneNode
{
    /// <summary>From pixels (0..PixelWidth, 0..PixelHeight) to the parent's space.</summary>
    public required TransformChain Transform { get; init; }
    /// <summary>Pixel columns.</summary>
    public required int PixelWidth { get; init; }
    /// <summary>Pixel rows.</summary>
    public required int PixelHeight { get; init; }
    /// <summary>RGBA bytes, straight alpha, sRGB, row by row from the top.</summary>
    public required ReadOnlyMemory<byte> Rgba { get; init; }
    /// <summary>True for interpolation between pixels, false for <c>image-rendering: optimizeSpeed/pixelated</c>.</summary>
    public bool Smooth { get; init; } = true;
}

/// <summary>A stroke's style.</summary>
public sealed record Stroke
{
    /// <summary>Its paint.</summary>
    public required Paint Paint { get; init; }
    /// <summary><c>stroke-opacity</c>.</summary>
    public Scalar Opacity { get; init; } = Scalar.Constant(1);
    /// <summary><c>stroke-width</c> in user units, or the scene's where <see cref="IsNonScaling"/>; not drawn where it is not positive.</summary>
    public required Scalar Width { get; init; }
    /// <summary><c>vector-effect: non-scaling-stroke</c>: the stroke is made in the scene's space, its paint lies in the shape's.</summary>
    public bool IsNonScaling { get; init; }
    /// <summary><c>stroke-linecap</c>.</summary>
    public LineCap Cap { get; init; }
    /// <summary><c>stroke-linejoin</c>.</summary>
    public LineJoin Join { get; init; }
    /// <summary><c>stroke-miterlimit</c>, at least 1.</summary>
    public double MiterLimit { get; init; } = 4;
    /// <summary>Dashes and gaps, an even number of them, or none.</summary>
    public ImmutableArray<Scalar> Dashes { get; init; } = [];
    /// <summary><c>stroke-dashoffset</c>.</summary>
    public Scalar DashOffset { get; init; } = Scalar.Constant(0);
    /// <summary><c>pathLength</c>, not negative: what the dashes take the whole outline's length to be; null for the length that it has.</summary>
    public double? PathLength { get; init; }
}

/// <summary>A clip path: the union of its shapes' fills (each may have a clip of its own), cut by its own clip.</summary>
public sealed class ClipNode
{
    /// <summary>True where the content is in fractions of the clipped element's bounding box.</summary>
    public required bool BoundingBoxUnits { get; init; }
    /// <summary>The clip path's own <c>transform</c>.</summary>
    public TransformChain Transform { get; init; } = TransformChain.Identity;
    /// <summary>Shapes with an opaque fill (their <see cref="ShapeNode.FillRule"/> is the clip rule), or groups of them that carry a clip.</summary>
    public required ImmutableArray<SceneNode> Children { get; init; }
    /// <summary><c>clip-path</c> on the clip path itself.</summary>
    public ClipNode? Clip { get; init; }
}

/// <summary>A mask.</summary>
public sealed class MaskNode
{
    /// <summary>True for <c>mask-type: alpha</c>, false for luminance (sRGB coefficients of linear luminance on sRGB values, whatever <c>color-interpolation</c> says, as resvg does).</summary>
    public required bool Alpha { get; init; }
    /// <summary>The left edge of the mask's region.</summary>
    public required Scalar X { get; init; }
    /// <summary>Its top edge.</summary>
    public required Scalar Y { get; init; }
    /// <summary>Its width.</summary>
    public required Scalar Width { get; init; }
    /// <summary>Its height.</summary>
    public required Scalar Height { get; init; }
    /// <summary>True where the region is in fractions of the masked element's bounding box.</summary>
    public required bool BoundingBoxUnits { get; init; }
    /// <summary>True where the content is in fractions of the bounding box.</summary>
    public required bool BoundingBoxContent { get; init; }
    /// <summary>The content.</summary>
    public required ImmutableArray<SceneNode> Children { get; init; }
    /// <summary><c>mask</c> on the mask itself.</summary>
    public MaskNode? Mask { get; init; }
    /// <summary><c>clip-path</c> on the mask itself.</summary>
    public ClipNode? Clip { get; init; }
}

/// <summary>Which winding numbers count as inside.</summary>
public enum FillRule
{
    /// <summary>All but zero.</summary>
    NonZero,
    /// <summary>Odd ones.</summary>
    EvenOdd,
}

/// <summary>How an open stroke ends.</summary>
public enum LineCap
{
    /// <summary>At the point.</summary>
    Butt,
    /// <summary>With a half disc.</summary>
    Round,
    /// <summary>With half a square.</summary>
    Square,
}

/// <summary>How a stroke turns.</summary>
public enum LineJoin
{
    /// <summary>Sharp up to the miter limit, else bevelled (also SVG 2's <c>arcs</c>).</summary>
    Miter,
    /// <summary>Sharp up to the miter limit, else cut there.</summary>
    MiterClip,
    /// <summary>With a disc.</summary>
    Round,
    /// <summary>Cut straight.</summary>
    Bevel,
}

/// <summary>CSS blend modes (Compositing and Blending Level 1).</summary>
public enum BlendMode
{
#pragma warning disable CS1591 // The names are the specification's.
    Normal, Multiply, Screen, Overlay, Darken, Lighten, ColorDodge, ColorBurn, HardLight, SoftLight, Difference,
    Exclusion, Hue, Saturation, Color, Luminosity,
#pragma warning restore CS1591
}
