using System.Numerics;
using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// A step of a filter, forward and adjoint, in float32 to draw and in float64 for its tests. Lengths are in pixels of the filter region;
/// numbers that may move lie in the draw list's scalars.
/// </summary>
internal abstract class FilterOp<T>(params FilterOp<T>[] inputs) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What it computes.</summary>
    public FilterImage<T> Output { get; } = new();

    /// <summary>dL/d<see cref="Output"/>, added to by what reads it.</summary>
    public FilterImage<T> Gradient { get; } = new();

    /// <summary>Where its result is cut; null for the whole region.</summary>
    public DrawPrimitive? Cut { get; init; }

    /// <summary>True where red, green and blue are zero in every pixel.</summary>
    public virtual bool IsAlphaOnly => false;

    /// <summary>False where nothing that moves reaches it.</summary>
    public virtual bool Moves => Array.Exists(inputs, i => i.Moves);

    /// <summary>What it reads.</summary>
    protected FilterOp<T>[] Inputs => inputs;

    /// <summary>The first plane that is not zero throughout.</summary>
    protected int FirstPlane => IsAlphaOnly ? 3 : 0;

    /// <summary>Computes the output.</summary>
    public void Run(int width, int height, ReadOnlySpan<double> scalars)
    {
        if (IsAlphaOnly) Output.Clear(width, height);
        else Output.Resize(width, height);
        Forward(scalars);
        if (Cut is { } cut) CutTo(Output, cut.Area);
    }

    /// <summary>Readies the gradient for what reads the output to add to.</summary>
    public void BeginBackward() => Gradient.Clear(Output.Width, Output.Height);

    /// <summary>Passes the gradient on to the inputs and the scalars.</summary>
    public void RunBackward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        if (!Moves) return;
        if (Cut is { } cut) CutTo(Gradient, cut.Area);
        Backward(scalars, scalarGradient);
    }

    /// <summary>Writes the whole output; of one that is <see cref="IsAlphaOnly"/>, which is cleared, alpha alone.</summary>
    protected abstract void Forward(ReadOnlySpan<double> scalars);

    /// <summary>Adds to the gradients of the inputs and of the scalars.</summary>
    protected abstract void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient);

    private static void CutTo(FilterImage<T> image, PixelArea area)
    {
        area = area.In(new(0, 0, image.Width, image.Height));
        if (area == new PixelArea(0, 0, image.Width, image.Height)) return;
        for (int plane = 0; plane < 4; plane++)
        {
            for (int row = 0; row < image.Height; row++)
            {
                var line = image.Row(plane, row);
                if (row < area.Y || row >= area.Bottom) line.Clear();
                else
                {
                    line[..area.X].Clear();
                    line[area.Right..].Clear();
                }
            }
        }
    }
}
