using HarfBuzzSharp;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>Properties of code points, as HarfBuzz's tables have them.</summary>
internal static class UnicodeData
{
    private static readonly UnicodeFunctions _functions = UnicodeFunctions.Default;

    public static Script Script(int codePoint) => _functions.GetScript(codePoint);

    /// <summary>Bidi_Paired_Bracket of an opening bracket, null for other code points: the mirror image of open punctuation that has one.</summary>
    public static int? ClosingBracket(int codePoint)
    {
        if (_functions.GetGeneralCategory(codePoint) != UnicodeGeneralCategory.OpenPunctuation) return null;
        var mirror = (int)_functions.GetMirroring(codePoint);
        return mirror == codePoint ? null : Canonical(mirror);
    }

    public static bool IsClosingBracket(int codePoint) =>
        _functions.GetGeneralCategory(codePoint) == UnicodeGeneralCategory.ClosePunctuation && _functions.GetMirroring(codePoint) != codePoint;

    /// <summary>The angle brackets at U+2329 are those at U+3008 (UAX #9, BD16).</summary>
    public static int Canonical(int codePoint) => codePoint switch { 0x2329 => 0x3008, 0x232A => 0x3009, _ => codePoint };

    /// <summary>
    /// Cursive scripts are not spaced (CSS Text Level 3 section 8.2.2), nor those whose letters hang on a common line.
    /// </summary>
    public static bool TakesLetterSpacing(int codePoint)
    {
        var script = Script(codePoint);
        return !(script == HarfBuzzSharp.Script.Arabic || script == HarfBuzzSharp.Script.Syriac || script == HarfBuzzSharp.Script.Nko
            || script == HarfBuzzSharp.Script.Manichaean || script == HarfBuzzSharp.Script.PsalterPahlavi || script == HarfBuzzSharp.Script.Mandaic
            || script == HarfBuzzSharp.Script.Mongolian || script == HarfBuzzSharp.Script.PhagsPa || script == HarfBuzzSharp.Script.Devanagari
            || script == HarfBuzzSharp.Script.Bengali || script == HarfBuzzSharp.Script.Gurmukhi || script == HarfBuzzSharp.Script.Modi
            || script == HarfBuzzSharp.Script.Sharada || script == HarfBuzzSharp.Script.SylotiNagri || script == HarfBuzzSharp.Script.Tirhuta
            || script == HarfBuzzSharp.Script.Ogham);
    }

    /// <summary>Word separators (CSS Text Level 3 section 8.1.1).</summary>
    public static bool IsWordSeparator(int codePoint) =>
        codePoint is 0x20 or 0xA0 or 0x1361 or 0x10100 or 0x10101 or 0x1039F or 0x1091F;
}
