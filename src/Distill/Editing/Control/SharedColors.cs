using System.Globalization;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Control;

/// <summary>An opaque sRGB colour as files mostly write it, 0..255 a component.</summary>
/// <param name="R">Red.</param>
/// <param name="G">Green.</param>
/// <param name="B">Blue.</param>
public readonly record struct ByteColor(byte R, byte G, byte B)
{
    /// <summary>The nearest to components of 0..1.</summary>
    public static ByteColor Of(double r, double g, double b) => new(Byte(r), Byte(g), Byte(b));

    /// <summary>As CSS writes it: <c>#rrggbb</c>.</summary>
    public string ToHex() => string.Create(CultureInfo.InvariantCulture, $"#{R:x2}{G:x2}{B:x2}");

    private static byte Byte(double component) => (byte)Math.Round(255 * Math.Clamp(component, 0, 1));
}

/// <summary>
/// What becomes of the colours of several drawings that are edited one after another, so that colours that were equal stay equal: the first drawing
/// that has a colour finds out, the others take it over. Colours are compared as bytes, without alpha.
/// </summary>
public sealed class SharedColors
{
    private readonly HashSet<ByteColor> _held = [];
    private readonly SortedDictionary<ByteColor, ByteColor> _ends = new(Comparer<ByteColor>.Create((a, b) => (a.R, a.G, a.B).CompareTo((b.R, b.G, b.B))));

    /// <summary>Colours and what has become of them, in order.</summary>
    public IReadOnlyDictionary<ByteColor, ByteColor> Ends => _ends;

    /// <summary>Whether a colour stays, since something that has it may not change.</summary>
    public bool IsHeld(ByteColor color) => _held.Contains(color);

    /// <summary>What a colour becomes; null where no drawing has found out yet.</summary>
    public ByteColor? End(ByteColor color) => _ends.TryGetValue(color, out var end) ? end : null;

    /// <summary>Says what a colour becomes, where that is not known yet.</summary>
    public void Take(ByteColor color, ByteColor end) => _ends.TryAdd(color, end);

    /// <summary>Holds every colour of a drawing that stays somewhere in it; to be told of all drawings before the first is edited.</summary>
    /// <param name="scene">The drawing, with what may not move held.</param>
    public void Hold(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var theta = scene.InitialValues();
        var free = PaletteRule.Leaves(scene, written: false).ToHashSet();
        foreach (var i in PaletteRule.Leaves(scene, written: true))
            if (!free.Contains(i)) _held.Add(ByteColor.Of(theta[i], theta[i + 1], theta[i + 2]));
        foreach (var color in SceneShapes.Paints(scene).SelectMany(SceneShapes.Colors))
            if (color.R.IsConstant || color.G.IsConstant || color.B.IsConstant) _held.Add(ByteColor.Of(color.R.Value(theta), color.G.Value(theta), color.B.Value(theta)));
    }
}
