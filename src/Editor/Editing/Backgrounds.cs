using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Editor.Editing;

/// <summary>What <c>--background</c> takes.</summary>
internal static class Backgrounds
{
    /// <summary>No background: what the drawing does not cover stays transparent.</summary>
    public const string None = "none";

    /// <summary>A plain colour chosen by the program.</summary>
    public const string Auto = "auto";

    /// <summary>The text where it is a colour or one of the two words; null otherwise.</summary>
    public static string? Check(string text) => text is None or Auto || CssColor.Parse(text) is not null ? text : null;

    /// <summary>An opaque sRGB colour of a CSS colour over white.</summary>
    public static (float R, float G, float B) Color(string text)
    {
        var c = CssColor.Parse(text) ?? throw EditorException.Usage($"--background: '{text}' is no CSS colour");
        float OverWhite(double component) => (float)(1 + c.A * (component - 1));
        return (OverWhite(c.R), OverWhite(c.G), OverWhite(c.B));
    }
}
