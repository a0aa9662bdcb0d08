using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Text.Shaping;

namespace SvgDistill.Rasterizer.Text.Layout;

/// <summary>A box that grows.</summary>
internal sealed class TextBox
{
    public double Left { get; private set; } = double.PositiveInfinity;
    public double Top { get; private set; } = double.PositiveInfinity;
    public double Right { get; private set; } = double.NegativeInfinity;
    public double Bottom { get; private set; } = double.NegativeInfinity;
    public bool HasArea => Right > Left && Bottom > Top;

    /// <summary>Takes in a rectangle under a map.</summary>
    public void Include(in Matrix place, double left, double top, double right, double bottom)
    {
        foreach (var corner in (ReadOnlySpan<Point>)[new(left, top), new(right, top), new(left, bottom), new(right, bottom)])
        {
            var p = place.Apply(corner);
            (Left, Top, Right, Bottom) = (Math.Min(Left, p.X), Math.Min(Top, p.Y), Math.Max(Right, p.X), Math.Max(Bottom, p.Y));
        }
    }

    /// <summary>Takes in a cluster; one without an advance of its own is a unit wide, as resvg's pictures have it.</summary>
    public void Include(in Matrix place, GlyphCluster cluster) =>
        Include(place, 0, -cluster.Ascent, cluster.Advance > 0 ? cluster.Advance : 1, -cluster.Descent);
}
