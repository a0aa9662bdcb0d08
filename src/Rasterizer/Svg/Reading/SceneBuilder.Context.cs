using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>
/// <c>context-fill</c> and <c>context-stroke</c> (SVG 2 section 13.2): the paint of the marked shape or the <c>use</c>,
/// in that element's space. How the two spaces lie is held as the file has it.
/// </summary>
internal sealed partial class SceneBuilder
{
    private bool? _usesContext;

    private bool UsesContext => _usesContext ??= _document.Text.Contains("context-", StringComparison.Ordinal);

    private static Paint? Relocated(Frame frame, Paint? paint)
    {
        if (paint is null or SolidPaint || frame.Context is not { } context
            || !frame.ToScene.TryInvert(out var toShape))
            return paint;
        // Fractions of a use's box are left to the shapes inside it.
        var box = context.Box;
        if (box is null && paint is GradientPaint { BoundingBoxUnits: true } or PatternPaint { BoundingBoxUnits: true })
            return paint;
        var fractions = box is null ? Matrix.Identity : new Matrix(box.Right - box.Left, 0, 0, box.Bottom - box.Top, box.Left, box.Top);
        return Placed(paint, toShape * context.ToScene, fractions);
    }

    /// <summary>A paint in another space, whose fractions of a box become lengths.</summary>
    /// <param name="paint">The paint.</param>
    /// <param name="map">From the paint's space to the other.</param>
    /// <param name="fractions">From fractions of the box to the paint's space.</param>
    private static Paint Placed(Paint paint, in Matrix map, in Matrix fractions)
    {
        var (width, height, x, y) = (fractions.A, fractions.D, fractions.E, fractions.F);
        static TransformChain Chain(in Matrix matrix, TransformChain own) => TransformChain.Of(matrix).Then(own);
        switch (paint)
        {
            case LinearGradientPaint g:
                return new LinearGradientPaint
                {
                    Start = g.Start, End = g.End, Spread = g.Spread, Stops = g.Stops, BoundingBoxUnits = false,
                    Transform = Chain(g.BoundingBoxUnits ? map * fractions : map, g.Transform),
                };
            case RadialGradientPaint g:
                return new RadialGradientPaint
                {
                    Center = g.Center, Radius = g.Radius, Focus = g.Focus, FocusRadius = g.FocusRadius,
                    Spread = g.Spread, Stops = g.Stops,
                    BoundingBoxUnits = false,
                    Transform = Chain(g.BoundingBoxUnits ? map * fractions : map, g.Transform),
                };
            case PatternPaint p:
                var content = p.BoundingBoxContent
                    ? new GroupNode { Transform = TransformChain.Of(Matrix.Scaling(width, height)),
                        Children = [p.Content] }
                    : p.Content;
                return new PatternPaint
                {
                    X = p.BoundingBoxUnits ? width * p.X + x : p.X, Y = p.BoundingBoxUnits ? height * p.Y + y : p.Y,
                    Width = p.BoundingBoxUnits ? width * p.Width : p.Width,
                    Height = p.BoundingBoxUnits ? height * p.Height : p.Height,
                    BoundingBoxUnits = false, BoundingBoxContent = false, ViewBox = p.ViewBox, Content = content,
                    Overflow = p.Overflow, Fallback = p.Fallback,
                    Transform = Chain(map, p.Transform),
                };
            default:
                return paint;
        }
    }

    /// <summary>What a <c>use</c> gives to its content.</summary>
    private ContextPaint? ContextOfUse(Frame frame) =>
        UsesContext ? new ContextPaint(ReadPaint(frame, "fill"), ReadPaint(frame, "stroke"), frame.ToScene, null)
            : null;

    /// <summary>What a shape gives to its markers.</summary>
    private ContextPaint ContextOfShape(Frame frame, ShapeGeometry geometry, Paint? fill, Paint? stroke)
    {
        ImmutableArray<SceneNode> outline = UsesContext ? [new ShapeNode { Geometry = geometry }] : [];
        return new ContextPaint(fill, stroke, frame.ToScene, InitialBounds.Of(outline, Matrix.Identity, _table));
    }
}
