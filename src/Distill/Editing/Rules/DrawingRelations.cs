using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>What a drawing keeps.</summary>
public sealed record DrawingRelationOptions
{
    /// <summary>Which symmetries.</summary>
    public SymmetryMode Symmetry { get; init; }
    /// <summary>Whether circles, straight lines, right angles and round corners made of a path's points may change.</summary>
    public bool FreeForms { get; init; }
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
    private const int MaximumRounds = 4;
    // Halvings by which what still lies outside is drawn back toward the source.
    private const int Halvings = 40;

    private readonly Scene scene;
    private readonly double[] source;
    private readonly bool[] free;
    private readonly LinearRelations linear;
    private readonly PartRelations parts;
    private readonly CanvasBounds bounds;
    private readonly RelationRows symmetry = new();
    private readonly List<PlacedContour> contours;
    private int[]? groups;

    /// <summary>Finds what a drawing has to keep.</summary>
    public DrawingRelations(Scene scene, DrawingRelationOptions options)
    {
        this.scene = scene;
        source = scene.InitialValues();
        free = [.. scene.Parameters.Select((p, i) => p.IsLeaf && options.Locked?.Contains(i) != true)];
        int[] decimals = [.. scene.Parameters.Select(p => p.Kind is ParameterKind.Color or ParameterKind.Opacity or ParameterKind.StopOffset ? -1 : SvgWriter.Decimals(p))];
        contours = PlacedContours.Of(scene, free);
        var diagonal = PlacedContours.Diagonal(scene);
        var canvas = new Extent(0, 0, scene.Width, scene.Height);
        var largest = contours.Count <= MaximumContours ? contours
            : [.. contours.OrderByDescending(c => c.Size).ThenBy(c => c.Order).Take(MaximumContours)];

        Symmetries = Find(largest, canvas, diagonal, options.Symmetry);
        foreach (var relation in Symmetries) relation.AddTo(symmetry);
        var rows = new RelationRows();
        rows.AddAll(symmetry);
        MeetingPoints.Keep(contours, diagonal, rows);
        if (!options.FreeForms)
            foreach (var contour in contours) KeptForms.Keep(contour, diagonal, rows);
        linear = new LinearRelations(scene, free, rows, decimals);
        parts = new PartRelations(largest, free, diagonal);
        bounds = new CanvasBounds(contours, source, free, canvas, diagonal);
    }

    /// <summary>The symmetries found.</summary>
    internal IReadOnlyList<SymmetryRelation> Symmetries { get; }

    /// <summary>What hangs on what.</summary>
    internal IEnumerable<PartRelation> Parts => parts.Found;

    /// <inheritdoc/>
    public void Project(ReadOnlySpan<double> theta, Span<double> gradient) => linear.Project(theta, gradient);

    /// <inheritdoc/>
    public void Restore(Span<double> theta)
    {
        Clamp(theta);
        linear.Restore(theta);
        var before = new double[theta.Length];
        for (var round = 0; round < MaximumRounds; round++)
        {
            theta.CopyTo(before);
            parts.Restore(theta);
            bounds.Restore(theta);
            if (theta.SequenceEqual(before)) return;
            linear.Restore(theta);
        }
        DrawBack(theta);
    }

    /// <summary>
    /// Parameters as the file will have them, where numbers follow one another: rounded so that they still do. What has not moved stays.
    /// </summary>
    public void Settle(Span<double> theta)
    {
        linear.Settle(theta);
        Clamp(theta);
    }

    /// <summary>
    /// How far the drawing has left the symmetry that its source has: the largest departure of a move from its image's, in canvas diagonals.
    /// </summary>
    public double SymmetryError(ReadOnlySpan<double> theta)
    {
        var largest = 0.0;
        for (var r = 0; r < symmetry.Count; r++)
        {
            var (sum, scale, moves) = (0.0, 0.0, true);
            foreach (var (index, factor) in symmetry[r])
            {
                moves &= free[index];
                sum += factor * (theta[index] - source[index]);
                scale = Math.Max(scale, Math.Abs(factor) * scene.Parameters[index].Unit);
            }
            if (moves && scale > 0) largest = Math.Max(largest, Math.Abs(sum) / scale);
        }
        return largest;
    }

    // A size below its range would turn a shape inside out.
    private void Clamp(Span<double> theta)
    {
        for (var i = 0; i < theta.Length; i++)
            if (free[i]) theta[i] = Math.Clamp(theta[i], scene.Parameters[i].Minimum, scene.Parameters[i].Maximum);
    }

    private List<SymmetryRelation> Find(List<PlacedContour> largest, Extent canvas, double diagonal, SymmetryMode mode)
    {
        if (mode == SymmetryMode.None || largest.Count == 0) return [];
        var paints = new PaintMatch(source);
        var found = new List<SymmetryRelation>();
        var mirrors = new MirrorSymmetry(largest, paints, canvas, diagonal);
        if (mode != SymmetryMode.Y) found.AddRange(mirrors.Find(upright: true));
        if (mode != SymmetryMode.X) found.AddRange(mirrors.Find(upright: false));
        if (mode == SymmetryMode.Auto) found.AddRange(new RotationalSymmetry(largest, paints, canvas, diagonal).Find());
        return found;
    }

    /// <summary>
    /// What shifts have not brought back into the canvas, because of what it is tied to, goes back toward the source with all of that, as far
    /// as it must: linear relations hold on the whole way, and the source was inside.
    /// </summary>
    private void DrawBack(Span<double> theta)
    {
        if (bounds.Outside(theta) is not { Count: > 0 } outside) return;
        groups ??= Groups();
        var concerned = outside.SelectMany(Indices).Select(i => groups[i]).ToHashSet();
        var (moved, low, high) = (theta.ToArray(), 0.0, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            Draw(middle, theta);
            if (bounds.Outside(theta).Exists(c => Indices(c).Any(k => concerned.Contains(groups[k])))) high = middle;
            else low = middle;
        }
        Draw(low, theta);

        void Draw(double part, Span<double> to)
        {
            for (var i = 0; i < to.Length; i++)
                if (concerned.Contains(groups[i])) to[i] = source[i] + part * (moved[i] - source[i]);
        }
    }

    private static IEnumerable<int> Indices(PlacedContour contour) =>
        contour.Points.SelectMany(p => p.X.Terms.Concat(p.Y.Terms)).Select(t => t.Index).Distinct();

    /// <summary>Numbers of the same group move together: by a relation, or as one contour's.</summary>
    private int[] Groups()
    {
        var parent = Enumerable.Range(0, source.Length).ToArray();
        int Root(int i)
        {
            while (parent[i] != i) i = parent[i] = parent[parent[i]];
            return i;
        }
        foreach (var set in linear.Connected.Concat(contours.Select(Indices)))
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
