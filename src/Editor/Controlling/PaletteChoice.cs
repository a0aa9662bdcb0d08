using System.Collections.Immutable;
using SvgDistill.Distill.Editing.Control;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Editor.Controlling;

/// <summary>The colours that a drawing may have, as <c>--palette</c> says it.</summary>
/// <param name="Kind">What was said.</param>
/// <param name="Colors">The colours of a list, sRGB; their alpha is not looked at.</param>
/// <param name="File">The file of a palette: GIMP's <c>.gpl</c> or Adobe's <c>.ase</c>.</param>
public sealed record PaletteChoice(PaletteKind Kind, ImmutableArray<CssColor> Colors, string? File)
{
    private const string Exact = "exact";

    /// <summary>Any.</summary>
    public static PaletteChoice Free { get; } = new(PaletteKind.Free, [], null);

    /// <summary>The drawing's own.</summary>
    public static PaletteChoice Keep { get; } = new(PaletteKind.Keep, [], null);

    /// <summary>Those of a list, 1 to 1024.</summary>
    public static PaletteChoice Of(params IEnumerable<CssColor> colors) => new(PaletteKind.Exact, [.. colors], null);

    /// <summary>
    /// Reads <c>free</c>, <c>keep</c>, a list of colours with or without <c>exact</c> before it, or a file's name; null where it is none of them.
    /// </summary>
    public static PaletteChoice? Parse(string text)
    {
        if (text == "free") return Free;
        if (text == "keep") return Keep;
        var list = text.StartsWith(Exact, StringComparison.Ordinal) && text.Length > Exact.Length && text[Exact.Length] is ' ' or ':' ? text[(Exact.Length + 1)..] : text;
        CssColor?[] colors = [.. SelectorList.Split(list).Select(c => CssColor.Parse(c))];
        if (colors.Length > 0 && colors.All(c => c is { A: 1 })) return colors.Length > Palette.MostColors ? null : Of(colors.Select(c => c!.Value));
        return list != text || colors.Length > 0 && colors.Any(c => c is not null) || !HasExtension(text) ? null : new(PaletteKind.File, [], text);
    }

    /// <summary>The palette; null for any colour.</summary>
    /// <param name="own">The drawing's own; null where it has none.</param>
    internal Palette? Open(Func<Palette?> own) => Kind switch
    {
        PaletteKind.Keep => own(),
        PaletteKind.Exact => new Palette(Colors),
        PaletteKind.File => PaletteFile.Read(File!),
        _ => null,
    };

    private static bool HasExtension(string text) => Path.GetExtension(text).ToLowerInvariant() is ".gpl" or ".ase";
}

/// <summary>Where a palette comes from.</summary>
public enum PaletteKind
{
    /// <summary>There is none.</summary>
    Free,
    /// <summary>The drawing's own colours.</summary>
    Keep,
    /// <summary>A list.</summary>
    Exact,
    /// <summary>A file.</summary>
    File,
}
