using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>
/// Every colour that may move becomes one of a palette's. Assignments are annealed: at first colours move as they like, then each is drawn
/// toward the palette's nearest, more and more, until from seven tenths of the run on it has that one exactly. What shares a written colour
/// (a class, a custom property, a <c>use</c>) is one colour here. Alpha is no part of it.
/// </summary>
public sealed class PaletteRule : IDrawingRule
{
    /// <summary>From this part of the run on colours are the palette's.</summary>
    public const double Settled = .7;

    // Colours move freely until then, and the pull has this strength at the end: the nearest colour is far more than a step away.
    private const double Free = .3, Pull = .2;

    private readonly Palette _palette;
    private readonly double[] _source;
    private readonly int[] _leaves;
    private double _progress = 1;

    /// <summary>Prepares a drawing.</summary>
    public PaletteRule(Scene scene, Palette palette)
    {
        ArgumentNullException.ThrowIfNull(scene);
        (_palette, _source, _leaves) = (palette, scene.InitialValues(), [.. Leaves(scene, written: false)]);
    }

    /// <summary>The palette.</summary>
    public Palette Palette => _palette;

    /// <inheritdoc/>
    public void At(double progress) => _progress = progress;

    /// <inheritdoc/>
    public void Project(ReadOnlySpan<double> theta, Span<double> gradient) { }

    /// <inheritdoc/>
    public void Restore(Span<double> theta)
    {
        var way = Math.Clamp((_progress - Free) / (Settled - Free), 0, 1);
        if (way < 1) Draw(theta, Pull * way * way);
        else Settle(theta);
    }

    /// <summary>Gives every colour the palette's nearest; a drawing that nothing has moved stays as it is.</summary>
    public void Settle(Span<double> theta)
    {
        if (!theta.SequenceEqual(_source)) Draw(theta, 1);
    }

    /// <summary>Where colours begin among the parameters: three follow each other.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="written">All that are written, not only those that may move.</param>
    internal static IEnumerable<int> Leaves(Scene scene, bool written)
    {
        var parameters = scene.Parameters;
        for (var i = 0; i + 2 < parameters.Length; i++)
        {
            if (parameters[i].Kind != ParameterKind.Color) continue;
            // A colour is locked or held as a whole.
            if (written || parameters[i].IsLeaf) yield return i;
            i += 2;
        }
    }

    private void Draw(Span<double> theta, double part)
    {
        foreach (var i in _leaves)
        {
            var to = _palette.Nearest(theta[i], theta[i + 1], theta[i + 2]);
            theta[i] = part == 1 ? to.R : theta[i] + part * (to.R - theta[i]);
            theta[i + 1] = part == 1 ? to.G : theta[i + 1] + part * (to.G - theta[i + 1]);
            theta[i + 2] = part == 1 ? to.B : theta[i + 2] + part * (to.B - theta[i + 2]);
        }
    }
}
