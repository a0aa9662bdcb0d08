using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>
/// What <c>transform-origin</c> and percentages in transforms refer to (CSS Transforms Level 1, section 6): with <c>transform-box</c>
/// <c>fill-box</c> or <c>stroke-box</c> a box around what the element draws. The box is the file's, so what spans it stands still in an edit.
/// </summary>
internal sealed class ReferenceBox
{
    private ReferenceBox(Point corner, Viewport size) => (Corner, Size) = (corner, size);

    /// <summary>Where it begins, in the element's space.</summary>
    public Point Corner { get; }
    /// <summary>Its sides.</summary>
    public Viewport Size { get; }

    /// <summary>True for the words that ask for a box around the content.</summary>
    public static bool IsAsked(string? word) => word is "fill-box" or "content-box" || WithStrokes(word);

    /// <summary>The box around what an element draws, whose numbers are held. Without geometry it is a point.</summary>
    public static ReferenceBox Around(ImmutableArray<SceneNode> nodes, TransformChain place, in Matrix map, string? word, ParameterTable table)
    {
        var withStrokes = WithStrokes(word);
        Hold(place, table);
        foreach (var node in nodes) Hold(node, withStrokes, table);
        return InitialBounds.Of(nodes, map, table, withStrokes) is { } bounds
            ? new(new Point(bounds.Left, bounds.Top), new Viewport(bounds.Right - bounds.Left, bounds.Bottom - bounds.Top)) : new(default, default);
    }

    private static bool WithStrokes(string? word) => word is "stroke-box" or "border-box";

    // Bounded by the scene's depth.
    private static void Hold(SceneNode node, bool withStrokes, ParameterTable table)
    {
        switch (node)
        {
            case GroupNode group:
                Hold(group.Transform, table);
                foreach (var child in group.Children) Hold(child, withStrokes, table);
                break;
            case ImageNode image:
                Hold(image.Transform, table);
                break;
            case ShapeNode shape:
                Hold(shape.Transform, table);
                foreach (var scalar in Scalars(shape.Geometry)) table.Hold(scalar);
                if (withStrokes && shape.Stroke is { } stroke) table.Hold(stroke.Width);
                break;
        }
    }

    private static void Hold(TransformChain chain, ParameterTable table)
    {
        foreach (var step in chain.Steps)
            foreach (var scalar in step switch
            {
                FunctionStep f => f.Arguments,
                MoveStep m => [m.X, m.Y, m.Angle, m.LogScale],
                MarkerStep m => [m.At.X, m.At.Y, m.Scale],
                _ => ImmutableArray<Scalar>.Empty,
            }) table.Hold(scalar);
    }

    private static IEnumerable<Scalar> Scalars(ShapeGeometry geometry) => geometry switch
    {
        PathGeometry path => path.Points.SelectMany(p => (Scalar[])[p.X, p.Y]),
        RectGeometry rect => [rect.X, rect.Y, rect.Width, rect.Height],
        EllipseGeometry ellipse => [ellipse.Center.X, ellipse.Center.Y, ellipse.Rx, ellipse.Ry],
        _ => [],
    };
}
