using System.Numerics;
using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// <c>feTile</c>: the pixels of the input's subregion, repeated over the region. Of one that leaves the region the part inside is
/// repeated, from the subregion's own corner on, as resvg has it.
/// </summary>
internal sealed class TileOp<T>(FilterOp<T> input, DrawPrimitive? tile) : FilterOp<T>(input) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override bool IsAlphaOnly => Inputs[0].IsAlphaOnly;

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        var area = Area;
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            for (int row = 0; row < Output.Height; row++)
            {
                var to = Output.Row(plane, row);
                if (area.Width == 0 || area.Height == 0)
                {
                    to.Clear();
                    continue;
                }
                var from = Inputs[0].Output.Row(plane, Place(row, 1, area)).Slice(area.X, area.Width);
                for (int column = 0; column < to.Length; column++) to[column] = from[Place(column, 0, area) - area.X];
            }
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        var area = Area;
        if (area.Width == 0 || area.Height == 0) return;
        for (int plane = FirstPlane; plane < 4; plane++)
        {
            for (int row = 0; row < Output.Height; row++)
            {
                var g = Gradient.Row(plane, row);
                var to = Inputs[0].Gradient.Row(plane, Place(row, 1, area));
                for (int column = 0; column < g.Length; column++) to[Place(column, 0, area)] += g[column];
            }
        }
    }

    private PixelArea Area
    {
        get
        {
            var whole = new PixelArea(0, 0, Output.Width, Output.Height);
            return tile?.Area.In(whole) ?? whole;
        }
    }

    /// <summary>The column (axis 0) or row (axis 1) of the tile that one of the region shows.</summary>
    private int Place(int at, int axis, PixelArea area)
    {
        int start = axis == 0 ? area.X : area.Y, size = axis == 0 ? area.Width : area.Height;
        int corner = tile is null ? start : axis == 0 ? tile.Area.X : tile.Area.Y;
        return start + ((at - corner) % size + size) % size;
    }
}
