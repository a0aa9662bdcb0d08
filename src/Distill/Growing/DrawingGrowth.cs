using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Distill.Growing;

/// <summary>
/// Adds shapes to a drawing where a wanted picture shows what none of its shapes can: one after another, each the part, in the place of the
/// paint order, that takes away most of the squared error that is left. As LIVE (Ma et al. 2022, "Towards layer-wise image
/// vectorization") adds paths where the error is largest; here to a drawing that has an order, a palette and a symmetry already.
/// </summary>
public static class DrawingGrowth
{
    /// <summary>What the id of a group of new shapes begins with.</summary>
    public const string GroupId = "svgdistill-added";

    // Candidates that are drawn a round, and places tried for each: what an estimate puts further down has never won.
    private const int MostParts = 5, MostPlaces = 6;
    // Above this the file is read so slowly that shapes go on top.
    private const int LargeText = 400_000;
    // A place further down must be better by this, or the shape stays further up.
    private const double Better = .02;
    // The difference of the picture, 0..1, that new shapes of no size may make: none that can be seen.
    private const double Same = 1e-4;

    /// <summary>The drawing with new shapes; null where none would help, or none may stand in this file.</summary>
    /// <param name="drawing">The drawing as read.</param>
    /// <param name="theta">Its parameters now.</param>
    /// <param name="wanted">The wanted picture.</param>
    /// <param name="reading">How the drawing was read.</param>
    /// <param name="options">How many, and by what rules.</param>
    /// <param name="stop">Stops between two shapes; what was found so far is returned.</param>
    public static GrownDrawing? Grow(
        SvgScene drawing, double[] theta, RgbPicture wanted, SceneOptions reading, GrowthOptions options, CancellationToken stop = default)
    {
        var relations = new DrawingRelations(drawing.Scene, new DrawingRelationOptions { Symmetry = options.Symmetry });
        var axis = MirrorAxis.Of(relations, drawing.Scene.ToSquare(options.Side, options.Margin));
        var round = new Round(drawing, theta, wanted, reading, options, axis);
        var (start, groups, added) = (round.Error, new List<string>(), 0);
        while (added < options.Most && !stop.IsCancellationRequested)
        {
            if (round.Best(options.Most - added, start, groups) is not { } step) break;
            added += step.Shapes;
            if (step.Group is { } group) groups.Add(group);
            round = new Round(step.Svg, step.Theta, wanted, reading with { Only = Only(reading, groups) }, options, axis);
        }
        return groups.Count == 0 ? null : new(round.Svg, groups);
    }

    /// <summary>How a drawing with such groups is read: where a selection says what may move, new shapes may.</summary>
    public static SceneOptions Reading(SceneOptions reading, IReadOnlyList<string> groups) => reading with { Only = Only(reading, groups) };

    private static System.Collections.Immutable.ImmutableArray<string> Only(SceneOptions reading, IReadOnlyList<string> groups) =>
        reading.Only.IsEmpty ? reading.Only : [.. reading.Only, .. groups.Select(g => "#" + g)];

    private sealed record Step(SvgScene Svg, double[] Theta, string? Group, int Shapes, double Error);

    private sealed record Place(int Order, bool IsBefore, Matrix ToUser, string Paint);

    /// <summary>The search for one shape.</summary>
    private sealed class Round
    {
        private readonly double[] _theta;
        private readonly RgbPicture _wanted, _drawn;
        private readonly SceneOptions _reading;
        private readonly GrowthOptions _options;
        private readonly MirrorAxis? _axis;
        private readonly Matrix _frame;
        private readonly MissingParts _parts;
        private readonly bool _hasStyleSheet;

        public Round(SvgScene svg, double[] theta, RgbPicture wanted, SceneOptions reading, GrowthOptions options, MirrorAxis? axis)
        {
            (Svg, _theta, _wanted, _reading, _options, _axis) = (svg, theta, wanted, reading, options, axis);
            _frame = svg.Scene.ToSquare(options.Side, options.Margin);
            var picture = new SceneRasterizer(svg.Scene, options.Side, options.Side, _frame).Forward(theta, keep: false);
            _drawn = RgbPicture.Over(picture, options.Background);
            Error = SquaredError(_drawn);
            _hasStyleSheet = Insertions.HasStyleSheet(svg.Document);
            _parts = new MissingParts(wanted, _drawn, [.. picture.Plane(3)], Canvas(), Palette(), options);
        }

