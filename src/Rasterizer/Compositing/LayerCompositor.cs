using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>Puts a finished layer, times its opacity and masks, onto what lies behind it; and the adjoint.</summary>
internal static unsafe class LayerCompositor
{
    public static void Composite(
        Band band, ref BandOp at, in Op op, DrawList list, in Canvas target, in Canvas layer, BandScratch scratch)
    {
        var behind = BandForward.NewCanvas(band, op, clear: false, out at.Kept);
        int width = op.X1 - op.X0;
        float* factors = scratch.Coverages;
        float layerOpacity = op.Opacity < 0 ? 1 : (float)list.Scalars[op.Opacity];
        for (int row = behind.Y0; row < behind.Y1; row++)
        {
            for (int plane = target.FirstPlane; plane < 4; plane++)
                Kernels.Copy(target.Row(plane, row) + op.X0, behind.Row(plane, row) + op.X0, width);
            Factors(band, at, op, layerOpacity, row, factors, except: -1);
            if (op.Blend != BlendMode.Normal && !op.AlphaOnly)
            {
                BlendRow(op, target, layer, row, factors);
                continue;
            }
            float* alphas = layer.Row(3, row) + op.X0;
            for (int plane = target.FirstPlane; plane < 4; plane++)
                Kernels.Blend(target.Row(plane, row) + op.X0, factors, width, layer.Row(plane, row) + op.X0, alphas);
        }
    }

    /// <summary>
    /// Turns the gradient to the result in <paramref name="g"/> into that to the backdrop, writes that to the layer's pixels into
    /// <paramref name="layerGradient"/>, those to its masks into their buffers, and adds that to its opacity.
    /// </summary>
    public static void Backward(
        Band band, in BandOp at, in Op op, DrawList list, in Canvas g, in Canvas layerGradient, BandScratch scratch)
    {
        var layer = BandForward.View(band, op, band.Canvases[at.Canvas]);
        var behind = BandForward.View(band, op, band.Canvases[at.Kept]);
        int width = op.X1 - op.X0, x0 = op.X0;
        float* factors = scratch.Coverages, slopes = scratch.Work.Raw, alphaGradients = scratch.Work.Spread;
        float layerOpacity = op.Opacity < 0 ? 1 : (float)list.Scalars[op.Opacity];
        double opacity = 0;
        for (int row = layer.Y0; row < layer.Y1; row++)
        {
            Factors(band, at, op, layerOpacity, row, factors, except: -1);
            Kernels.Fill(slopes, width, 0);
            if (op.Blend != BlendMode.Normal && !op.AlphaOnly)
            {
                BlendRowBackward(op, g, layerGradient, layer, behind, row, factors, slopes);
            }
            else
            {
                Kernels.Fill(alphaGradients, width, 0);
                for (int plane = g.FirstPlane; plane < 4; plane++)
                    Kernels.BlendBackward(
                        g.Row(plane, row) + x0, factors, behind.Row(plane, row) + x0, slopes, width,
                        layer.Row(plane, row) + x0, layer.Row(3, row) + x0, layerGradient.Row(plane, row) + x0, alphaGradients);
                float* alphas = layerGradient.Row(3, row) + x0;
                for (int i = 0; i < width; i++) alphas[i] += alphaGradients[i];
            }
            for (int mask = at.Mask; mask >= 0; mask = band.Ops[mask].Mask)
            {
                float* maskGradient = MaskFactors.Row(band, band.Ops[mask], op, 1, row);
                Factors(band, at, op, layerOpacity, row, maskGradient, except: mask);
                for (int i = 0; i < width; i++) maskGradient[i] *= slopes[i];
            }
            if (op.Opacity < 0) continue;
            Factors(band, at, op, 1, row, factors, except: -1);
            opacity += Kernels.Dot(factors, slopes, width);
        }
        if (op.Opacity >= 0) band.ScalarGradients.Add((op.Opacity, opacity));
    }

    /// <summary>The product of the layer's opacity and all its masks but one in a row.</summary>
    private static void Factors(Band band, in BandOp at, in Op op, float opacity, int row, float* factors, int except)
    {
        int width = op.X1 - op.X0;
        Kernels.Fill(factors, width, opacity);
        for (int mask = at.Mask; mask >= 0; mask = band.Ops[mask].Mask)
        {
            if (mask == except) continue;
            float* line = MaskFactors.Row(band, band.Ops[mask], op, 0, row);
            for (int i = 0; i < width; i++) factors[i] *= line[i];
        }
    }

    private static void BlendRow(in Op op, in Canvas target, in Canvas layer, int row, float* factors)
    {
        Span<Real> behind = stackalloc Real[4], source = stackalloc Real[4], result = stackalloc Real[4];
        for (int x = op.X0; x < op.X1; x++)
        {
            float k = factors[x - op.X0];
            if (layer.Row(3, row)[x] * k == 0) continue;
            for (int p = 0; p < 4; p++)
                (behind[p], source[p]) = (new(target.Row(p, row)[x]), new(k * layer.Row(p, row)[x]));
            Blending<Real>.Composite(op.Blend, behind, source, result);
            for (int p = 0; p < 4; p++) target.Row(p, row)[x] = (float)result[p].Value;
        }
    }

    private static void BlendRowBackward(
        in Op op, in Canvas g, in Canvas layerGradient, in Canvas layer, in Canvas behind, int row, float* factors, float* slopes)
    {
        Span<Dual> back = stackalloc Dual[4], source = stackalloc Dual[4], result = stackalloc Dual[4];
        for (int x = op.X0; x < op.X1; x++)
        {
            float k = factors[x - op.X0];
            for (int p = 0; p < 4; p++)
            {
                back[p] = Dual.Variable(behind.Row(p, row)[x], p);
                source[p] = Dual.Variable(k * layer.Row(p, row)[x], 4 + p);
            }
            Blending<Dual>.Composite(op.Blend, back, source, result);
            var gradient = System.Runtime.Intrinsics.Vector512<double>.Zero;
            for (int p = 0; p < 4; p++) gradient += g.Row(p, row)[x] * result[p].Partials;
            for (int p = 0; p < 4; p++)
            {
                g.Row(p, row)[x] = (float)gradient[p];
                layerGradient.Row(p, row)[x] = k * (float)gradient[4 + p];
                slopes[x - op.X0] += layer.Row(p, row)[x] * (float)gradient[4 + p];
            }
        }
    }
}
