using System.Numerics;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>From sRGB to linearRGB, or back.</summary>
internal sealed class ColorSpaceOp<T>(FilterOp<T> input, bool toLinear) : StraightColorOp<T>(input) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override bool KeepsTransparent => true;

    protected override void Map(ReadOnlySpan<T> color, Span<T> mapped)
    {
        for (int plane = 0; plane < 3; plane++) mapped[plane] = SrgbCurve<T>.At(color[plane], toLinear).Value;
        mapped[3] = color[3];
    }

    protected override void MapBackward(ReadOnlySpan<T> color, ReadOnlySpan<T> gradient, Span<T> colorGradient)
    {
        for (int plane = 0; plane < 3; plane++) colorGradient[plane] = gradient[plane] * SrgbCurve<T>.At(color[plane], toLinear).Slope;
        colorGradient[3] = gradient[3];
    }
}
