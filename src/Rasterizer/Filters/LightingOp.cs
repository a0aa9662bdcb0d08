using System.Numerics;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// <c>feDiffuseLighting</c> and <c>feSpecularLighting</c> (Filter Effects sections 9.10 and 9.19): the input's alpha is a height, whose
/// normals are differentiated exactly. Scalars: the colour r, g, b, the light's x, y, z and where a spot light points at, in pixels of
/// the region.
/// </summary>
internal sealed class LightingOp<T>(FilterOp<T> input, LightingPrimitive primitive, Func<int> first) : FilterOp<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double _cone = primitive.Light is SpotLight { ConeAngle: { } angle } ? Math.Cos(angle * Math.PI / 180) : double.NegativeInfinity;

    public override bool Moves => true;

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        Output.Data.Clear();
        if (Output.Width < 3 || Output.Height < 3) return;
        var numbers = scalars.Slice(first(), 9);
        for (int y = 0, i = 0; y < Output.Height; y++)
        {
            for (int x = 0; x < Output.Width; x++, i++)
            {
                var (nx, ny) = Normal(x, y);
                double light = Light<Real>(numbers, x, y, new(nx), new(ny), new(Alpha(i))).Value, alpha = 0;
                for (int plane = 0; plane < 3; plane++)
                {
                    double value = Math.Clamp(light * numbers[plane], 0, 1);
                    alpha = Math.Max(alpha, value);
                    Output.Plane(plane)[i] = T.CreateChecked(value);
                }
                Output.Plane(3)[i] = T.CreateChecked(primitive.IsSpecular ? alpha : 1);
            }
        }
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        if (Output.Width < 3 || Output.Height < 3) return;
        var numbers = scalars.Slice(first(), 9);
        var ofAlpha = Inputs[0].Gradient.Plane(3);
        for (int y = 0, i = 0; y < Output.Height; y++)
        {
            for (int x = 0; x < Output.Width; x++, i++)
            {
                var (nx, ny) = Normal(x, y);
                var light = Light(numbers, x, y, Dual.Variable(nx, 0), Dual.Variable(ny, 1), Dual.Variable(Alpha(i), 2));
                int brightest = 0;
                for (int plane = 1; plane < 3; plane++)
                    if (numbers[plane] > numbers[brightest]) brightest = plane;
                double ofLight = 0;
                for (int plane = 0; plane < 3; plane++)
                {
                    double value = light.Value * numbers[plane];
                    if (value is < 0 or > 1) continue;
                    double g = double.CreateChecked(Gradient.Plane(plane)[i]);
                    if (primitive.IsSpecular && plane == brightest) g += double.CreateChecked(Gradient.Plane(3)[i]);
                    scalarGradient[first() + plane] += g * light.Value;
                    ofLight += g * numbers[plane];
                }
                if (ofLight == 0) continue;
                Scatter(ofAlpha, x, y, ofLight * light.Partials[0], ofLight * light.Partials[1]);
                ofAlpha[i] += T.CreateChecked(ofLight * light.Partials[2]);
            }
        }
    }

    private double Alpha(int i) => double.CreateChecked(Inputs[0].Output.Plane(3)[i]);

    /// <summary>How much light a pixel sends to the eye, before its colour.</summary>
    private TN Light<TN>(ReadOnlySpan<double> numbers, int x, int y, TN nx, TN ny, TN alpha) where TN : unmanaged, INumberLike<TN>
    {
        TN zero = TN.Constant(0), one = TN.Constant(1);
        TN lx, ly, lz, strength = one;
        if (primitive.Light is DistantLight distant)
        {
            var (sin, cos) = Math.SinCos(distant.Azimuth * Math.PI / 180);
            var (up, along) = Math.SinCos(distant.Elevation * Math.PI / 180);
            (lx, ly, lz) = (TN.Constant(cos * along), TN.Constant(sin * along), TN.Constant(up));
        }
        else
        {
            (lx, ly, lz) = (TN.Constant(numbers[3] - x), TN.Constant(numbers[4] - y), TN.Constant(numbers[5]) - TN.Constant(primitive.SurfaceScale) * alpha);
            Normalize(ref lx, ref ly, ref lz);
        }
        if (primitive.Light is SpotLight spot)
        {
            TN sx = TN.Constant(numbers[6] - numbers[3]), sy = TN.Constant(numbers[7] - numbers[4]), sz = TN.Constant(numbers[8] - numbers[5]);
            Normalize(ref sx, ref sy, ref sz);
            TN along = zero - (lx * sx + ly * sy + lz * sz);
            if (!(along.Value > 0) || along.Value < _cone) return zero;
            strength = Power(along, spot.Exponent);
        }
        TN length = TN.Sqrt(nx * nx + ny * ny + one);
        if (!primitive.IsSpecular) return TN.Constant(primitive.Constant) * strength * (nx * lx + ny * ly + lz) / length;
        // Half way between the light and the eye, which is straight above.
        TN hz = lz + one, half = TN.Sqrt(lx * lx + ly * ly + hz * hz);
        if (!(half.Value > 0)) return zero;
        TN cosine = (nx * lx + ny * ly + hz) / length / half;
        return cosine.Value > 0 ? TN.Constant(primitive.Constant) * strength * Power(cosine, primitive.Exponent) : zero;
    }

    private static void Normalize<TN>(ref TN x, ref TN y, ref TN z) where TN : unmanaged, INumberLike<TN>
    {
        TN length = TN.Sqrt(x * x + y * y + z * z);
        if (length.Value > 0) (x, y, z) = (x / length, y / length, z / length);
    }

    /// <summary>A positive number's power.</summary>
    private static TN Power<TN>(TN value, double exponent) where TN : unmanaged, INumberLike<TN>
    {
        double power = Math.Pow(value.Value, exponent);
        // The derivative's part enters through what has the value 0.
        return TN.Constant(power) + TN.Constant(exponent * power / value.Value) * (value - TN.Constant(value.Value));
    }

    /// <summary>The normal's x and y, its z being 1: Sobel's sums, at the region's edges of the pixels that there are.</summary>
    private (double X, double Y) Normal(int x, int y)
    {
        var alpha = Inputs[0].Output.Plane(3);
        double nx = 0, ny = 0;
        for (int j = -1; j <= 1; j++)
        {
            for (int i = -1; i <= 1; i++)
            {
                var (wx, wy) = Weights(x, y, i, j);
                if (wx == 0 && wy == 0) continue;
                double a = double.CreateChecked(alpha[(y + j) * Output.Width + x + i]);
                nx += wx * a;
                ny += wy * a;
            }
        }
        return (nx, ny);
    }

    private void Scatter(Span<T> ofAlpha, int x, int y, double ofX, double ofY)
    {
        for (int j = -1; j <= 1; j++)
        {
            for (int i = -1; i <= 1; i++)
            {
                var (wx, wy) = Weights(x, y, i, j);
                if (wx != 0 || wy != 0) ofAlpha[(y + j) * Output.Width + x + i] += T.CreateChecked(wx * ofX + wy * ofY);
            }
        }
    }

    private (double X, double Y) Weights(int x, int y, int i, int j)
    {
        var (stepX, smoothX) = Sobel(x, i, Output.Width);
        var (stepY, smoothY) = Sobel(y, j, Output.Height);
        double scale = -2 * primitive.SurfaceScale;
        return (scale * stepX * smoothY, scale * smoothX * stepY);
    }

    /// <summary>A neighbour's share of the difference and of the mean along one axis.</summary>
    private static (double Step, double Smooth) Sobel(int at, int offset, int size)
    {
        bool isFirst = at == 0, isLast = at == size - 1;
        if ((isFirst && offset < 0) || (isLast && offset > 0)) return (0, 0);
        if (!isFirst && !isLast) return (.5 * offset, offset == 0 ? .5 : .25);
        return (offset != 0 ? offset : isFirst ? -1 : 1, offset == 0 ? 2.0 / 3 : 1.0 / 3);
    }
}
