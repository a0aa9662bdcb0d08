using System.Numerics;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// <c>feConvolveMatrix</c> (Filter Effects section 9.9). With <c>preserveAlpha</c> colours are convolved straight; pixels that are all but
/// transparent then have no gradient.
/// </summary>
internal sealed class ConvolveMatrixOp<T>(FilterOp<T> input, ConvolveMatrixPrimitive primitive) : FilterOp<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double LeastAlpha = 1.0 / 1024;

    private readonly T[] _kernel = [.. primitive.Kernel.Select(T.CreateChecked)];
    private readonly T _bias = T.CreateChecked(primitive.Bias);
    private readonly FilterImage<T> _straight = new(), _sums = new();

    private int Planes => primitive.PreserveAlpha ? 3 : 4;

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        var source = Inputs[0].Output;
        if (primitive.PreserveAlpha) source = Straight(source);
        _sums.Clear(Output.Width, Output.Height);
        for (int plane = 0; plane < Planes; plane++) Convolve(source.Plane(plane), _sums.Plane(plane));
        var alpha = primitive.PreserveAlpha ? Inputs[0].Output.Plane(3) : _sums.Plane(3);
        for (int i = 0; i < Output.Count; i++)
        {
            T raw = primitive.PreserveAlpha ? alpha[i] : alpha[i] + _bias, a = T.Clamp(raw, T.Zero, T.One);
            Output.Plane(3)[i] = a;
            for (int plane = 0; plane < 3; plane++)
            {
                T value = _sums.Plane(plane)[i] + _bias * raw;
                Output.Plane(plane)[i] = primitive.PreserveAlpha ? a * T.Clamp(value, T.Zero, T.One) : T.Clamp(value, T.Zero, a);
            }
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        // dL/dsums first, in place of the straight colours' gradient.
        var ofSums = new FilterImage<T>();
        ofSums.Clear(Output.Width, Output.Height);
        var (source, ofSource) = (Inputs[0].Output, Inputs[0].Gradient);
        for (int i = 0; i < Output.Count; i++)
        {
            T raw = primitive.PreserveAlpha ? source.Plane(3)[i] : _sums.Plane(3)[i] + _bias, a = Output.Plane(3)[i];
            T ofAlpha = Gradient.Plane(3)[i], ofRaw = T.Zero;
            for (int plane = 0; plane < 3; plane++)
            {
                T value = _sums.Plane(plane)[i] + _bias * raw, g = Gradient.Plane(plane)[i], ofValue = T.Zero;
                if (primitive.PreserveAlpha)
                {
                    ofAlpha += g * T.Clamp(value, T.Zero, T.One);
                    if (value >= T.Zero && value <= T.One) ofValue = g * a;
                }
                else if (value > a) ofAlpha += g;
                else if (value >= T.Zero) ofValue = g;
                ofSums.Plane(plane)[i] = ofValue;
                ofRaw += _bias * ofValue;
            }
            if (raw >= T.Zero && raw <= T.One) ofRaw += ofAlpha;
            if (primitive.PreserveAlpha) ofSource.Plane(3)[i] += ofRaw;
            else ofSums.Plane(3)[i] = ofRaw;
        }
        T[] gradient = new T[Output.Count];
        for (int plane = 0; plane < Planes; plane++)
        {
            Array.Clear(gradient);
            Scatter(ofSums.Plane(plane), gradient);
            if (!primitive.PreserveAlpha)
            {
                Pixels.Add<T>(gradient, ofSource.Plane(plane));
                continue;
            }
            Span<T> from = source.Plane(plane), alpha = source.Plane(3);
            for (int i = 0; i < gradient.Length; i++)
            {
                if (alpha[i] < T.CreateChecked(LeastAlpha) || from[i] > alpha[i]) continue;
                T slope = gradient[i] / alpha[i];
                ofSource.Plane(plane)[i] += slope;
                ofSource.Plane(3)[i] -= slope * from[i] / alpha[i];
            }
        }
    }

    private FilterImage<T> Straight(FilterImage<T> image)
    {
        _straight.Resize(image.Width, image.Height);
        var alpha = image.Plane(3);
        for (int plane = 0; plane < 3; plane++)
        {
            Span<T> from = image.Plane(plane), to = _straight.Plane(plane);
            for (int i = 0; i < to.Length; i++) to[i] = alpha[i] > T.Zero ? T.Min(T.One, from[i] / alpha[i]) : T.Zero;
        }
        return _straight;
    }

    private void Convolve(ReadOnlySpan<T> from, Span<T> to)
    {
        for (int y = 0; y < Output.Height; y++)
        {
            for (int x = 0; x < Output.Width; x++)
            {
                T sum = T.Zero;
                for (int j = 0; j < primitive.Rows; j++)
                {
                    if (At(y - primitive.TargetY + j, Output.Height) is not (>= 0 and var row)) continue;
                    for (int i = 0; i < primitive.Columns; i++)
                        if (At(x - primitive.TargetX + i, Output.Width) is >= 0 and var column) sum += Weight(i, j) * from[row * Output.Width + column];
                }
                to[y * Output.Width + x] = sum;
            }
        }
    }

    private void Scatter(ReadOnlySpan<T> gradient, Span<T> to)
    {
        for (int y = 0; y < Output.Height; y++)
        {
            for (int x = 0; x < Output.Width; x++)
            {
                T g = gradient[y * Output.Width + x];
                if (g == T.Zero) continue;
                for (int j = 0; j < primitive.Rows; j++)
                {
                    if (At(y - primitive.TargetY + j, Output.Height) is not (>= 0 and var row)) continue;
                    for (int i = 0; i < primitive.Columns; i++)
                        if (At(x - primitive.TargetX + i, Output.Width) is >= 0 and var column) to[row * Output.Width + column] += Weight(i, j) * g;
                }
            }
        }
    }

    /// <summary>The kernel is applied turned by 180 degrees.</summary>
    private T Weight(int i, int j) => _kernel[(primitive.Rows - 1 - j) * primitive.Columns + primitive.Columns - 1 - i];

    private int At(int index, int size) => primitive.Edge switch
    {
        EdgeMode.Duplicate => Math.Clamp(index, 0, size - 1),
        EdgeMode.Wrap => (index % size + size) % size,
        _ => index < size ? index : -1,
    };
}
