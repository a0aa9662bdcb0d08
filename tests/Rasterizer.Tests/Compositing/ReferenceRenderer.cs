using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Tests.Compositing;

/// <summary>
/// A draw list drawn pixel by pixel in double precision, every formula written out anew: what the fast path is compared with, and what
/// finite differences are taken of.
/// </summary>
internal static class ReferenceRenderer
{
    /// <summary>[4, H, W], premultiplied.</summary>
    public static double[] Draw(DrawList list)
    {
        var canvas = new double[4 * list.Width * list.Height];
        Draw(list, list.Nodes, canvas);
        return canvas;
    }

    private static void Draw(DrawList list, List<DrawNode> nodes, double[] canvas)
    {
        int count = list.Width * list.Height;
        foreach (var node in nodes)
        {
            if (node is DrawFill fill)
            {
                var winding = CoverageOracle.MeanWinding(list, fill);
                double opacity = fill.Opacity < 0 ? 1 : list.Scalars[fill.Opacity];
                for (int i = 0; i < count; i++)
                {
                    double coverage = CoverageOracle.Coverage(winding[i], fill.Rule);
                    var (r, g, b, a) = Color(list, fill.Paint, i % list.Width + .5, i / list.Width + .5);
                    double k = coverage * a * opacity;
                    Over(canvas, count, i, [r * k, g * k, b * k, k]);
                }
            }
            else if (node is DrawLayer layer)
            {
                var content = new double[canvas.Length];
                Draw(list, layer.Children, content);
                var factors = new double[count];
                Array.Fill(factors, layer.Opacity < 0 ? 1 : list.Scalars[layer.Opacity]);
                foreach (var mask in layer.Masks)
                {
                    var drawn = new double[canvas.Length];
                    Draw(list, mask.Children, drawn);
                    for (int i = 0; i < count; i++) factors[i] *= Factor(mask.Kind, drawn, count, i);
                }
                for (int i = 0; i < count; i++)
                {
                    double[] source = [.. Enumerable.Range(0, 4).Select(p => factors[i] * content[p * count + i])];
                    if (layer.Blend == BlendMode.Normal) Over(canvas, count, i, source);
                    else Blend(layer.Blend, canvas, count, i, source);
                }
            }
        }
    }

    private static void Over(double[] canvas, int count, int i, double[] source)
    {
        for (int p = 0; p < 4; p++) canvas[p * count + i] = source[p] + (1 - source[3]) * canvas[p * count + i];
    }

    private static void Blend(BlendMode mode, double[] canvas, int count, int i, double[] source)
    {
        Span<Real> result = new Real[4];
        Blending<Real>.Composite(
            mode, [.. Enumerable.Range(0, 4).Select(p => new Real(canvas[p * count + i]))], [.. source.Select(s => new Real(s))], result);
        for (int p = 0; p < 4; p++) canvas[p * count + i] = result[p].Value;
    }

    private static double Factor(MaskKind kind, double[] drawn, int count, int i)
    {
        if (kind == MaskKind.Alpha) return drawn[3 * count + i];
        double[] weights = [.2126, .7152, .0722];
        double sum = 0;
        for (int c = 0; c < 3; c++) sum += weights[c] * drawn[c * count + i];
        return sum;
    }

    /// <summary>The straight colour of a paint at a point.</summary>
    public static (double R, double G, double B, double A) Color(DrawList list, DrawPaint paint, double x, double y)
    {
        var s = list.Scalars;
        if (paint is DrawSolid solid) return (s[solid.Color], s[solid.Color + 1], s[solid.Color + 2], s[solid.Color + 3]);
        var gradient = (DrawGradient)paint;
        double t = Parameter(s, gradient, x, y);
        if (double.IsNaN(t)) return default;
        t = gradient.Spread switch
        {
            SpreadMethod.Repeat => t - Math.Floor(t),
            SpreadMethod.Reflect => 1 - Math.Abs(t - 2 * Math.Floor(t / 2) - 1),
            _ => t,
        };
        double Stop(int k, int c) => s[gradient.Stops + 5 * k + c];
        int last = gradient.StopCount - 1;
        if (t < Stop(0, 0)) return (Stop(0, 1), Stop(0, 2), Stop(0, 3), Stop(0, 4));
        if (t >= Stop(last, 0)) return (Stop(last, 1), Stop(last, 2), Stop(last, 3), Stop(last, 4));
        int k = 0;
        while (t >= Stop(k + 1, 0)) k++;
        double u = (t - Stop(k, 0)) / (Stop(k + 1, 0) - Stop(k, 0));
        double Mix(int c) => (1 - u) * Stop(k, c) + u * Stop(k + 1, c);
        return (Mix(1), Mix(2), Mix(3), Mix(4));
    }

    private static double Parameter(double[] s, DrawGradient gradient, double x, double y)
    {
        if (gradient is DrawLinear linear)
            return s[linear.Coefficients] * x + s[linear.Coefficients + 1] * y + s[linear.Coefficients + 2];
        var radial = (DrawRadial)gradient;
        var m = s.AsSpan(radial.DeviceToGradient, 6);
        var o = s.AsSpan(radial.Circles, 6);
        double qx = m[0] * x + m[2] * y + m[4] - o[3], qy = m[1] * x + m[3] * y + m[5] - o[4];
        double dx = o[0] - o[3], dy = o[1] - o[4], dr = o[2] - o[5], fr = o[5];
        double a = dx * dx + dy * dy - dr * dr, b = qx * dx + qy * dy + fr * dr, c = qx * qx + qy * qy - fr * fr;
        double square = b * b - a * c;
        if (square < 0) return double.NaN;
        double first = (b + Math.Sqrt(square)) / a, second = (b - Math.Sqrt(square)) / a;
        double high = Math.Max(first, second), low = Math.Min(first, second);
        return fr + high * dr >= 0 ? high : fr + low * dr >= 0 ? low : double.NaN;
    }
}
