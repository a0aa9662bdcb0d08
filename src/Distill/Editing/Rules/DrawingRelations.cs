using SvgDistill.Distill.Editing.Control;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>What a drawing keeps.</summary>
public sealed record DrawingRelationOptions
{
    /// <summary>Which symmetries.</summary>
    public SymmetryMode Symmetry { get; init; }
    /// <summary>
    /// Whether forms may change: circles, straight lines, right angles, round corners, rings, arcs, borders, lines drawn as filled outlines, and strokes beyond a third
    /// and twice their width.
    /// </summary>
    public bool FreeForms { get; init; }
    /// <summary>Whether each shape's centre stays where it is.</summary>
    public bool KeepCenters { get; init; }
    /// <summary>Parameters that do not move, by index, besides those that are no leaves; null for none.</summary>
    public IReadOnlySet<int>? Locked { get; init; }
}

/// <summary>
/// What belongs together stays together: the source's symmetries, points that meet, forms, parts on their wholes, and what was inside the
/// canvas. Symmetry, meeting points and forms are linear in the moves and hold exactly, all at once; parts and canvas are put back by
/// shifts, and the linear relations once more. Relations hold among what may move: one with something locked is none.
/// </summary>
public sealed class DrawingRelations : IDrawingRule
{
    // Symmetries and parts are looked for among the largest contours; forms, meeting points and the canvas know no bound.
    private const int MaximumContours = 4000;
    // Shifts of parts change what the linear relations then even out; as a rule the second round finds nothing to do.
    private const int MaximumRounds = 6;
    // Of a number: what a projection leaves beyond its range.
    private const double Rounding = 1e-12;
    // Of a stroke's width in the source: a hairline or a blot is no line of the same drawing.
    private const double ThinnestStroke = 1.0 / 3, WidestStroke = 2;
    // Halvings by which what shifts do not put right is drawn back toward the source.
    private const int Halvings = 12;

    private readonly Scene _scene;
    private readonly double[] _source, _digit, _least, _most;
    private readonly bool[] _free;
    private readonly LinearRelations _linear;
    private readonly PartRelations _parts;
    private readonly LeastSizes _sizes;
    private readonly CanvasBounds _bounds;
    private readonly FilterRegions _regions;
    private readonly RelationRows _symmetry = new();
    private readonly List<PlacedContour> _contours;
    private int[]? _groups;

    /// <summary>Finds what a drawing has to keep.</summary>
    public DrawingRelations(Scene scene, DrawingRelationOptions options)
    {
        _scene = scene;
        _source = scene.InitialValues();
        _free = [.. scene.Parameters.Select((p, i) => p.IsLeaf && options.Locked?.Contains(i) != true)];
        bool IsKeptStroke(int i) => !options.FreeForms && scene.Parameters[i].Kind == ParameterKind.StrokeWidth && _source[i] > 0;
        _least = [.. scene.Parameters.Select((p, i) => IsKeptStroke(i) ? Math.Max(p.Minimum, ThinnestStroke * _source[i]) : p.Minimum)];
        _most = [.. scene.Parameters.Select((p, i) => IsKeptStroke(i) ? Math.Min(p.Maximum, WidestStroke * _source[i]) : p.Maximum)];
        int[] decimals = [.. scene.Parameters.Select(p => p.Kind is ParameterKind.Color or ParameterKind.Opacity or ParameterKind.StopOffset ? -1 : SvgWriter.Decimals(p))];
        _contours = PlacedContours.Of(scene, _free);
        var diagonal = PlacedContours.Diagonal(scene);
        var canvas = new Extent(0, 0, scene.Width, scene.Height);
        var largest = _contours.Count <= MaximumContours ? _contours
            : [.. _contours.OrderByDescending(c => c.Size).ThenBy(c => c.Order).Take(MaximumContours)];

        Symmetries = Find(largest, canvas, diagonal, options.Symmetry);
        var rows = new RelationRows();
        foreach (var relation in Symmetries)
        {
            relation.AddTo(_symmetry);
            relation.AddForms(rows);
        }
        rows.AddAll(_symmetry);
        MeetingPoints.Keep(_contours, diagonal, rows);
        foreach (var contour in _contours) CanvasSides.Keep(contour, canvas, diagonal, rows);
        if (options.KeepCenters) CenterRows.Add(scene, _free, rows);
        rows.FirstForm = rows.Count;
        MirroredCurves.Keep(largest, Symmetries, canvas, diagonal, options.Symmetry, rows);
        if (!options.FreeForms)
        {
            foreach (var contour in _contours)
            {
                KeptForms.Keep(contour, diagonal, rows);
                BasicForms.Keep(contour, _source, rows);
            }
            RingForms.Keep(_contours, diagonal, rows);
            ArcForms.Keep(_contours, diagonal, rows);
            BorderForms.Keep(largest, rows);
            OutlinedLines.Keep(_contours, diagonal, rows);
            StrokeForms.Keep(_contours, _free, _source, rows);
        }
        TouchingNodes.Keep(largest, _source, diagonal, rows);
        rows.FirstLoose = rows.Count;
        if (!options.FreeForms) CopyForms.Keep(largest, _free, diagonal, rows);
        _digit = [.. decimals.Select(d => d < 0 ? 0 : Math.Pow(10, -d))];
        _linear = new LinearRelations(scene, _free, rows, decimals, _contours.SelectMany(c => c.Radii).SelectMany(r => r.Terms).Select(t => t.Index).ToHashSet());
        _parts = new PartRelations(largest, _free, diagonal);
        _sizes = new LeastSizes(options.FreeForms ? [] : _contours, _free);
        _bounds = new CanvasBounds(_contours, _source, _free, canvas, diagonal);
        _regions = new FilterRegions(scene);
    }

