using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Drawing;

/// <summary>
/// What the pixel stage draws: closed polylines in device pixels and paint numbers in flat arrays, and a tree that refers to them.
/// The geometry stage fills it from a scene and theta; both stages' adjoints pass through arrays of the same layout.
/// The arrays are reused between steps and may be longer than what is in use.
/// </summary>
public sealed class DrawList
{
    /// <summary>Picture columns.</summary>
    public int Width { get; set; }
    /// <summary>Picture rows.</summary>
    public int Height { get; set; }
    /// <summary>Vertices, x then y, device pixels, y down; pixel (i, j) covers i..i+1, j..j+1.</summary>
    public double[] Vertices { get; set; } = [];
    /// <summary>Vertices in use.</summary>
    public int VertexCount { get; set; }
    /// <summary>The first vertex of each contour, then one more entry: the end of the last. Contours close by themselves.</summary>
    public int[] ContourStarts { get; set; } = [0];
    /// <summary>Contours in use.</summary>
    public int ContourCount { get; set; }
    /// <summary>Paint numbers: colours, opacities, gradient coefficients, stops.</summary>
    public double[] Scalars { get; set; } = [];
    /// <summary>Scalars in use.</summary>
    public int ScalarCount { get; set; }
    /// <summary>What is drawn, the first at the back.</summary>
    public List<DrawNode> Nodes { get; } = [];

    /// <summary>Makes this a picture of its own size with the numbers of another list, which its nodes refer to.</summary>
    internal DrawList Of(DrawList list, int width, int height)
    {
        (Width, Height) = (width, height);
        (Vertices, VertexCount) = (list.Vertices, list.VertexCount);
        (ContourStarts, ContourCount) = (list.ContourStarts, list.ContourCount);
        (Scalars, ScalarCount) = (list.Scalars, list.ScalarCount);
        return this;
    }
}

/// <summary>A step of drawing.</summary>
public abstract class DrawNode;

/// <summary>Fills contours with a paint.</summary>
public sealed class DrawFill : DrawNode
{
    /// <summary>The first contour.</summary>
    public int FirstContour { get; set; }
    /// <summary>How many contours.</summary>
    public int ContourCount { get; set; }
    /// <summary>The fill rule.</summary>
    public FillRule Rule { get; set; }
    /// <summary>The paint.</summary>
    public required DrawPaint Paint { get; set; }
    /// <summary>The scalar that multiplies the paint's alpha, or -1 for 1.</summary>
    public int Opacity { get; set; } = -1;
    /// <summary>False: pixels are wholly in or out by their centre's winding, without gradient to vertices.</summary>
    public bool AntiAlias { get; set; } = true;
    /// <summary>
    /// False where nothing moves the paint's alphas or <see cref="Opacity"/>: their gradients are then left out,
    /// which saves remembering what the shape hides.
    /// </summary>
    public bool AlphaMoves { get; set; } = true;
}

/// <summary>Children drawn on a transparent canvas of their own, masked, then composited as one.</summary>
public sealed class DrawLayer : DrawNode
{
    /// <summary>What it draws.</summary>
    public List<DrawNode> Children { get; } = [];
    /// <summary>The scalar that multiplies the layer, or -1 for 1.</summary>
    public int Opacity { get; set; } = -1;
    /// <summary>How it is blended with what lies behind.</summary>
    public BlendMode Blend { get; set; }
    /// <summary>Each multiplies the layer.</summary>
    public List<DrawMask> Masks { get; } = [];
}

/// <summary>A per-pixel factor drawn by its own content.</summary>
public sealed class DrawMask
{
    /// <summary>How the content's pixels become factors.</summary>
    public MaskKind Kind { get; set; }
    /// <summary>What it draws, on a transparent canvas.</summary>
    public List<DrawNode> Children { get; } = [];
}

/// <summary>How drawn pixels become factors.</summary>
public enum MaskKind
{
    /// <summary>Their alpha (clip paths, alpha masks).</summary>
    Alpha,
    /// <summary>.2126 R + .7152 G + .0722 B of the premultiplied sRGB values (luminance masks; resvg's coefficients).</summary>
    Luminance,
}

/// <summary>A raster image.</summary>
public sealed class DrawImage : DrawNode
{
    /// <summary>The image.</summary>
    public required ImageNode Image { get; init; }
    /// <summary>The first of 6 scalars a..f of the map from device pixels to image pixels.</summary>
    public int DeviceToImage { get; set; }
    /// <summary>False where nothing moves the image: no gradient is needed then.</summary>
    public bool Moves { get; set; }
    /// <summary>The image's outline (one contour of four vertices), which bounds it with exact coverage.</summary>
    public int Contour { get; set; }
}

/// <summary>A resolved paint; every number is in <see cref="DrawList.Scalars"/>. Colours are straight-alpha sRGB, 0..1.</summary>
public abstract class DrawPaint;

/// <summary>One colour: scalars r, g, b, a from <see cref="Color"/> on.</summary>
public sealed class DrawSolid : DrawPaint
{
    /// <summary>The first of the 4 scalars.</summary>
    public int Color { get; set; }
}

/// <summary>
/// What gradients share. Stops are 5 scalars each (offset, r, g, b, a), offsets clamped to 0..1 and non-decreasing.
/// Evaluated at pixel centres; colours are interpolated straight, then premultiplied.
/// </summary>
public abstract class DrawGradient : DrawPaint
{
    /// <summary>The first stop's first scalar.</summary>
    public int Stops { get; set; }
    /// <summary>How many stops, at least 2.</summary>
    public int StopCount { get; set; }
    /// <summary>How it goes on outside 0..1.</summary>
    public SpreadMethod Spread { get; set; }
}

/// <summary>t = s0 x + s1 y + s2 at device point (x, y).</summary>
public sealed class DrawLinear : DrawGradient
{
    /// <summary>The first of the 3 scalars.</summary>
    public int Coefficients { get; set; }
}

/// <summary>
/// The two-circle gradient: the device point is mapped by DeviceToGradient (6 scalars a..f); t is the largest root with a
/// non-negative radius of |p - (f + t (c - f))| = fr + t (r - fr); circle scalars are cx, cy, r, fx, fy, fr. Pixels without a root are transparent.
/// </summary>
public sealed class DrawRadial : DrawGradient
{
    /// <summary>The first of the 6 scalars a..f of the map from device pixels to gradient space.</summary>
    public int DeviceToGradient { get; set; }
    /// <summary>The first of the 6 circle scalars.</summary>
    public int Circles { get; set; }
}

/// <summary>
/// A pattern: a tile drawn once, onto a texture, and repeated without end. A pixel's centre is looked up bilinearly between the texture's
/// texels, whose neighbours across its edges are those of the next tile.
/// </summary>
public sealed class DrawTiles : DrawPaint
{
    private readonly DrawList _texture = new();

    /// <summary>Texture columns.</summary>
    public int Width { get; set; }
    /// <summary>Texture rows.</summary>
    public int Height { get; set; }
    /// <summary>The first of 6 scalars a..f of the map from device pixels to texels.</summary>
    public int DeviceToTexture { get; set; }
    /// <summary>What the texture shows; vertices and paints are in texels.</summary>
    public List<DrawNode> Children => _texture.Nodes;

    /// <summary>The texture as a picture of its own, whose numbers are those of the list that this paint belongs to.</summary>
    internal DrawList Texture(DrawList list) => _texture.Of(list, Width, Height);
}
