using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>A part of a drawing that is narrower than a tool makes it.</summary>
/// <param name="Element">Where it is written; null where no element of its own is.</param>
/// <param name="IsStroke">Whether it is a stroke; else a fill, or a part of one.</param>
/// <param name="Width">About how wide it is, in the scene's space.</param>
/// <param name="At">A place of it.</param>
public sealed record ThinFeature(SourceElement? Element, bool IsStroke, double Width, Point At);

/// <summary>
/// What is narrower than a width: strokes by their width; of fills what a disc of that width does not reach from inside (morphological
/// opening), where it joins two parts, is as large as the disc's square, or is all of the shape. So corners do not count, but those of less
/// than about 20 degrees.
/// </summary>
public static class ThinFeatures
{
    private const double PixelsAWidth = 8, FewestPixels = 3;
    private const int MostSide = 1000;

    /// <summary>The features of a drawing narrower than <paramref name="width"/>, in drawing order.</summary>
    public static IReadOnlyList<ThinFeature> Of(Scene scene, double[] theta, double width)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var found = new List<ThinFeature>();
        foreach (var outline in ShapeOutline.Of(scene, theta))
        {
            if (outline.StrokeIsSeen && IsLess(outline.StrokeWidth, width))
                found.Add(new(outline.Shape.Element, true, outline.StrokeWidth, outline.Points.FirstOrDefault()));
            // A stroke as wide as that makes its fill wide enough.
            else if (outline.FillIsSeen && !outline.StrokeIsSeen) found.AddRange(InFill(outline, theta, width, scene.Parameters));
        }
        return found;
    }

    /// <summary>Whether a width falls short of another by more than rounding.</summary>
    internal static bool IsLess(double width, double least) => width < least * (1 - 1e-6);

    private static IEnumerable<ThinFeature> InFill(ShapeOutline outline, double[] theta, double width, System.Collections.Immutable.ImmutableArray<Parameter> parameters)
    {
        var all = outline.Flatten(PixelsAWidth / width).SelectMany(c => c.Vertices).ToArray();
        var (left, top, right, bottom) = (all.Min(p => p.X), all.Min(p => p.Y), all.Max(p => p.X), all.Max(p => p.Y));
        var hull = FeatureWidth.Of(all);
        if (hull > 0 && IsLess(hull, width)) return [new(outline.Shape.Element, false, hull, new((left + right) / 2, (top + bottom) / 2))];
        var scale = Math.Min(PixelsAWidth / width, MostSide / Math.Max(right - left, bottom - top));
        if (!(scale * width >= FewestPixels)) return [];
        var (columns, rows) = ((int)Math.Ceiling((right - left) * scale) + 4, (int)Math.Ceiling((bottom - top) * scale) + 4);
        var alone = new Scene
        {
            Width = right, Height = bottom, Notes = [], Parameters = parameters,
            Root = new GroupNode
            {
                Children =
                [
                    new ShapeNode
                    {
                        Transform = TransformChain.Of(outline.ToScene), Geometry = outline.Shape.Geometry, FillRule = outline.Shape.FillRule,
                        Fill = new SolidPaint { Color = ScalarColor.Constant(0, 0, 0, 1) },
                    },
                ],
            },
        };
        var cover = new SceneRasterizer(alone, columns, rows, new Matrix(scale, 0, 0, scale, 2 - left * scale, 2 - top * scale)).Forward(theta, keep: false).Plane(3).ToArray();
        return new Grid(columns, rows, cover, scale * width).Thin()
            .Select(t => new ThinFeature(outline.Shape.Element, false, t.Width / scale, new((t.X - 2) / scale + left, (t.Y - 2) / scale + top)));
    }

    /// <summary>A shape's pixels.</summary>
    private sealed class Grid
    {
        private readonly int _columns, _rows;
        private readonly double _width;
        private readonly bool[] _inside, _wide;
        private readonly float[] _depth;

        public Grid(int columns, int rows, float[] cover, double width)
        {
            (_columns, _rows, _width) = (columns, rows, width);
            _inside = Array.ConvertAll(cover, c => c >= .5);
            _depth = DistanceField.Of(columns, rows, i => !_inside[i]);
            // Half a pixel lies between a pixel's middle and its edge; another quarter is the grid's.
            var radius = (float)(width / 2 - .75 + .5);
            var reach = DistanceField.Of(columns, rows, i => _depth[i] >= radius);
            _wide = [.. reach.Select((d, i) => _inside[i] && d <= radius + .5)];
        }

        /// <summary>What is narrow, each part with its width and a place, in pixels.</summary>
        public IEnumerable<(double Width, double X, double Y)> Thin()
        {
            var labels = Parts(i => _wide[i], out _);
            Parts(i => _inside[i] && !_wide[i], out var narrow);
            var hasWide = Array.Exists(_wide, w => w);
            foreach (var part in narrow)
            {
                var joins = part.SelectMany(Around).Where(i => labels[i] > 0).Select(i => labels[i]).Distinct().Take(2).Count() > 1;
                if (hasWide && !joins && part.Count < _width * _width) continue;
                // The middle of it: pixels deeper than those around them.
                var ridge = part.Where(i => Around(i).All(n => _depth[n] <= _depth[i])).DefaultIfEmpty(part[0]).OrderBy(i => _depth[i]).ToArray();
                var middle = ridge[ridge.Length / 2];
                yield return (Math.Min(_width, 2 * _depth[middle] - 1), middle % _columns + .5, middle / _columns + .5);
            }
        }

        private int[] Parts(Func<int, bool> belongs, out List<List<int>> parts)
        {
            var labels = new int[_inside.Length];
            parts = [];
            var pending = new Stack<int>();
            for (var start = 0; start < labels.Length; start++)
            {
                if (labels[start] != 0 || !belongs(start)) continue;
                var part = new List<int>();
                parts.Add(part);
                labels[start] = parts.Count;
                pending.Push(start);
                while (pending.TryPop(out var i))
                {
                    part.Add(i);
                    foreach (var n in Around(i))
                        if (labels[n] == 0 && belongs(n))
                        {
                            labels[n] = parts.Count;
                            pending.Push(n);
                        }
                }
            }
            return labels;
        }

        private IEnumerable<int> Around(int i)
        {
            var (x, y) = (i % _columns, i / _columns);
            for (var dy = -1; dy <= 1; dy++)
                for (var dx = -1; dx <= 1; dx++)
                    if ((dx != 0 || dy != 0) && x + dx >= 0 && x + dx < _columns && y + dy >= 0 && y + dy < _rows) yield return i + dy * _columns + dx;
        }
    }
}