    /// <summary>The symmetries found.</summary>
    internal IReadOnlyList<SymmetryRelation> Symmetries { get; }

    /// <summary>The sum of all contours' sizes, by which a symmetry's part of the drawing is measured.</summary>
    internal double ContourSizes => _contours.Sum(c => c.Size);

    /// <summary>What hangs on what.</summary>
    internal IEnumerable<PartRelation> Parts => _parts.Found;

    /// <inheritdoc/>
    public void Project(ReadOnlySpan<double> theta, Span<double> gradient) => _linear.Project(theta, gradient);

    /// <inheritdoc/>
    public void Restore(Span<double> theta)
    {
        RestoreMoves(theta);
        _regions.Follow(theta);
    }

    private void RestoreMoves(Span<double> theta)
    {
        Clamp(theta);
        _linear.Restore(theta);
        // An opacity of -1e-17 is 0, and would be the next time.
        Clamp(theta, Rounding);
        var before = new double[theta.Length];
        for (var round = 0; round < MaximumRounds; round++)
        {
            theta.CopyTo(before);
            _sizes.Restore(theta);
            _parts.Restore(theta);
            _bounds.Restore(theta);
            if (theta.SequenceEqual(before)) return;
            _linear.Restore(theta);
        }
        DrawBack(theta);
    }

    /// <inheritdoc/>
    /// <remarks>Numbers that follow one another are rounded so that they still do.</remarks>
    public void Settle(Span<double> theta)
    {
        _linear.Settle(theta);
        Clamp(theta);
        _regions.Follow(theta);
    }

    /// <summary>
    /// How far the drawing has left the symmetry that its source has: the largest departure of a move from its image's, in canvas diagonals,
    /// beyond the last digit of the numbers that are written.
    /// </summary>
    internal double SymmetryError(ReadOnlySpan<double> theta)
    {
        var largest = 0.0;
        for (var r = 0; r < _symmetry.Count; r++)
        {
            var (sum, rounding, scale, moves) = (0.0, 0.0, 0.0, true);
            foreach (var (index, factor) in _symmetry[r])
            {
                moves &= _free[index];
                sum += factor * (theta[index] - _source[index]);
                rounding += Math.Abs(factor) * _digit[index];
                scale = Math.Max(scale, Math.Abs(factor) * _scene.Parameters[index].Unit);
            }
            if (moves && scale > 0) largest = Math.Max(largest, (Math.Abs(sum) - rounding) / scale);
        }
        return largest;
    }

