using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>Four rows of working memory, one a plane, addressed by the picture's columns.</summary>
internal readonly unsafe struct PlaneRows(float* data, int stride)
{
    public float* this[int plane] => data + plane * stride;
}

/// <summary>A fill's paint made ready for its pixels, shared by all bands of a step. Colours are premultiplied, opacity included.</summary>
internal abstract unsafe class PaintSource
{
    /// <summary>True where its alpha is exactly 1 at every pixel.</summary>
    public bool IsOpaque { get; protected set; }

    /// <summary>How many doubles <see cref="Backward"/> sums into.</summary>
    public abstract int GradientSize { get; }

    /// <summary>Writes the paint of pixels x..x+count of a row into columns x.. of the rows; may write up to a vector's length beyond.</summary>
    public abstract void Evaluate(int row, int x, int count, PlaneRows paints, PaintWork work);

    /// <summary>
    /// Adds the gradient to <paramref name="sums"/> where that to the premultiplied paint of pixels x..x+count is given;
    /// what lies up to a vector's length beyond them is overwritten.
    /// </summary>
    public abstract void Backward(int row, int x, int count, PlaneRows gradients, double* sums, PaintWork work);

    /// <summary>Turns the sums into dL/dscalar.</summary>
    public abstract void Flush(double* sums, List<(int Index, double Value)> scalarGradients);

    /// <summary>The paint of a fill; <paramref name="last"/> is reused where it is of the right kind.</summary>
    public static PaintSource Prepare(PaintSource? last, DrawFill fill, DrawList list, in PaintRun run)
    {
        double opacity = fill.Opacity < 0 ? 1 : list.Scalars[fill.Opacity];
        switch (fill.Paint)
        {
            case DrawSolid solid:
                var solidSource = last as SolidSource ?? new();
                solidSource.Set(list.Scalars, solid.Color, fill.Opacity, opacity);
                return solidSource;
            case DrawLinear linear:
                var linearSource = last as LinearSource ?? new();
                linearSource.Set(list.Scalars, linear, fill.Opacity, opacity);
                return linearSource;
            case DrawRadial radial:
                var radialSource = last as RadialSource ?? new();
                radialSource.Set(list.Scalars, radial, fill.Opacity, opacity);
                return radialSource;
            case DrawTiles tiles:
                var tilesSource = last as TilesSource ?? new();
                tilesSource.Set(list, tiles, fill.Opacity, opacity, run);
                return tilesSource;
            default:
                throw new ArgumentException($"Unknown paint {fill.Paint.GetType().Name}.", nameof(fill));
        }
    }

    /// <summary>A filter's result as a paint.</summary>
    public static PaintSource Prepare(PaintSource? last, DrawFilter filter, DrawList list, in PaintRun run)
    {
        var source = last is FilterSource known && known.Node == filter ? known : new FilterSource(filter);
        source.Set(list, run);
        return source;
    }

    /// <summary>An image as a paint.</summary>
    public static PaintSource Prepare(PaintSource? last, DrawImage image, DrawList list)
    {
        var source = last is ImageSource known && known.Node == image.Image ? known : new ImageSource(image.Image);
        source.Set(list.Scalars, image);
        return source;
    }
}

/// <summary>How a paint that must be drawn itself is drawn: with so many threads at most, whether a backward pass will follow, and the pixel stage's filter.</summary>
internal readonly record struct PaintRun(int Threads, bool Keep, double FilterWidth);

/// <summary>
/// A paint that is drawn by a pixel stage of its own before the bands are. In the backward pass bands only note dL/dpaint of their pixels;
/// when all are through, it is passed on in a fixed order.
/// </summary>
internal abstract class DrawnSource : PaintSource
{
    /// <summary>Makes room for the gradient of the pixels that the op may change.</summary>
    public abstract void BeginBackward(in Op op);

    /// <summary>Passes the pixels' gradient on.</summary>
    public abstract void EndBackward(in Op op, Span<double> vertexGradient, Span<double> scalarGradient);
}

/// <summary>Rows of working memory for gradients, one set a thread, addressed by the picture's columns.</summary>
internal unsafe struct PaintWork
{
    /// <summary>The gradient's parameter before and after spreading, and the sign of the latter's derivative.</summary>
    public float* Raw, Spread, Sign;
    /// <summary>A weight for each pixel: dL/dt.</summary>
    public float* Weight;
    /// <summary>The parameter in double precision, from <see cref="RadialSource"/> for its own backward pass.</summary>
    public double* Exact;
}

/// <summary>One colour.</summary>
internal sealed unsafe class SolidSource : PaintSource
{
    private int _color, _opacity;
    private double _r, _g, _b, _a, _o;

    public override int GradientSize => 5;

    /// <summary>The premultiplied colour.</summary>
    public float R, G, B, A;

    public float this[int plane] => plane switch { 0 => R, 1 => G, 2 => B, _ => A };

    public void Set(double[] scalars, int color, int opacity, double opacityValue)
    {
        (_color, _opacity, _o) = (color, opacity, opacityValue);
        (_r, _g, _b, _a) = (scalars[color], scalars[color + 1], scalars[color + 2], scalars[color + 3]);
        double alpha = _a * _o;
        (R, G, B, A) = ((float)(_r * alpha), (float)(_g * alpha), (float)(_b * alpha), (float)alpha);
        IsOpaque = A == 1;
    }

    public override void Evaluate(int row, int x, int count, PlaneRows paints, PaintWork work)
    {
        for (int plane = 0; plane < 4; plane++) Kernels.Fill(paints[plane] + x, count, this[plane]);
    }

    public override void Backward(int row, int x, int count, PlaneRows gradients, double* sums, PaintWork work)
    {
        for (int plane = 0; plane < 4; plane++) sums[plane] += Kernels.Sum(gradients[plane] + x, count);
    }

    /// <summary>Sums: dL/d premultiplied r, g, b, a.</summary>
    public override void Flush(double* sums, List<(int Index, double Value)> scalarGradients)
    {
        double alpha = _a * _o;
        double dAlpha = sums[0] * _r + sums[1] * _g + sums[2] * _b + sums[3];
        for (int i = 0; i < 3; i++) scalarGradients.Add((_color + i, sums[i] * alpha));
        scalarGradients.Add((_color + 3, dAlpha * _o));
        if (_opacity >= 0) scalarGradients.Add((_opacity, dAlpha * _a));
    }
}
