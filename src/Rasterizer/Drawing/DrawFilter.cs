using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Drawing;

/// <summary>
/// Children drawn on a transparent canvas of the filter region's pixels, filtered, then composited. The children's vertices are in the
/// region's own pixels.
/// </summary>
public sealed class DrawFilter : DrawNode
{
    private readonly DrawList _source = new();

    /// <summary>The region: pixels of the picture, half open.</summary>
    public PixelArea Region { get; set; }
    /// <summary>What is filtered.</summary>
    public List<DrawNode> Children => _source.Nodes;
    /// <summary>The primitives in order, at least one; the last one's result is drawn.</summary>
    public required IReadOnlyList<DrawPrimitive> Primitives { get; init; }

    /// <summary>The children as a picture of its own, whose numbers are those of the list that this node belongs to.</summary>
    internal DrawList Source(DrawList list) => _source.Of(list, Region.Width, Region.Height);
}

/// <summary>A filter primitive in pixels.</summary>
public sealed class DrawPrimitive
{
    private readonly DrawList _image = new();

    /// <summary>The primitive; its lengths are read from <see cref="Scalars"/> instead.</summary>
    public required FilterPrimitive Primitive { get; init; }
    /// <summary>The subregion in the region's own pixels; nothing is drawn outside.</summary>
    public PixelArea Area { get; set; }
    /// <summary>The first of its scalars; which they are is said where the primitive is computed (<c>Filters</c>).</summary>
    public int Scalars { get; set; }
    /// <summary>False where nothing moves its deviations, whose gradient is then left out.</summary>
    public bool ScalarsMove { get; set; }
    /// <summary>What <c>feImage</c> shows, in the region's own pixels.</summary>
    public List<DrawNode> Children => _image.Nodes;

    internal DrawList Image(DrawList list, int width, int height) => _image.Of(list, width, height);
}

/// <summary>A rectangle of whole pixels.</summary>
/// <param name="X">The first column.</param>
/// <param name="Y">The first row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct PixelArea(int X, int Y, int Width, int Height)
{
    /// <summary>The column after the last.</summary>
    public int Right => X + Width;
    /// <summary>The row after the last.</summary>
    public int Bottom => Y + Height;

    /// <summary>The part of it that lies in another; its sides are not negative.</summary>
    public PixelArea In(PixelArea other)
    {
        int x = Math.Max(X, other.X), y = Math.Max(Y, other.Y);
        return new(x, y, Math.Max(0, Math.Min(Right, other.Right) - x), Math.Max(0, Math.Min(Bottom, other.Bottom) - y));
    }
}
