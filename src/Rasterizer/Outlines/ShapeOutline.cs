using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>A shape's outline at given parameters, for measuring: points and curves in the scene's space.</summary>
public sealed class ShapeOutline
{
    private readonly PathLayout _layout;

    private ShapeOutline(ShapeNode shape, PathLayout layout, in Matrix toScene, ImmutableArray<Point> points, bool fillIsSeen, double strokeWidth) =>
        (Shape, _layout, ToScene, Points, FillIsSeen, StrokeWidth) = (shape, layout, toScene, points, fillIsSeen, strokeWidth);

    /// <summary>The shape.</summary>
    public ShapeNode Shape { get; }

    /// <summary>False where there is no fill, or numbers leave nothing of it: a size, an extent, an opacity or a scale of zero.</summary>
    public bool FillIsSeen { get; }

    /// <summary>False where there is no stroke, or numbers leave nothing of it: as of the fill, or a width of zero.</summary>
    public bool StrokeIsSeen => StrokeWidth > 0;

    /// <summary>The stroke's width in the scene's space, on average over directions; 0 where there is no stroke to see.</summary>
    public double StrokeWidth { get; }

    /// <summary>True where the shape has a paint, and nothing is left of it.</summary>
    public bool HasVanished => !FillIsSeen && !StrokeIsSeen && (Shape.Fill is not null || Shape.Stroke is not null);

    /// <summary>Its nodes and handles, with all transforms applied; rectangles and ellipses as the curves they are drawn with.</summary>
    public ImmutableArray<Point> Points { get; }

    /// <summary>From the geometry's space to the scene's.</summary>
    public Matrix ToScene { get; }

    /// <summary>What <see cref="Points"/> are made from, in the geometry's space; empty for rectangles and ellipses.</summary>
    public ImmutableArray<ScalarPoint> Variables => field.IsDefault
        ? field = Shape.Geometry is PathGeometry path ? [.. PathLayout.Of(path).Points] : [] : field;

    /// <summary>The contours, in the order of the path.</summary>
    public ImmutableArray<OutlineContour> Contours => field.IsDefault ? field = [.. _layout.Contours.Select(c => new OutlineContour(
        [.. Enumerable.Range(c.FirstSegment, c.SegmentCount).Select(s => (_layout.SegmentStarts[s], (int)_layout.SegmentOrders[s]))],
        c.FirstPoint, c.LastPoint, c.IsClosed))] : field;

    /// <summary>The same outline through other points.</summary>
    public ShapeOutline Through(ImmutableArray<Point> points) => new(Shape, _layout, ToScene, points, FillIsSeen, StrokeWidth);

    /// <summary>How many of the points lie on the outline: segment ends, a contour's repeated end not counted.</summary>
    public int NodeCount => _layout.Contours.Sum(c =>
        Math.Max(1, c.SegmentCount + (c.IsClosed && Points[c.FirstPoint] == Points[c.LastPoint] ? 0 : 1)));

    /// <summary>The contours as polylines whose curves have segments of a sagitta of about .06 of 1 / <paramref name="scale"/> units.</summary>
    /// <param name="scale">Pixels a unit of the scene.</param>
    public IEnumerable<(Point[] Vertices, bool IsClosed)> Flatten(double scale) =>
        Enumerable.Range(0, Contours.Length).Select(c => (Flatten(c, scale).Vertices, Contours[c].IsClosed));

    /// <summary>One contour likewise, with the segment of the contour that leads on from each vertex.</summary>
    public (Point[] Vertices, int[] Segments) Flatten(int contour, double scale)
    {
        var (vertices, segments, place) = (new List<Point>(), new List<int>(), Contours[contour]);
        vertices.Add(Points[place.FirstPoint]);
        for (var s = 0; s < place.Segments.Length; s++)
        {
            var (start, order) = place.Segments[s];
            if (order == 1) vertices.Add(Points[start + 1]);
            else AddCurve(vertices, start, scale);
            while (segments.Count < vertices.Count - 1) segments.Add(s);
        }
        segments.Add(Math.Max(0, place.Segments.Length - 1));
        return ([.. vertices], [.. segments]);
    }

