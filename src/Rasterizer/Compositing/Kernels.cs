using System.Numerics;
using System.Runtime.CompilerServices;
using SvgDistill.Rasterizer.Coverage;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>
/// Loops over one plane of a span. Source-over on premultiplied values: out = d (1 - c a) + c p, with backdrop d, coverage c,
/// paint p and its alpha a. The adjoint needs d, which the forward loops therefore keep.
/// </summary>
internal static unsafe class Kernels
{
    public static void Fill(float* line, int count, float value) => new Span<float>(line, count).Fill(value);

    public static void Copy(float* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new(to, count));

    public static void Coverages(float* windings, float* coverages, int count, FillRule rule)
    {
        int i = 0;
        if (rule == FillRule.NonZero)
            for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
                Vector.Min(Vector.Abs(Vector.Load(windings + i)), Vector<float>.One).Store(coverages + i);
        for (; i < count; i++) coverages[i] = Windings.Coverage(windings[i], rule);
    }

    /// <summary>One colour on crossed pixels.</summary>
    public static void Blend(float* line, float* coverages, int count, float paint, float alpha)
    {
        int i = 0;
        if (count >= Vector<float>.Count)
        {
            Vector<float> p = new(paint), a = new(alpha);
            for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            {
                var d = Vector.Load(line + i);
                (d + Vector.Load(coverages + i) * (p - a * d)).Store(line + i);
            }
        }
        for (; i < count; i++) line[i] += coverages[i] * (paint - alpha * line[i]);
    }

    /// <summary>One colour on wholly covered pixels.</summary>
    public static void BlendRun(float* line, int count, float paint, float alpha)
    {
        int i = 0;
        Vector<float> p = new(paint), rest = new(1 - alpha);
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            (Vector.Load(line + i) * rest + p).Store(line + i);
        for (; i < count; i++) line[i] = line[i] * (1 - alpha) + paint;
    }

    /// <summary>A colour for each pixel on crossed pixels.</summary>
    public static void Blend(float* line, float* coverages, int count, float* paints, float* alphas)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var d = Vector.Load(line + i);
            (d + Vector.Load(coverages + i) * (Vector.Load(paints + i) - Vector.Load(alphas + i) * d)).Store(line + i);
        }
        for (; i < count; i++) line[i] += coverages[i] * (paints[i] - alphas[i] * line[i]);
    }

    /// <summary>A colour for each pixel on wholly covered pixels.</summary>
    public static void BlendRun(float* line, int count, float* paints, float* alphas)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var d = Vector.Load(line + i);
            (d + (Vector.Load(paints + i) - Vector.Load(alphas + i) * d)).Store(line + i);
        }
        for (; i < count; i++) line[i] += paints[i] - alphas[i] * line[i];
    }

    public static float Sum(float* line, int count)
    {
        float sum = 0;
        int i = 0;
        if (count >= Vector<float>.Count)
        {
            var sums = Vector<float>.Zero;
            for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) sums += Vector.Load(line + i);
            sum = Vector.Sum(sums);
        }
        for (; i < count; i++) sum += line[i];
        return sum;
    }

    public static float Dot(float* left, float* right, int count)
    {
        float sum = 0;
        int i = 0;
        if (count >= Vector<float>.Count)
        {
            var sums = Vector<float>.Zero;
            for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) sums += Vector.Load(left + i) * Vector.Load(right + i);
            sum = Vector.Sum(sums);
        }
        for (; i < count; i++) sum += left[i] * right[i];
        return sum;
    }

    public static void Scale(float* line, int count, float factor)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) (Vector.Load(line + i) * factor).Store(line + i);
        for (; i < count; i++) line[i] *= factor;
    }

    /// <summary>
    /// Adjoint of <see cref="Blend(float*, float*, int, float, float)"/> on one plane: g becomes dL/dd, slopes += dL/dc;
    /// returns (sum c g, sum c g d), from which follow the paint's and its alpha's gradients.
    /// </summary>
    public static (float Paint, float Hidden) BlendBackward(
        float* g, float* coverages, float* behind, float* slopes, int count, float paint, float alpha)
    {
        float sum = 0, hidden = 0;
        int i = 0;
        if (count >= Vector<float>.Count)
        {
            Vector<float> p = new(paint), a = new(alpha), sums = default, hiddens = default;
            for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> gi = Vector.Load(g + i), c = Vector.Load(coverages + i), d = Vector.Load(behind + i);
                (Vector.Load(slopes + i) + gi * (p - a * d)).Store(slopes + i);
                var cg = c * gi;
                sums += cg;
                hiddens += cg * d;
                (gi - a * cg).Store(g + i);
            }
            (sum, hidden) = (Vector.Sum(sums), Vector.Sum(hiddens));
        }
        for (; i < count; i++)
        {
            float cg = coverages[i] * g[i];
            slopes[i] += g[i] * (paint - alpha * behind[i]);
            sum += cg;
            hidden += cg * behind[i];
            g[i] -= alpha * cg;
        }
        return (sum, hidden);
    }

    /// <summary>
    /// The same with a colour for each pixel: paintGradients = c g, alphaGradients -= c g d (coverages null for whole coverage,
    /// behind null where the alphas' gradient is not wanted).
    /// </summary>
    public static void BlendBackward(
        float* g, float* coverages, float* behind, float* slopes, int count,
        float* paints, float* alphas, float* paintGradients, float* alphaGradients)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> gi = Vector.Load(g + i), a = Vector.Load(alphas + i), cg = gi;
            if (coverages != null)
            {
                cg *= Vector.Load(coverages + i);
                (Vector.Load(slopes + i) + gi * (Vector.Load(paints + i) - a * Vector.Load(behind + i))).Store(slopes + i);
            }
            cg.Store(paintGradients + i);
            if (behind != null) (Vector.Load(alphaGradients + i) - cg * Vector.Load(behind + i)).Store(alphaGradients + i);
            (gi - a * cg).Store(g + i);
        }
        for (; i < count; i++)
        {
            float cg = g[i];
            if (coverages != null)
            {
                cg *= coverages[i];
                slopes[i] += g[i] * (paints[i] - alphas[i] * behind[i]);
            }
            paintGradients[i] = cg;
            if (behind != null) alphaGradients[i] -= cg * behind[i];
            g[i] -= alphas[i] * cg;
        }
    }
}