        public SvgScene Svg { get; }

        /// <summary>The squared error, summed over pixels and channels.</summary>
        public double Error { get; }

        public Step? Best(int most, double start, IReadOnlyList<string> groups)
        {
            Step? best = null;
            var places = Places();
            if (places.Count == 0) return null;
            foreach (var part in _parts.Find(MostParts))
            {
                if (OutlineTracer.Trace(part.Mask, _axis, _parts.LeastArea, image => _parts.Gain(image, part.Color) > 0) is not var (outlines, drawn) || outlines.Count > most) continue;
                // A pair's halves may lack different things; the colour is the whole's.
                if (_parts.Part(drawn) is not { } whole) continue;
                Step? own = null;
                foreach (var place in Under(places, drawn))
                    if (Try(whole, outlines, place, groups) is { } step && step.Error < (own?.Error - Better * (Error - own?.Error) ?? double.PositiveInfinity)) own = step;
                if (own is not null && own.Error < (best?.Error ?? Error - _options.LeastGain * start)) best = own;
            }
            return best;
        }

        private Step? Try(MissingPart part, IReadOnlyList<NewOutline> outlines, Place place, IReadOnlyList<string> groups)
        {
            var paint = Paint(part.Color, place.Paint);
            // Beside a new shape it joins that one's group.
            var own = groups.Any(g => Insertions.Inside(Svg.Document, g).Contains(place.Order));
            var id = own ? null : Insertions.FreeId(Svg.Document, GroupId);
            var document = Insertions.Insert(Svg.Document, [new(place.Order, place.IsBefore, id, [.. outlines.Select(o => o.Element(place.ToUser, paint))])]);
            IReadOnlyList<string> all = id is null ? groups : [.. groups, id];
            var grown = SvgSceneReader.Read(document, Reading(_reading, all));
            var earlier = groups.SelectMany(g => Insertions.Inside(Svg.Document, g)).Count();
            var inside = all.SelectMany(g => Insertions.Inside(document, g)).ToHashSet();
            if (inside.Count != earlier + outlines.Count) return null;
            var fresh = Fresh(document, place, id, outlines.Count);
            if (!GrownParameters.Match(Svg.Scene, grown.Scene, fresh)) return null;
            // Style rules that count siblings would draw the rest in another way.
            if (Draw(grown.Scene, GrownParameters.At(grown.Scene, fresh, _theta, GrownDrawing.Nothing)).MeanDifference(_drawn) > Same) return null;
            var theta = GrownParameters.At(grown.Scene, fresh, _theta, 1);
            return new(grown, theta, id, outlines.Count, SquaredError(Draw(grown.Scene, theta)));
        }

        private static HashSet<int> Fresh(SvgDocument document, Place place, string? group, int count) => group is not null
            ? [.. Insertions.Inside(document, group)]
            : [.. Enumerable.Range(place.IsBefore ? place.Order : place.Order + 1, count)];

        /// <summary>Where shapes may stand: above each shape that stands in the file by itself, and below the first; topmost first.</summary>
        private List<Place> Places()
        {
            var neighbours = Insertions.Neighbours(Svg.Document);
            var outlines = ShapeOutline.Of(Svg.Scene, _theta);
            var drawn = outlines.Where(o => o.Shape.Element is { } e && neighbours.Contains(e.Order)).Select(o => o.Shape.Element!.Order).Distinct().ToList();
            if (drawn.Count == 0) return [];
            if (Svg.Document.ToBytes().Length > LargeText) drawn = [drawn[^1]];
            List<(int Order, bool IsBefore)> asked = [.. Enumerable.Reverse(drawn).Select(o => (o, false)), (drawn[0], true)];
            // A probe in every place says what space and style it would be drawn in there.
            var id = Insertions.FreeId(Svg.Document, GroupId + "-probe");
            var probed = SvgSceneReader.Read(Insertions.Insert(Svg.Document, [.. asked.Select((a, i) =>
                new Insertion(a.Order, a.IsBefore, null, [new("path", $"id=\"{id}-{i}-\" d=\"M0 0H1V1H0z\"")]))]), _reading with { Lock = [], Only = [] }).Scene;
            var probes = ShapeOutline.Of(probed, probed.InitialValues()).Where(o => o.Shape.Element?.Id?.StartsWith(id, StringComparison.Ordinal) == true)
                .ToDictionary(o => o.Shape.Element!.Id!, o => o);
            List<Place> places = [];
            for (var i = 0; i < asked.Count; i++)
                if (probes.TryGetValue($"{id}-{i}-", out var probe) && (_frame * probe.ToScene).TryInvert(out var toUser))
                    places.Add(new(asked[i].Order, asked[i].IsBefore, toUser, probe.Shape.Stroke is null ? "" : "none"));
            return places;
        }

