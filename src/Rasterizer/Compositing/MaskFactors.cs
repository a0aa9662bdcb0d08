using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>From a mask's drawn content to a factor a pixel, and back.</summary>
internal static unsafe class MaskFactors
{
    private const float Red = .2126f, Green = .7152f, Blue = .0722f;

    /// <summary>Writes the factors of the content on <paramref name="canvas"/>; returns the number of a buffer of two planes: factors, and room for dL/dfactor.</summary>
    public static int Write(Band band, in Op op, in Canvas canvas)
    {
        int width = op.X1 - op.X0, length = width * (canvas.Y1 - canvas.Y0);
        float* factors = band.Canvases.Take(2 * length, clear: false, out int index).Pointer;
        for (int row = canvas.Y0; row < canvas.Y1; row++, factors += width)
        {
            float* a = canvas.Row(3, row) + op.X0;
            if (op.Mask == MaskKind.Alpha)
            {
                Kernels.Copy(a, factors, width);
                continue;
            }
            float* r = canvas.Row(0, row) + op.X0, g = canvas.Row(1, row) + op.X0, b = canvas.Row(2, row) + op.X0;
            for (int i = 0; i < width; i++) factors[i] = Red * r[i] + Green * g[i] + Blue * b[i];
        }
        return index;
    }

    /// <summary>The rows of factors (plane 0) or of dL/dfactor (plane 1) of the mask that ends at <paramref name="end"/>.</summary>
    public static float* Row(Band band, in BandOp end, in Op op, int plane, int row)
    {
        int y0 = Math.Max(op.Y0, band.Y0), y1 = Math.Min(op.Y1, band.Y1), width = op.X1 - op.X0;
        return band.Canvases[end.Kept].Pointer + (plane * (y1 - y0) + row - y0) * width;
    }

    /// <summary>Writes dL/dcontent into <paramref name="gradient"/> where dL/dfactor lies in the mask's buffer.</summary>
    public static void Backward(Band band, in BandOp at, in Op op, in Canvas gradient)
    {
        int width = op.X1 - op.X0;
        for (int row = gradient.Y0; row < gradient.Y1; row++)
        {
            float* factor = Row(band, at, op, 1, row);
            float* ga = gradient.Row(3, row) + op.X0;
            if (op.Mask == MaskKind.Alpha)
            {
                Kernels.Copy(factor, ga, width);
                continue;
            }
            Kernels.Fill(ga, width, 0);
            for (int plane = 0; plane < 3; plane++)
            {
                float weight = plane switch { 0 => Red, 1 => Green, _ => Blue };
                float* g = gradient.Row(plane, row) + op.X0;
                for (int i = 0; i < width; i++) g[i] = weight * factor[i];
            }
        }
    }
}
