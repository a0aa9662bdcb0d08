using System.Collections.Immutable;

namespace SvgDistill.Rasterizer.Scenes;

/// <summary>A filter (Filter Effects Module Level 1): primitives in order, of which the last one's result is drawn.</summary>
public sealed class FilterNode
{
    /// <summary>The filter region; null for a filter function, which has none.</summary>
    public FilterRegion? Region { get; init; }
    /// <summary>True where the region is in fractions of the filtered element's bounding box.</summary>
    public bool BoundingBoxUnits { get; init; }
    /// <summary><c>primitiveUnits</c>: true where the primitives' lengths are in fractions of the bounding box.</summary>
    public bool BoundingBoxPrimitives { get; init; }
    /// <summary>The primitives, at least one.</summary>
    public required ImmutableArray<FilterPrimitive> Primitives { get; init; }
}

/// <summary>A rectangle.</summary>
public readonly record struct FilterBox(double X, double Y, double Width, double Height);

/// <summary>
/// The rectangle that is filtered. Written numbers in user units are parameters, never leaves: they may follow the content (<see cref="Outlines.FilterRegions"/>).
/// </summary>
public readonly record struct FilterRegion(Scalar X, Scalar Y, Scalar Width, Scalar Height)
{
    /// <summary>True where all four are parameters.</summary>
    public bool IsWritten => !X.IsConstant && !Y.IsConstant && !Width.IsConstant && !Height.IsConstant;

    /// <summary>The rectangle at given parameters.</summary>
    public FilterBox At(ReadOnlySpan<double> theta) => new(X.Value(theta), Y.Value(theta), Width.Value(theta), Height.Value(theta));
}

/// <summary>A filter primitive.</summary>
public abstract class FilterPrimitive
{
    /// <summary>An input that is what the filtered element draws.</summary>
    public const int SourceGraphic = -1;
    /// <summary>An input that is its alpha, in black.</summary>
    public const int SourceAlpha = -2;

    /// <summary>Positions of earlier primitives, or <see cref="SourceGraphic"/> or <see cref="SourceAlpha"/>.</summary>
    public ImmutableArray<int> Inputs { get; init; } = [];
    /// <summary><c>color-interpolation-filters</c>: true for linearRGB.</summary>
    public bool IsLinear { get; init; }
    /// <summary>The primitive subregion's left edge, where it is written.</summary>
    public double? X { get; init; }
    /// <summary>Its top edge.</summary>
    public double? Y { get; init; }
    /// <summary>Its width.</summary>
    public double? Width { get; init; }
    /// <summary>Its height.</summary>
    public double? Height { get; init; }
    /// <summary>True where no subregion is written.</summary>
    public bool IsWhole => X is null && Y is null && Width is null && Height is null;
}

/// <summary><c>feGaussianBlur</c>.</summary>
public sealed class GaussianBlurPrimitive : FilterPrimitive
{
    /// <summary>The standard deviation along x.</summary>
    public required Scalar DeviationX { get; init; }
    /// <summary>The standard deviation along y.</summary>
    public required Scalar DeviationY { get; init; }
}

/// <summary><c>feOffset</c>.</summary>
public sealed class OffsetPrimitive : FilterPrimitive
{
    /// <summary>To the right.</summary>
    public required Scalar Dx { get; init; }
    /// <summary>Down.</summary>
    public required Scalar Dy { get; init; }
}

/// <summary><c>feDropShadow</c>.</summary>
public sealed class DropShadowPrimitive : FilterPrimitive
{
    /// <summary>The shadow's shift to the right.</summary>
    public required Scalar Dx { get; init; }
    /// <summary>The shadow's shift down.</summary>
    public required Scalar Dy { get; init; }
    /// <summary>The standard deviation along x.</summary>
    public required Scalar DeviationX { get; init; }
    /// <summary>The standard deviation along y.</summary>
    public required Scalar DeviationY { get; init; }
    /// <summary><c>flood-color</c> with <c>flood-opacity</c>.</summary>
    public required ScalarColor Color { get; init; }
}

/// <summary><c>feFlood</c>.</summary>
public sealed class FloodPrimitive : FilterPrimitive
{
    /// <summary><c>flood-color</c> with <c>flood-opacity</c>.</summary>
    public required ScalarColor Color { get; init; }
}

/// <summary><c>feBlend</c>: the first input over the second.</summary>
public sealed class BlendPrimitive : FilterPrimitive
{
    /// <summary><c>mode</c>.</summary>
    public required BlendMode Mode { get; init; }
}

/// <summary><c>feComposite</c> of two inputs.</summary>
public sealed class CompositePrimitive : FilterPrimitive
{
    /// <summary><c>operator</c>.</summary>
    public required CompositeOperator Operator { get; init; }
    /// <summary>k1 to k4 of <see cref="CompositeOperator.Arithmetic"/>.</summary>
    public ImmutableArray<double> K { get; init; } = [0, 0, 0, 0];
}

/// <summary><c>feMerge</c>: the inputs, the first at the back.</summary>
public sealed class MergePrimitive : FilterPrimitive;

/// <summary><c>feTile</c>: the input's subregion, repeated.</summary>
public sealed class TilePrimitive : FilterPrimitive;

/// <summary><c>feImage</c>.</summary>
public sealed class ImagePrimitive : FilterPrimitive
{
    /// <summary>What it shows.</summary>
    public required ImmutableArray<SceneNode> Content { get; init; }
    /// <summary>An image's own size, which is fitted into the subregion; null for an element of the document, which is drawn where it is.</summary>
    public ViewBox? Image { get; init; }
}

