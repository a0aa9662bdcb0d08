using System.Numerics;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary><c>feColorMatrix</c>.</summary>
internal sealed class ColorMatrixOp<T>(FilterOp<T> input, ColorMatrixPrimitive primitive) : StraightColorOp<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _values = [.. primitive.Values.Select(T.CreateChecked)];

    protected override void Map(ReadOnlySpan<T> color, Span<T> mapped)
    {
        for (int row = 0; row < 4; row++)
        {
            var m = _values.AsSpan(5 * row, 5);
            mapped[row] = m[0] * color[0] + m[1] * color[1] + m[2] * color[2] + m[3] * color[3] + m[4];
        }
    }

    protected override void MapBackward(ReadOnlySpan<T> color, ReadOnlySpan<T> gradient, Span<T> colorGradient)
    {
        for (int column = 0; column < 4; column++)
        {
            colorGradient[column] = _values[column] * gradient[0] + _values[5 + column] * gradient[1]
                + _values[10 + column] * gradient[2] + _values[15 + column] * gradient[3];
        }
    }
}
