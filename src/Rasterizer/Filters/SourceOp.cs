using System.Numerics;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>A picture that is drawn before the filter runs: SourceGraphic, or what <c>feImage</c> shows. Its owner writes it and takes its gradient.</summary>
internal sealed class SourceOp<T> : FilterOp<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override bool Moves => true;

    protected override void Forward(ReadOnlySpan<double> scalars) { }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient) { }
}

/// <summary>SourceAlpha: the alpha of its input, in black.</summary>
internal sealed class AlphaOp<T>(FilterOp<T> input) : FilterOp<T>(input) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override bool IsAlphaOnly => true;

    protected override void Forward(ReadOnlySpan<double> scalars) => Inputs[0].Output.Plane(3).CopyTo(Output.Plane(3));

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient) => Pixels.Add(Gradient.Plane(3), Inputs[0].Gradient.Plane(3));
}

/// <summary>Its input, for a primitive that changes nothing but where it is cut.</summary>
internal sealed class PassOp<T>(FilterOp<T> input) : FilterOp<T>(input) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override bool IsAlphaOnly => Inputs[0].IsAlphaOnly;

    protected override void Forward(ReadOnlySpan<double> scalars) => Inputs[0].Output.Data.CopyTo(Output.Data);

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient) => Pixels.Add(Gradient.Data, Inputs[0].Gradient.Data);
}

/// <summary>Nothing: a primitive in error.</summary>
internal sealed class TransparentOp<T> : FilterOp<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override bool IsAlphaOnly => true;

    protected override void Forward(ReadOnlySpan<double> scalars) { }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient) { }
}
