using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Filters;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>The numbers of filter primitives in pixels: what each step of <c>Filters</c> reads from the draw list, and their adjoint.</summary>
internal static class FilterNumbers
{
    /// <summary>True where a leaf moves a blur's deviations, whose gradient costs something.</summary>
    public static bool DeviationsMove(FilterPrimitive primitive, Predicate<Scalar> isLeaf) => primitive switch
    {
        GaussianBlurPrimitive blur => isLeaf(blur.DeviationX) || isLeaf(blur.DeviationY),
        DropShadowPrimitive shadow => isLeaf(shadow.DeviationX) || isLeaf(shadow.DeviationY),
        _ => false,
    };

    /// <summary>What a pixel of a primitive takes, in memory or time, a texel of a pattern counting as one.</summary>
    public static double Weight(FilterPrimitive primitive) => primitive switch
    {
        TurbulencePrimitive turbulence => 1 + 4 * turbulence.Octaves,
        ConvolveMatrixPrimitive convolution => 1 + convolution.Columns * convolution.Rows / 4.0,
        DropShadowPrimitive => 4,
        MergePrimitive => 1 + primitive.Inputs.Length,
        _ => 1,
    };

    /// <summary>How many pixels away a primitive looks.</summary>
    public static double Reach(FilterPrimitive primitive, in FilterSpace space, ReadOnlySpan<double> theta)
    {
        var (ux, uy) = Factors(space);
        switch (primitive)
        {
            case GaussianBlurPrimitive blur:
                return OfBlur(blur.DeviationX.Value(theta) * ux, blur.DeviationY.Value(theta) * uy);
            case OffsetPrimitive offset:
                return OfShift(offset.Dx.Value(theta) * ux, offset.Dy.Value(theta) * uy);
            case DropShadowPrimitive shadow:
                return OfBlur(shadow.DeviationX.Value(theta) * ux, shadow.DeviationY.Value(theta) * uy)
                    + OfShift(shadow.Dx.Value(theta) * ux, shadow.Dy.Value(theta) * uy);
            case MorphologyPrimitive morphology:
                return Math.Max(morphology.RadiusX * ux, morphology.RadiusY * uy) + 2;
            case ConvolveMatrixPrimitive { Edge: EdgeMode.Wrap } or TilePrimitive:
                return double.PositiveInfinity;
            case ConvolveMatrixPrimitive convolution:
                return Math.Max(convolution.Columns, convolution.Rows);
            case DisplacementMapPrimitive displacement:
                return .5 * OfShift(displacement.Scale * ux, displacement.Scale * uy) + 2;
            case LightingPrimitive:
                return 2;
            default:
                return 0;
        }

        static double OfBlur(double x, double y) => BlurPass<double>.Reach(Math.Max(x, y));
        static double OfShift(double x, double y) => Math.Max(Math.Abs(x), Math.Abs(y)) + 1;
    }

    /// <summary>Adds a primitive's numbers and returns the first one's index.</summary>
    public static int Emit(FilterPrimitive primitive, in FilterSpace space, DrawBuffers buffers, ReadOnlySpan<double> theta)
    {
        var (ux, uy) = Factors(space);
        var (signX, signY) = Signs(space);
        switch (primitive)
        {
            case GaussianBlurPrimitive blur:
                return Add(buffers, [blur.DeviationX.Value(theta) * ux, blur.DeviationY.Value(theta) * uy]);
            case OffsetPrimitive offset:
                return Add(buffers, [offset.Dx.Value(theta) * signX * ux, offset.Dy.Value(theta) * signY * uy]);
            case DropShadowPrimitive shadow:
                var first = Add(buffers, [shadow.Dx.Value(theta) * signX * ux, shadow.Dy.Value(theta) * signY * uy,
                    shadow.DeviationX.Value(theta) * ux, shadow.DeviationY.Value(theta) * uy, 0, 0, 0, 0]);
                SolidEmitter.Write(shadow.Color, buffers.List.Scalars.AsSpan(first + 4, 4), theta);
                return first;
            case FloodPrimitive flood:
                first = buffers.AddScalars(4);
                SolidEmitter.Write(flood.Color, buffers.List.Scalars.AsSpan(first, 4), theta);
                return first;
            case MorphologyPrimitive morphology:
                return Add(buffers, [morphology.RadiusX * ux, morphology.RadiusY * uy]);
            case DisplacementMapPrimitive displacement:
                // A fraction of the box is one of both its sides' mean.
                var mean = .5 * (space.Unit.X + space.Unit.Y);
                return Add(buffers, [displacement.Scale * mean * signX * space.ScaleX, displacement.Scale * mean * signY * space.ScaleY]);
            case TurbulencePrimitive:
                var (m, region) = (space.ToDevice, space.UserRegion);
                return Add(buffers, [m.E - space.Region.X, m.F - space.Region.Y, space.ScaleX, space.ScaleY, region.X, region.Y, region.Width, region.Height]);
            case LightingPrimitive lighting:
                first = Add(buffers, [0, 0, 0, .. LightOf(lighting.Light, space)]);
                Span<double> color = stackalloc double[4];
                SolidEmitter.Write(lighting.Color, color, theta);
                color[..3].CopyTo(buffers.List.Scalars.AsSpan(first, 3));
                return first;
            default:
                return 0;
        }
    }

