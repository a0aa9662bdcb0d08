using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>What percentages refer to: the nearest viewport's size in user units.</summary>
internal readonly record struct Viewport(double Width, double Height)
{
    public double Base(Axis axis) => axis switch
    {
        Axis.X => Width,
        Axis.Y => Height,
        _ => Math.Sqrt((Width * Width + Height * Height) / 2),
    };
}

/// <summary>What a length's percentage is measured along.</summary>
internal enum Axis { X, Y, Diagonal }

/// <summary>
/// The paints that <c>context-fill</c> and <c>context-stroke</c> stand for, with the space and the box that they refer
/// to.
/// </summary>
internal sealed record ContextPaint(Paint? Fill, Paint? Stroke, Matrix ToScene, InitialBounds? Box);

/// <summary>Where reading stands: the element with its style and what surrounds it.</summary>
internal sealed record Frame(Style Style, Matrix ToScene, Viewport Viewport, Freedom Freedom, int Depth)
{
    public SvgElement Element => Style.Element;
    /// <summary>The paints of the <c>use</c> or marked shape around this, or null.</summary>
    public ContextPaint? Context { get; init; }
    /// <summary>True inside <c>use</c>d content, which <c>--move</c> moves as a whole.</summary>
    public bool InUse { get; init; }
    /// <summary>Non-null inside a <c>use</c>: the size that a <c>symbol</c> or <c>svg</c> takes.</summary>
    public (double? Width, double? Height)? UseSize { get; init; }
    /// <summary>The change of a length here that moves the drawing by one canvas diagonal.</summary>
    public double Unit(double diagonal, double factor = 1)
    {
        var scale = ToScene.MeanScale * Math.Abs(factor);
        return scale > 0 && double.IsFinite(diagonal / scale) ? diagonal / scale : diagonal;
    }
}
