using System.Numerics;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary><c>feComponentTransfer</c>. A discrete function has no gradient, a table at its corners that of the segment to the right.</summary>
internal sealed class ComponentTransferOp<T>(FilterOp<T> input, ComponentTransferPrimitive primitive) : StraightColorOp<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TransferFunction?[] _functions = [.. primitive.Functions];

    protected override void Map(ReadOnlySpan<T> color, Span<T> mapped)
    {
        for (int plane = 0; plane < 4; plane++) mapped[plane] = At(_functions[plane], color[plane]).Value;
    }

    protected override void MapBackward(ReadOnlySpan<T> color, ReadOnlySpan<T> gradient, Span<T> colorGradient)
    {
        for (int plane = 0; plane < 4; plane++) colorGradient[plane] = gradient[plane] * At(_functions[plane], color[plane]).Slope;
    }

    private static (T Value, T Slope) At(TransferFunction? function, T c)
    {
        switch (function)
        {
            case TableFunction { IsDiscrete: true } table:
                int n = table.Values.Length, k = int.CreateTruncating(c * T.CreateChecked(n));
                return (T.CreateChecked(table.Values[Math.Clamp(k, 0, n - 1)]), T.Zero);
            case TableFunction table:
                n = table.Values.Length - 1;
                if (n == 0) return (T.CreateChecked(table.Values[0]), T.Zero);
                T at = c * T.CreateChecked(n);
                k = Math.Clamp(int.CreateTruncating(at), 0, n - 1);
                T start = T.CreateChecked(table.Values[k]), rise = T.CreateChecked(table.Values[k + 1]) - start;
                return (start + (at - T.CreateChecked(k)) * rise, T.CreateChecked(n) * rise);
            case LinearFunction linear:
                return (T.CreateChecked(linear.Slope) * c + T.CreateChecked(linear.Intercept), T.CreateChecked(linear.Slope));
            case GammaFunction gamma:
                T amplitude = T.CreateChecked(gamma.Amplitude), exponent = T.CreateChecked(gamma.Exponent);
                T slope = c > T.Zero ? amplitude * exponent * T.Pow(c, exponent - T.One) : T.Zero;
                return (amplitude * T.Pow(c, exponent) + T.CreateChecked(gamma.Offset), slope);
            default:
                return (c, T.One);
        }
    }
}