    /// <summary>
    /// The outlines of a scene's shapes, in drawing order; one that is drawn several times comes once. Those of which nothing is left at
    /// these parameters are among them, so that a scene has the same ones whatever the parameters.
    /// </summary>
    public static IReadOnlyList<ShapeOutline> Of(Scene scene, double[] theta)
    {
        var found = new List<ShapeOutline>();
        var seen = new HashSet<ShapeGeometry>(ReferenceEqualityComparer.Instance);
        Visit(scene.Root, Matrix.Identity, true);
        return found;

        // The reader's limits bound the nesting.
        void Visit(SceneNode node, in Matrix toScene, bool isOpaque)
        {
            if (node is GroupNode group)
            {
                var inner = toScene * At(group.Transform, theta);
                isOpaque &= group.Opacity.Value(theta) > 0;
                foreach (var child in group.Children) Visit(child, inner, isOpaque);
            }
            else if (node is ShapeNode shape && seen.Add(shape.Geometry))
            {
                var matrix = toScene * At(shape.Transform, theta);
                var path = UserPath.Of(shape.Geometry);
                path.Refresh(theta);
                var points = ImmutableArray.CreateBuilder<Point>(path.Layout.PointCount);
                for (var i = 0; i < path.Layout.PointCount; i++)
                    points.Add(matrix.Apply(new(path.Points[2 * i], path.Points[2 * i + 1])));
                var isSeen = isOpaque && path.IsDrawn && !matrix.IsSingular;
                found.Add(new(shape, path.Layout, matrix, points.MoveToImmutable(),
                    isSeen && HasArea(path) && IsSeen(shape.Fill, shape.FillOpacity),
                    isSeen && shape.Stroke is { } stroke && IsSeen(stroke.Paint, stroke.Opacity)
                        ? Math.Max(0, stroke.Width.Value(theta)) * (stroke.IsNonScaling ? 1 : matrix.MeanScale) : 0));
            }
        }

        bool IsSeen(Paint? paint, Scalar opacity) => opacity.Value(theta) > 0 && paint switch
        {
            null => false,
            SolidPaint solid => solid.Color.A.Value(theta) > 0,
            GradientPaint gradient => gradient.Stops.Any(s => s.Color.A.Value(theta) > 0),
            _ => true,
        };
    }

    private static bool HasArea(UserPath path)
    {
        var box = new BoundingBox([(path, null)]);
        box.Refresh([]);
        return box.HasArea;
    }

    private static Matrix At(TransformChain chain, double[] theta) =>
        Frame.Steps(chain).Aggregate(Matrix.Identity, (product, step) => product * step.At(theta));

    private void AddCurve(List<Point> vertices, int start, double scale)
    {
        var (p0, p1, p2, p3) = (Points[start], Points[start + 1], Points[start + 2], Points[start + 3]);
        ReadOnlySpan<double> device = [scale * p0.X, scale * p0.Y, scale * p1.X, scale * p1.Y, scale * p2.X, scale * p2.Y, scale * p3.X, scale * p3.Y];
        var table = FlatteningTable.For(FlatteningTable.SegmentsFor(device));
        for (var i = 1; i < table.Segments; i++)
        {
            var w = table.Positions.AsSpan(4 * i, 4);
            vertices.Add(w[0] * p0 + w[1] * p1 + w[2] * p2 + w[3] * p3);
        }
        vertices.Add(p3);
    }
}

/// <summary>One contour of an outline.</summary>
/// <param name="Segments">Each segment's first point, an index of <see cref="ShapeOutline.Points"/>, and its order: 1 a line, 3 a cubic.</param>
/// <param name="FirstPoint">The first of its points, which follow each other.</param>
/// <param name="LastPoint">The last.</param>
/// <param name="IsClosed">Whether a straight line leads from the last point to the first where they differ.</param>
public readonly record struct OutlineContour(ImmutableArray<(int Start, int Order)> Segments, int FirstPoint, int LastPoint, bool IsClosed);