/// <summary><c>feComponentTransfer</c>.</summary>
public sealed class ComponentTransferPrimitive : FilterPrimitive
{
    /// <summary>The functions of red, green, blue and alpha; null leaves the component as it is.</summary>
    public required ImmutableArray<TransferFunction?> Functions { get; init; }
}

/// <summary><c>feColorMatrix</c>.</summary>
public sealed class ColorMatrixPrimitive : FilterPrimitive
{
    /// <summary>Four rows of five.</summary>
    public required ImmutableArray<double> Values { get; init; }
}

/// <summary><c>feConvolveMatrix</c>.</summary>
public sealed class ConvolveMatrixPrimitive : FilterPrimitive
{
    /// <summary>Columns of the kernel.</summary>
    public required int Columns { get; init; }
    /// <summary>Its rows.</summary>
    public required int Rows { get; init; }
    /// <summary><c>kernelMatrix</c>, row by row, divided by the divisor.</summary>
    public required ImmutableArray<double> Kernel { get; init; }
    /// <summary><c>targetX</c>.</summary>
    public required int TargetX { get; init; }
    /// <summary><c>targetY</c>.</summary>
    public required int TargetY { get; init; }
    /// <summary><c>bias</c>.</summary>
    public double Bias { get; init; }
    /// <summary><c>edgeMode</c>.</summary>
    public EdgeMode Edge { get; init; }
    /// <summary><c>preserveAlpha</c>.</summary>
    public bool PreserveAlpha { get; init; }
}

/// <summary><c>feMorphology</c>.</summary>
public sealed class MorphologyPrimitive : FilterPrimitive
{
    /// <summary>True for <c>dilate</c>, false for <c>erode</c>.</summary>
    public required bool IsDilation { get; init; }
    /// <summary><c>radius</c> along x.</summary>
    public required double RadiusX { get; init; }
    /// <summary><c>radius</c> along y.</summary>
    public required double RadiusY { get; init; }
}

/// <summary><c>feDisplacementMap</c>: the first input, moved by the second.</summary>
public sealed class DisplacementMapPrimitive : FilterPrimitive
{
    /// <summary><c>scale</c>.</summary>
    public required double Scale { get; init; }
    /// <summary>The plane of the map that moves along x.</summary>
    public required int ChannelX { get; init; }
    /// <summary>The plane of the map that moves along y.</summary>
    public required int ChannelY { get; init; }
}

/// <summary><c>feTurbulence</c>.</summary>
public sealed class TurbulencePrimitive : FilterPrimitive
{
    /// <summary><c>baseFrequency</c> along x.</summary>
    public required double FrequencyX { get; init; }
    /// <summary><c>baseFrequency</c> along y.</summary>
    public required double FrequencyY { get; init; }
    /// <summary><c>numOctaves</c>.</summary>
    public required int Octaves { get; init; }
    /// <summary><c>seed</c>.</summary>
    public required int Seed { get; init; }
    /// <summary><c>stitchTiles="stitch"</c>.</summary>
    public bool Stitch { get; init; }
    /// <summary><c>type="fractalNoise"</c>.</summary>
    public bool IsFractalNoise { get; init; }
}

/// <summary><c>feDiffuseLighting</c> and <c>feSpecularLighting</c>.</summary>
public sealed class LightingPrimitive : FilterPrimitive
{
    /// <summary>True for <c>feSpecularLighting</c>.</summary>
    public required bool IsSpecular { get; init; }
    /// <summary><c>surfaceScale</c>.</summary>
    public double SurfaceScale { get; init; } = 1;
    /// <summary><c>diffuseConstant</c> or <c>specularConstant</c>.</summary>
    public double Constant { get; init; } = 1;
    /// <summary><c>specularExponent</c> of the primitive.</summary>
    public double Exponent { get; init; } = 1;
    /// <summary><c>lighting-color</c>.</summary>
    public required ScalarColor Color { get; init; }
    /// <summary>The light.</summary>
    public required LightSource Light { get; init; }
}

/// <summary><c>operator</c> of <c>feComposite</c>.</summary>
public enum CompositeOperator
{
#pragma warning disable CS1591 // The names are the specification's.
    Over, In, Out, Atop, Xor, Arithmetic,
#pragma warning restore CS1591
}

/// <summary>What a convolution reads beyond its input.</summary>
public enum EdgeMode
{
    /// <summary>The nearest pixel.</summary>
    Duplicate,
    /// <summary>The input from its other side on.</summary>
    Wrap,
    /// <summary>Nothing.</summary>
    None,
}

/// <summary>A function of <c>feComponentTransfer</c>.</summary>
public abstract record TransferFunction;

/// <summary><c>table</c>, which is linear between its values, or <c>discrete</c>, which is constant.</summary>
public sealed record TableFunction(ImmutableArray<double> Values, bool IsDiscrete) : TransferFunction;

/// <summary><c>linear</c>.</summary>
public sealed record LinearFunction(double Slope, double Intercept) : TransferFunction;

/// <summary><c>gamma</c>.</summary>
public sealed record GammaFunction(double Amplitude, double Exponent, double Offset) : TransferFunction;

/// <summary>A light.</summary>
public abstract record LightSource;

/// <summary><c>feDistantLight</c>; angles in degrees.</summary>
public sealed record DistantLight(double Azimuth, double Elevation) : LightSource;

/// <summary><c>fePointLight</c>.</summary>
public sealed record PointLight(double X, double Y, double Z) : LightSource;

/// <summary><c>feSpotLight</c>; the cone's angle in degrees.</summary>
public sealed record SpotLight(
    double X, double Y, double Z, double AtX, double AtY, double AtZ, double Exponent, double? ConeAngle) : LightSource;