    /// <summary>Passes the gradient of the numbers on.</summary>
    public static void Backward(DrawPrimitive draw, in FilterSpace space, in Adjoint adjoint)
    {
        var (ux, uy) = Factors(space);
        var (signX, signY) = Signs(space);
        var g = adjoint.Scalars[draw.Scalars..];
        var to = adjoint.ThetaGradient;
        switch (draw.Primitive)
        {
            case GaussianBlurPrimitive blur:
                blur.DeviationX.Accumulate(ux * g[0], to);
                blur.DeviationY.Accumulate(uy * g[1], to);
                break;
            case OffsetPrimitive offset:
                offset.Dx.Accumulate(signX * ux * g[0], to);
                offset.Dy.Accumulate(signY * uy * g[1], to);
                break;
            case DropShadowPrimitive shadow:
                shadow.Dx.Accumulate(signX * ux * g[0], to);
                shadow.Dy.Accumulate(signY * uy * g[1], to);
                shadow.DeviationX.Accumulate(ux * g[2], to);
                shadow.DeviationY.Accumulate(uy * g[3], to);
                SolidEmitter.Read(shadow.Color, g.Slice(4, 4), to);
                break;
            case FloodPrimitive flood:
                SolidEmitter.Read(flood.Color, g[..4], to);
                break;
            case LightingPrimitive lighting:
                SolidEmitter.Read(lighting.Color, [g[0], g[1], g[2], 0], to);
                break;
        }
    }

    /// <summary>A light's place in pixels of the region, and what a spot light points at.</summary>
    private static double[] LightOf(LightSource light, in FilterSpace space)
    {
        // The height's scale is resvg's.
        var up = double.Hypot(space.ToDevice.A, space.ToDevice.D) / Math.Sqrt(2);
        switch (light)
        {
            case PointLight point:
                var at = space.PointIn(point.X, point.Y);
                return [at.X, at.Y, point.Z * up, 0, 0, 0];
            case SpotLight spot:
                at = space.PointIn(spot.X, spot.Y);
                var target = space.PointIn(spot.AtX, spot.AtY);
                return [at.X, at.Y, spot.Z * up, target.X, target.Y, spot.AtZ * up];
            default:
                return new double[6];
        }
    }

    private static (double X, double Y) Factors(in FilterSpace space) => (space.Unit.X * space.ScaleX, space.Unit.Y * space.ScaleY);

    /// <summary>A mirror image's shadow falls to the other side; resvg's does not.</summary>
    private static (double X, double Y) Signs(in FilterSpace space) =>
        space.ToDevice is { B: 0, C: 0 } m ? (Math.Sign(m.A), Math.Sign(m.D)) : (1, 1);

    private static int Add(DrawBuffers buffers, ReadOnlySpan<double> numbers)
    {
        var first = buffers.AddScalars(numbers.Length);
        numbers.CopyTo(buffers.List.Scalars.AsSpan(first));
        return first;
    }
}
