using System.Collections.Immutable;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>Colours that a drawing may have, opaque sRGB.</summary>
public sealed class Palette
{
    /// <summary>More than a designer picks from, and little enough to compare every colour with at every step.</summary>
    public const int MostColors = 1024;

    private readonly (double L, double A, double B)[] _places;

    /// <summary>A palette of these colours, each once.</summary>
    /// <exception cref="ArgumentException">There are none, or too many.</exception>
    public Palette(IEnumerable<CssColor> colors)
    {
        Colors = [.. colors.Select(c => new CssColor(c.R, c.G, c.B, 1, false)).Distinct()];
        if (Colors.Length is 0 or > MostColors) throw new ArgumentException($"A palette has 1 to {MostColors} colours.", nameof(colors));
        _places = [.. Colors.Select(c => c.ToOklab())];
    }

    /// <summary>The colours, in their order.</summary>
    public ImmutableArray<CssColor> Colors { get; }

    /// <summary>The colour that looks nearest: by distance in Oklab, the first of equals.</summary>
    public CssColor Nearest(double r, double g, double b)
    {
        var (l, a, bb) = new CssColor(r, g, b, 1, false).ToOklab();
        var (nearest, least) = (0, double.PositiveInfinity);
        for (var i = 0; i < _places.Length; i++)
        {
            var (dl, da, db) = (_places[i].L - l, _places[i].A - a, _places[i].B - bb);
            var far = dl * dl + da * da + db * db;
            if (far < least) (nearest, least) = (i, far);
        }
        return Colors[nearest];
    }

    /// <summary>
    /// The colours that a drawing is painted with: those that are written, and those that shapes have because nothing is. Null where it has
    /// none, or more than a palette holds.
    /// </summary>
    public static Palette? Of(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var theta = scene.InitialValues();
        var colors = PaletteRule.Leaves(scene, written: true).Select(i => new CssColor(theta[i], theta[i + 1], theta[i + 2], 1, false))
            .Concat(SceneShapes.Paints(scene).SelectMany(SceneShapes.Colors).Select(c => new CssColor(c.R.Value(theta), c.G.Value(theta), c.B.Value(theta), 1, false)))
            .Distinct().ToArray();
        return colors.Length is 0 or > MostColors ? null : new Palette(colors);
    }
}
