using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Metrics;

namespace SvgDistill.Distill.Growing;

/// <summary>A part of the wanted picture that the drawing lacks.</summary>
/// <param name="Mask">Its pixels.</param>
/// <param name="Color">What it is to be painted with.</param>
/// <param name="Gain">The squared error that painting the pixels of it that are not right would take away, summed over pixels and channels.</param>
internal sealed record MissingPart(PixelMask Mask, Rgba Color, double Gain);

/// <summary>
/// Finds what is missing: areas of one colour of the wanted picture, whole where most of them is missing, else the part that is; areas of
/// one colour that something else may lie in front of; and areas that differ from the drawing whatever their colours.
/// </summary>
internal sealed class MissingParts
{
    // Below this difference of colours (Euclidean, 0..1) a pixel is right as it is.
    private const float Difference = .2f;
    // Pieces whose colours are nearer than this are of one shape.
    private const float SameColor = .1f;
    // Colours nearer than this to the background are taken for it beside where nothing is drawn.
    private const float NearBackground = .2f;
    private const int MostRegions = 24;

    private readonly PixelGrid _wanted;
    private readonly PixelGrid _drawn;
    private readonly float[] _alpha;
    private readonly bool[] _canvas;
    private readonly Rgba[] _palette;
    private readonly GrowthOptions _options;
    private readonly int _side;
    private readonly bool[] _differs;

    /// <summary>Prepares a search.</summary>
    /// <param name="wanted">The wanted picture.</param>
    /// <param name="drawn">The drawing's.</param>
    /// <param name="alpha">The drawing's alpha plane.</param>
    /// <param name="canvas">The pixels of the canvas.</param>
    /// <param name="palette">The drawing's colours.</param>
    /// <param name="options">How.</param>
    public MissingParts(RgbPicture wanted, RgbPicture drawn, float[] alpha, bool[] canvas, Rgba[] palette, GrowthOptions options)
    {
        (_wanted, _drawn) = (PixelGrid.From(wanted), PixelGrid.From(drawn));
        (_alpha, _canvas, _palette, _options, _side) = (alpha, canvas, palette, options, wanted.Width);
        _differs = [.. canvas.Select((inside, i) => inside && Rgba.Distance(_wanted[i], _drawn[i]) > Difference)];
    }

    /// <summary>The least area of a part, in pixels: a shape of three pixels across at 128.</summary>
    public int LeastArea => Math.Max(9, _side * _side / 1800);

    /// <summary>The most rewarding parts, best first.</summary>
    public List<MissingPart> Find(int most)
    {
        var regions = ColorRegions.Find(_wanted, MostRegions);
        List<PixelMask> masks = [];
        List<(Rgba Color, PixelMask Missing)> pieces = [];
        foreach (var region in regions.All)
        {
            var whole = PixelMask.Of(_side, regions.Labels, region.Label);
            var missing = Missing(whole);
            if (2 * missing.Area >= whole.Area && !Leaves(whole)) masks.Add(whole);
            else masks.AddRange(missing.Parts(LeastArea));
            if (missing.Area >= LeastArea) pieces.Add((region.Color, missing));
        }
        masks.AddRange(new PixelMask(_side, _differs).Parts(LeastArea));
        masks.AddRange(pieces.Select(p => Behind(p.Color, pieces)).OfType<PixelMask>());
        return [.. masks.Select(Part).OfType<MissingPart>().OrderByDescending(p => p.Gain).ThenBy(p => p.Mask.Area).Take(most)];
    }

    private PixelMask Missing(PixelMask mask) => new(_side, [.. mask.Inside.Select((inside, i) => inside && _differs[i])]);

    // Pieces of one colour and what lies between them and is right as it is: a shape behind what is drawn there.
    private PixelMask? Behind(Rgba color, List<(Rgba Color, PixelMask Missing)> pieces)
    {
        var joined = new bool[_wanted.Count];
        foreach (var piece in pieces.Where(p => Rgba.Distance(p.Color, color) < SameColor))
            for (var i = 0; i < joined.Length; i++) joined[i] |= piece.Missing.Inside[i];
        var hull = new PixelMask(_side, joined).Hull();
        var mask = new PixelMask(_side, [.. hull.Inside.Select((inside, i) => joined[i] || (inside && !_differs[i] && _alpha[i] > .5f))]);
        return mask.Area > joined.Count(j => j) ? mask.Parts(LeastArea).MaxBy(p => p.Area) : null;
    }

    /// <summary>A part with a colour; null where it is too small or would not help.</summary>
    public MissingPart? Part(PixelMask mask)
    {
        if (mask.Area < LeastArea || Leaves(mask)) return null;
        var missing = Missing(mask);
        if (missing.Area == 0) return null;
        var own = Mean(missing);
        if (IsBackground(missing, own)) return null;
        var gain = Gain(missing, own);
        if (gain <= 0) return null;
        var nearest = _palette.Select(c => (Color: c, Gain: Gain(missing, c))).OrderByDescending(c => c.Gain).FirstOrDefault();
        if (_options.PaletteShare == 0 && nearest.Gain <= 0) return null;
        return nearest.Gain >= _options.PaletteShare * gain ? new(mask, nearest.Color, nearest.Gain) : new(mask, own, gain);
    }

    // Beyond the canvas a shape would be cut.
    private bool Leaves(PixelMask mask)
    {
        for (var i = 0; i < _canvas.Length; i++)
            if (mask.Inside[i] && !_canvas[i]) return true;
        return false;
    }

    // What lies behind the drawing is the user's: no shape paints it. Where the drawing's edge is near, its own shapes can draw back from there.
    private bool IsBackground(PixelMask mask, Rgba color)
    {
        const int Near = 2;
        var (r, g, b) = _options.Background;
        if (Rgba.Distance(color, new((float)r, (float)g, (float)b, 1)) >= NearBackground) return false;
        for (var i = 0; i < _alpha.Length; i++)
        {
            if (!mask.Inside[i]) continue;
            var (x, y) = (i % _side, i / _side);
            for (var ny = Math.Max(0, y - Near); ny <= Math.Min(_side - 1, y + Near); ny++)
                for (var nx = Math.Max(0, x - Near); nx <= Math.Min(_side - 1, x + Near); nx++)
                    if (_alpha[ny * _side + nx] < .5f) return true;
        }
        return false;
    }

    private Rgba Mean(PixelMask mask)
    {
        var sum = default(Rgba);
        for (var i = 0; i < _wanted.Count; i++)
            if (mask.Inside[i]) sum += _wanted[i];
        return sum * (1f / mask.Area);
    }

    /// <summary>The squared error that painting pixels over everything would take away.</summary>
    public double Gain(PixelMask mask, Rgba color)
    {
        var gain = 0.0;
        for (var i = 0; i < _wanted.Count; i++)
            if (mask.Inside[i]) gain += Rgba.SquaredDistance(_wanted[i], _drawn[i]) - Rgba.SquaredDistance(_wanted[i], color);
        return gain;
    }
}
