using System.Collections.Frozen;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>
/// CSS's generic families (CSS Fonts Level 4 section 2.1.3) as the names that systems and common font collections have for them, those that
/// systems ship first, then the free ones that people add.
/// </summary>
internal static class GenericFamily
{
    private static readonly FrozenDictionary<string, string[]> _names = new Dictionary<string, string[]>
    {
        ["serif"] = ["Times New Roman", "Times", "Liberation Serif", "Noto Serif", "DejaVu Serif", "Tinos", "FreeSerif", "Source Serif 4", "Georgia"],
        ["sans-serif"] = ["Arial", "Helvetica", "Liberation Sans", "Noto Sans", "DejaVu Sans", "Arimo", "FreeSans", "Roboto", "Open Sans", "Source Sans Pro", "Verdana"],
        ["monospace"] = ["Courier New", "Courier", "Liberation Mono", "Noto Mono", "Noto Sans Mono", "DejaVu Sans Mono", "Cousine", "FreeMono", "Menlo", "Consolas"],
        ["cursive"] = ["Comic Sans MS", "Apple Chancery", "Snell Roundhand", "URW Chancery L", "Z003", "Comic Neue", "Yellowtail", "Dancing Script"],
        ["fantasy"] = ["Impact", "Papyrus", "Sedgwick Ave Display", "Anton"],
        ["emoji"] = ["Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji", "Twitter Color Emoji"],
        ["math"] = ["Cambria Math", "STIX Two Math", "Latin Modern Math", "DejaVu Math TeX Gyre"],
        ["fangsong"] = ["FangSong", "STFangsong", "FandolFang R"],
        ["system-ui"] = ["Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", "Arial"],
    }.ToFrozenDictionary();

    // What the name of a family says of it, where none of the known ones is there.
    private static readonly FrozenDictionary<string, string> _words = new Dictionary<string, string>
    {
        ["serif"] = "Serif", ["sans-serif"] = "Sans", ["system-ui"] = "Sans", ["monospace"] = "Mono", ["emoji"] = "Emoji", ["math"] = "Math",
    }.ToFrozenDictionary();

    /// <summary>CSS's word for a generic family, older and longer forms included; null for any other.</summary>
    public static string? Word(string name) => name.ToLowerInvariant() switch
    {
        "ui-serif" => "serif",
        "ui-sans-serif" or "sans" => "sans-serif",
        "ui-monospace" or "mono" => "monospace",
        "ui-rounded" or "-apple-system" or "blinkmacsystemfont" => "system-ui",
        var word => _names.ContainsKey(word) ? word : null,
    };

    /// <summary>The families that a generic one stands for in a database, the best first.</summary>
    public static IEnumerable<string> Families(string word, FontDatabase fonts)
    {
        var known = _names[word].Where(n => fonts.Family(n).Any());
        var guessed = !_words.TryGetValue(word, out var part) ? []
            : fonts.Faces.Where(f => f.Family.Contains(part, StringComparison.Ordinal) && (word == "sans-serif" || word == "system-ui" || !f.Family.Contains("Sans", StringComparison.Ordinal) || word == "monospace"))
                .Select(f => f.Family).Distinct();
        return known.Concat(guessed);
    }
}