    // A size below its range would turn a shape inside out.
    private void Clamp(Span<double> theta, double most = double.PositiveInfinity)
    {
        for (var i = 0; i < theta.Length; i++)
        {
            if (!_free[i]) continue;
            var within = Math.Clamp(theta[i], _least[i], _most[i]);
            if (Math.Abs(within - theta[i]) <= most) theta[i] = within;
        }
    }

    private List<SymmetryRelation> Find(List<PlacedContour> largest, Extent canvas, double diagonal, SymmetryMode mode)
    {
        if (mode == SymmetryMode.None || largest.Count == 0) return [];
        var paints = new PaintMatch(_source);
        var found = new List<SymmetryRelation>();
        var mirrors = new MirrorSymmetry(largest, paints, canvas, diagonal);
        if (mode != SymmetryMode.Y) found.AddRange(mirrors.Find(upright: true));
        if (mode != SymmetryMode.X) found.AddRange(mirrors.Find(upright: false));
        if (mode == SymmetryMode.Auto) found.AddRange(new RotationalSymmetry(largest, paints, canvas, diagonal).Find());
        return found;
    }

    /// <summary>
    /// What shifts have not put right, because of what it is tied to, goes back toward the source with all of that, as far as it must:
    /// linear relations hold on the whole way, and in the source parts and canvas do, too.
    /// </summary>
    private void DrawBack(Span<double> theta)
    {
        var (moved, concerned) = (theta.ToArray(), new HashSet<int>());
        // Each time more goes back: at last everything, which the source says is right.
        while (Grow(theta, concerned))
        {
            var (low, high) = (0.0, 1.0);
            for (var i = 0; i < Halvings; i++)
            {
                var middle = (low + high) / 2;
                Draw(middle, theta);
                if (IsRight(theta, concerned)) low = middle;
                else high = middle;
            }
            Draw(low, theta);
        }

        void Draw(double part, Span<double> to)
        {
            for (var i = 0; i < to.Length; i++)
                if (concerned.Contains(_groups![i])) to[i] = _source[i] + part * (moved[i] - _source[i]);
        }
    }

    /// <summary>Adds the groups of what is not right; false where there is none to add.</summary>
    private bool Grow(ReadOnlySpan<double> theta, HashSet<int> concerned)
    {
        var wrong = _bounds.Outside(theta, _ => true);
        foreach (var relation in _parts.Broken(theta, _ => true)) wrong.AddRange([relation.Part, relation.Whole]);
        if (wrong.Count == 0) return false;
        _groups ??= Groups();
        var before = concerned.Count;
        foreach (var index in wrong.SelectMany(Indices)) concerned.Add(_groups[index]);
        return concerned.Count > before;
    }

    /// <summary>Whether all that lies wholly among these groups is right.</summary>
    private bool IsRight(ReadOnlySpan<double> theta, HashSet<int> concerned)
    {
        bool Concerned(PlacedContour contour) => Indices(contour).All(i => concerned.Contains(_groups![i]));
        return _bounds.Outside(theta, Concerned).Count == 0
            && _parts.Broken(theta, relation => Concerned(relation.Part) && Concerned(relation.Whole)).Count == 0;
    }

    private static IEnumerable<int> Indices(PlacedContour contour) =>
        contour.Points.SelectMany(p => p.X.Terms.Concat(p.Y.Terms)).Select(t => t.Index)
            .Concat(contour.Shape.Stroke is { Width: { IsConstant: false } width } ? [width.Index] : []).Distinct();

    /// <summary>Numbers of the same group move together: by a relation, or as one contour's.</summary>
    private int[] Groups()
    {
        var parent = Enumerable.Range(0, _source.Length).ToArray();
        int Root(int i)
        {
            while (parent[i] != i) i = parent[i] = parent[parent[i]];
            return i;
        }
        foreach (var set in _linear.Connected.Concat(_contours.Select(Indices)))
        {
            var first = -1;
            foreach (var index in set)
            {
                if (first < 0) first = Root(index);
                else parent[Root(index)] = first;
            }
        }
        return [.. parent.Select((_, i) => Root(i))];
    }
}
