using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// Colours that were equal stay equal, in a drawing and among several (<see cref="SharedColors"/>): those that are known already have what they
/// become from the first step on, the others move as one.
/// </summary>
public sealed class SharedColorsRule : IDrawingRule
{
    private readonly SharedColors _shared;
    private readonly double[] _source;
    private readonly (ByteColor Color, int[] Leaves)[] _groups;
    private readonly double _strength;

    /// <summary>Prepares a drawing.</summary>
    public SharedColorsRule(Scene scene, SharedColors shared)
    {
        ArgumentNullException.ThrowIfNull(scene);
        (_shared, _source, _strength) = (shared, scene.InitialValues(), 1);
        _groups = [.. PaletteRule.Leaves(scene, written: false).GroupBy(i => ByteColor.Of(_source[i], _source[i + 1], _source[i + 2])).Select(g => (g.Key, g.ToArray()))];
    }

    private SharedColorsRule(SharedColorsRule rule, double strength) =>
        (_shared, _source, _groups, _strength) = (rule._shared, rule._source, rule._groups, strength);

    /// <summary>What becomes of the drawing's colours, as far as it is known.</summary>
    public IEnumerable<(ByteColor Color, ByteColor End)> Ends =>
        _groups.Where(g => _shared.End(g.Color) is not null).Select(g => (g.Color, _shared.End(g.Color)!.Value));

    /// <summary>The rule for a drawing that goes only so far, 0..1, on the straight way from the source to the end.</summary>
    public SharedColorsRule Along(double strength) => new(this, strength);

    /// <summary>Finds out what becomes of the colours that no drawing has found out before.</summary>
    /// <param name="theta">The parameters that the last step left.</param>
    public void Take(ReadOnlySpan<double> theta)
    {
        foreach (var (color, leaves) in _groups)
            if (!_shared.IsHeld(color)) _shared.Take(color, ByteColor.Of(Mean(theta, leaves, 0), Mean(theta, leaves, 1), Mean(theta, leaves, 2)));
    }

    /// <inheritdoc/>
    public void Project(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        foreach (var (color, leaves) in _groups)
            for (var k = 0; k < 3; k++)
            {
                var mean = _shared.IsHeld(color) || _shared.End(color) is not null ? 0 : Mean(gradient, leaves, k);
                foreach (var i in leaves) gradient[i + k] = mean;
            }
    }

    /// <inheritdoc/>
    public void Restore(Span<double> theta)
    {
        foreach (var (color, leaves) in _groups)
            if (_shared.IsHeld(color)) foreach (var i in leaves) _source.AsSpan(i, 3).CopyTo(theta[i..]);
            else if (_shared.End(color) is { } end)
                foreach (var i in leaves) (theta[i], theta[i + 1], theta[i + 2]) = (At(color.R, end.R), At(color.G, end.G), At(color.B, end.B));
            else
                for (var k = 0; k < 3; k++)
                {
                    var (first, mean) = (theta[leaves[0] + k], Mean(theta, leaves, k));
                    if (All(theta, leaves, k, first)) continue;
                    foreach (var i in leaves) theta[i + k] = mean;
                }
    }

    /// <summary>Puts the colours of a finished drawing where the rule holds; one that nothing has moved stays as it is.</summary>
    public void Settle(Span<double> theta)
    {
        if (!theta.SequenceEqual(_source)) Restore(theta);
    }

    // Bytes on the whole way, so that every drawing writes the same.
    private double At(byte from, byte to) => Math.Round(from + _strength * (to - from)) / 255;

    private static double Mean(ReadOnlySpan<double> values, int[] leaves, int component)
    {
        var sum = 0.0;
        foreach (var i in leaves) sum += values[i + component];
        return sum / leaves.Length;
    }

    private static bool All(ReadOnlySpan<double> values, int[] leaves, int component, double value)
    {
        foreach (var i in leaves)
            if (values[i + component] != value) return false;
        return true;
    }
}
