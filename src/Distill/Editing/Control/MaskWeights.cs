using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// How much each parameter may move under a mask: points as the mask says at their place in the source (a handle no more than its node), all
/// else of a shape (colours, widths, sizes) as the mask says at the darkest place that the shape covers, since it changes the shape
/// everywhere. A shape that covers no white does not move at all. What several places share moves as the darkest of them says.
/// </summary>
public static class MaskWeights
{
    private const double Covered = .5, Touched = 1.0 / 255;

    /// <summary>The weights by index, 0..1, one for each parameter that the drawing moves by.</summary>
    public static double[] Of(Scene scene, ChangeMask mask)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(mask);
        return new Walk(scene, mask).Run();
    }

    private sealed class Walk(Scene scene, ChangeMask mask)
    {
        private readonly double[] _theta = scene.InitialValues();
        private readonly double[] _weights = [.. Enumerable.Repeat(1.0, scene.Parameters.Length)];
        private readonly bool[] _met = new bool[scene.Parameters.Length];
        private readonly Dictionary<ShapeNode, IReadOnlyList<Scalar>> _numbers = new(ReferenceEqualityComparer.Instance);

        public double[] Run()
        {
            Visit(scene.Root, Matrix.Identity);
            // What no shape on the canvas is drawn with, a filter's numbers for one, has no place of its own.
            for (var i = 0; i < _weights.Length; i++)
                if (!_met[i]) _weights[i] = 0;
            return _weights;
        }

        /// <summary>The darkest weight that is under a node; null where it covers nothing.</summary>
        private double? Visit(SceneNode node, in Matrix outer)
        {
            if (node is ShapeNode shape) return Visit(shape, outer);
            if (node is not GroupNode group) return node is ImageNode && Under(node, outer) is { Lightest: >= 0 } under ? under.Darkest : null;
            var frame = outer * group.Transform.At(_theta);
            double? darkest = null;
            foreach (var child in group.Children)
                if (Visit(child, frame) is { } weight) darkest = Math.Min(darkest ?? 1, weight);
            var own = group.Transform.Numbers.Append(group.Opacity).Concat(Contained(group));
            foreach (var number in own) Limit(number, darkest ?? 0);
            return darkest;
        }

        private double? Visit(ShapeNode shape, in Matrix outer)
        {
            var frame = outer * shape.Transform.At(_theta);
            var (darkest, lightest) = Under(shape, outer);
            foreach (var number in Numbers(shape)) Limit(number, lightest == 0 ? 0 : darkest);
            foreach (var number in shape.Transform.Numbers) Limit(number, lightest == 0 ? 0 : darkest);
            if (shape.Geometry is PathGeometry path) Points(path, frame, lightest);
            return lightest < 0 ? null : darkest;
        }

        private void Points(PathGeometry path, in Matrix frame, double lightest)
        {
            var places = new double[path.Points.Length];
            for (var i = 0; i < places.Length; i++)
            {
                var at = frame.Apply(path.Points[i].Value(_theta));
                places[i] = lightest <= 0 ? 0 : mask.At(at.X, at.Y);
            }
            var next = 0;
            foreach (var command in path.Commands)
            {
                if (command == PathCommand.Cubic)
                {
                    places[next] = Math.Min(places[next], places[next - 1]);
                    places[next + 1] = Math.Min(places[next + 1], places[next + 2]);
                }
                next += command switch { PathCommand.Cubic => 3, PathCommand.Close => 0, _ => 1 };
            }
            for (var i = 0; i < places.Length; i++)
            {
                Limit(path.Points[i].X, places[i]);
                Limit(path.Points[i].Y, places[i]);
            }
        }

        // Darkest where it covers a pixel at least by half; lightest where it touches one, -1 where it is not on the canvas.
        private (double Darkest, double Lightest) Under(SceneNode node, in Matrix outer)
        {
            var alone = new Scene
            {
                Width = scene.Width, Height = scene.Height, Notes = [], Parameters = scene.Parameters,
                Root = new GroupNode { Transform = TransformChain.Of(outer), Children = [node is ShapeNode shape ? ScenePart.Covering(shape) : node] },
            };
            var cover = new SceneRasterizer(alone, mask.Width, mask.Height, scene.ToCanvas(mask.Width, mask.Height)).Forward(_theta, keep: false).Plane(3);
            var (darkest, lightest) = (1.0, -1.0);
            for (var i = 0; i < cover.Length; i++)
            {
                if (cover[i] < Touched) continue;
                lightest = Math.Max(lightest, mask[i]);
                if (cover[i] >= Covered) darkest = Math.Min(darkest, mask[i]);
            }
            return lightest <= 0 ? (0, lightest) : (Math.Min(darkest, lightest), lightest);
        }

        private IReadOnlyList<Scalar> Numbers(ShapeNode shape)
        {
            if (_numbers.TryGetValue(shape, out var known)) return known;
            var numbers = new List<Scalar> { shape.FillOpacity };
            if (shape.Geometry is RectGeometry r) numbers.AddRange([r.X, r.Y, r.Width, r.Height, r.Rx, r.Ry]);
            if (shape.Geometry is EllipseGeometry e) numbers.AddRange([e.Center.X, e.Center.Y, e.Rx, e.Ry]);
            if (shape.Fill is { } fill) numbers.AddRange(Of(fill));
            if (shape.Stroke is { } stroke) numbers.AddRange([stroke.Width, stroke.Opacity, stroke.DashOffset, .. stroke.Dashes, .. Of(stroke.Paint)]);
            return _numbers[shape] = numbers;
        }

        private IEnumerable<Scalar> Of(Paint paint)
        {
            foreach (var color in SceneShapes.Colors(paint))
                foreach (var number in new[] { color.R, color.G, color.B, color.A }) yield return number;
            switch (paint)
            {
                case LinearGradientPaint linear:
                    foreach (var number in (Scalar[])[linear.Start.X, linear.Start.Y, linear.End.X, linear.End.Y]) yield return number;
                    break;
                case RadialGradientPaint radial:
                    foreach (var number in (Scalar[])[radial.Center.X, radial.Center.Y, radial.Radius, radial.Focus.X, radial.Focus.Y, radial.FocusRadius]) yield return number;
                    break;
                case PatternPaint pattern:
                    foreach (var number in (Scalar[])[pattern.X, pattern.Y, pattern.Width, pattern.Height, .. pattern.Transform.Numbers, .. Contents(pattern.Content)]) yield return number;
                    break;
            }
            if (paint is GradientPaint gradient)
                foreach (var number in gradient.Transform.Numbers.Concat(gradient.Stops.Select(s => s.Offset))) yield return number;
        }

        // What clips and masks a group acts on all that is in it.
        private IEnumerable<Scalar> Contained(GroupNode group) =>
            (group.Clip is { } clip ? Contents(clip) : []).Concat(group.Mask is { } m ? Contents(m) : []);

        private IEnumerable<Scalar> Contents(ClipNode clip) =>
            [.. clip.Transform.Numbers, .. clip.Children.SelectMany(Contents), .. clip.Clip is { } own ? Contents(own) : []];

        private IEnumerable<Scalar> Contents(MaskNode node) =>
            [node.X, node.Y, node.Width, node.Height, .. node.Children.SelectMany(Contents), .. node.Mask is { } own ? Contents(own) : [], .. node.Clip is { } clip ? Contents(clip) : []];

        private IEnumerable<Scalar> Contents(SceneNode node) => node switch
        {
            GroupNode group => [.. group.Transform.Numbers, group.Opacity, .. Contained(group), .. group.Children.SelectMany(Contents)],
            ShapeNode shape => [.. shape.Transform.Numbers, .. Numbers(shape), .. shape.Geometry is PathGeometry path ? path.Points.SelectMany(p => new[] { p.X, p.Y }) : []],
            _ => [],
        };

        private void Limit(Scalar number, double weight)
        {
            if (number.IsConstant) return;
            _met[number.Index] = true;
            _weights[number.Index] = Math.Min(_weights[number.Index], weight);
        }
    }
}
