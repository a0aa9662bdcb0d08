using System.Numerics;
using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Filters;

/// <summary><c>feTile</c>: the pixels of the input's subregion, repeated over the region.</summary>
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
                var from = Inputs[0].Output.Row(plane, Place(row, area.Y, area.Height)).Slice(area.X, area.Width);
                for (int column = 0; column < to.Length; column++) to[column] = from[Place(column, area.X, area.Width) - area.X];
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
                var to = Inputs[0].Gradient.Row(plane, Place(row, area.Y, area.Height));
                for (int column = 0; column < g.Length; column++) to[Place(column, area.X, area.Width)] += g[column];
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

    private static int Place(int at, int start, int size) => start + ((at - start) % size + size) % size;
}
