using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// What an edit changed, in parts that can go back to the source one by one: an element's colours, or all else of it, together with whatever the
/// drawing's rules move along (an element's mirror image, points that meet).
/// </summary>
public sealed class ChangeBundles
{
    // Of the unit that a number's moves are counted in: what rules leave of rounding.
    private const double Still = 1e-9;

    private readonly Scene _scene;
    private readonly double[] _source;
    private readonly IReadOnlyList<IDrawingRule> _rules;
    private readonly List<int[]> _bundles;

    /// <param name="scene">The drawing.</param>
    /// <param name="source">Its numbers before the edit.</param>
    /// <param name="edited">Its numbers after the edit.</param>
    /// <param name="rules">What holds in it, in the order in which it is put back.</param>
    /// <param name="most">Parts at most: where there are more, neighbours in the file go together.</param>
    public ChangeBundles(Scene scene, double[] source, double[] edited, IReadOnlyList<IDrawingRule> rules, int most)
    {
        (_scene, _source, _rules) = (scene, source, rules);
        int[][] parts = [.. Enumerable.Range(0, edited.Length).Where(i => Differs(i, source[i], edited[i]))
            .GroupBy(i => (scene.Parameters[i].Element.Order, scene.Parameters[i].Kind == ParameterKind.Color)).OrderBy(g => g.Key).Select(g => g.ToArray())];
        var together = (int)Math.Ceiling((double)parts.Length / most);
        _bundles = Tied([.. parts.Chunk(Math.Max(1, together)).Select(c => c.SelectMany(p => p).ToArray())], edited);
    }

    /// <summary>The numbers before the edit.</summary>
    public double[] Source => [.. _source];

    /// <summary>The parts: indices of numbers, each in one.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Bundles => _bundles;

    /// <summary>The drawing with a part as in the source; null where the rules do not let it be so.</summary>
    /// <param name="theta">The numbers.</param>
    /// <param name="bundle">Which part.</param>
    /// <param name="back">The parts that are back already, which stay it.</param>
    public double[]? Without(double[] theta, int bundle, IEnumerable<int> back)
    {
        int[] held = [.. back.Append(bundle).SelectMany(b => _bundles[b])];
        var moved = Restored(theta, held);
        if (held.Any(i => Differs(i, moved[i], _source[i]))) return null;
        foreach (var i in held) moved[i] = _source[i];
        return moved;
    }

    // Parts of which the rules move one with the other are one.
    private List<int[]> Tied(int[][] parts, double[] edited)
    {
        var owner = new Dictionary<int, int>();
        for (var p = 0; p < parts.Length; p++)
            foreach (var i in parts[p]) owner[i] = p;
        int[] root = [.. Enumerable.Range(0, parts.Length)];
        int Root(int p) => root[p] == p ? p : root[p] = Root(root[p]);
        for (var p = 0; p < parts.Length; p++)
        {
            var moved = Restored(edited, parts[p]);
            var own = parts[p].ToHashSet();
            for (var i = 0; i < moved.Length; i++)
                if (owner.TryGetValue(i, out var other) && Differs(i, moved[i], own.Contains(i) ? _source[i] : edited[i]))
                    root[Math.Max(Root(other), Root(p))] = Math.Min(Root(other), Root(p));
        }
        return [.. Enumerable.Range(0, parts.Length).GroupBy(Root).Select(g => g.SelectMany(p => parts[p]).Order().ToArray())];
    }

    private double[] Restored(double[] theta, IEnumerable<int> toSource)
    {
        double[] moved = [.. theta];
        foreach (var i in toSource) moved[i] = _source[i];
        foreach (var rule in _rules) rule.Restore(moved);
        return moved;
    }

    private bool Differs(int i, double a, double b) => Math.Abs(a - b) > Still * Math.Max(_scene.Parameters[i].Unit, double.Epsilon);
}