        /// <summary>The top, the bottom, and the places above the shapes that lie where the part does.</summary>
        private IEnumerable<Place> Under(List<Place> places, PixelMask mask)
        {
            var touched = ShapeOutline.Of(Svg.Scene, _theta).Where(o => o.Shape.Element is not null && Touches(o, mask)).Select(o => o.Shape.Element!.Order).ToHashSet();
            var near = places.Where((p, i) => i == 0 || p.IsBefore || touched.Contains(p.Order)).ToList();
            return near.Count <= MostPlaces ? near : Enumerable.Range(0, MostPlaces).Select(i => near[i * (near.Count - 1) / (MostPlaces - 1)]);
        }

        private bool Touches(ShapeOutline outline, PixelMask mask)
        {
            if (outline.Points.IsEmpty) return false;
            var points = outline.Points.Select(p => _frame.Apply(p)).ToArray();
            var (left, right, top, bottom) = (points.Min(p => p.X), points.Max(p => p.X), points.Min(p => p.Y), points.Max(p => p.Y));
            for (var i = 0; i < mask.Inside.Length; i++)
                if (mask.Inside[i] && i % mask.Side + 1 >= left && i % mask.Side <= right && i / mask.Side + 1 >= top && i / mask.Side <= bottom) return true;
            return false;
        }

        private string Paint(in Rgba color, string stroke)
        {
            static int Byte(float value) => Math.Clamp((int)MathF.Round(value * 255), 0, 255);
            var fill = $"#{Byte(color.R):x2}{Byte(color.G):x2}{Byte(color.B):x2}";
            // Rules of a style sheet come before attributes, but not before a style attribute.
            if (_hasStyleSheet) return $"style=\"fill:{fill}{(stroke.Length > 0 ? ";stroke:none" : "")}\"";
            return $"fill=\"{fill}\"" + (stroke.Length > 0 ? " stroke=\"none\"" : "");
        }

        private Rgba[] Palette() => [.. SceneShapes.Colors(Svg.Scene)
            .Select(c => new Rgba((float)c.R.Value(_theta), (float)c.G.Value(_theta), (float)c.B.Value(_theta), 1)).Distinct()];

        // Where new shapes may lie.
        private bool[] Canvas()
        {
            var locked = _reading.Only.IsEmpty && _reading.Lock.IsEmpty ? null : LockedPixels.Of(Svg.Scene, _theta, _options.Side, _frame);
            var (from, to) = (_frame.Apply(new(0, 0)), _frame.Apply(new(Svg.Scene.Width, Svg.Scene.Height)));
            return [.. Enumerable.Range(0, _options.Side * _options.Side).Select(i => (i % _options.Side, i / _options.Side) is var (x, y)
                && locked?[i] != true && x >= from.X && x + 1 <= to.X && y >= from.Y && y + 1 <= to.Y)];
        }

        private RgbPicture Draw(Scene scene, double[] theta) =>
            RgbPicture.Over(new SceneRasterizer(scene, _options.Side, _options.Side, _frame).Forward(theta, keep: false), _options.Background);

        private double SquaredError(RgbPicture drawn)
        {
            var sum = 0.0;
            for (var i = 0; i < drawn.Values.Length; i++)
            {
                var difference = drawn.Values[i] - _wanted.Values[i];
                sum += difference * difference;
            }
            return sum;
        }
    }
}
