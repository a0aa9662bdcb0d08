using SvgDistill.Rasterizer.Svg.Css;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>References to other elements. Only those inside the document are ever followed.</summary>
internal static class Reference
{
    /// <summary>
    /// The id in <c>url(#id)</c> at the beginning of a value, null for any other target, and where the function ends.
    /// </summary>
    public static (string? Id, int End) Parse(string value)
    {
        var start = value.Length - value.AsSpan().TrimStart().Length;
        if (!value.AsSpan(start).StartsWith("url(", StringComparison.OrdinalIgnoreCase)) return (null, start);
        var close = CssText.Find(value, start + 4, ")");
        var (target, at) = (value[(start + 4)..close].Trim(), 0);
        target = CssText.ReadString(target, ref at) ?? CssText.Unescape(target);
        return (Fragment(target), Math.Min(close + 1, value.Length));
    }

    /// <summary>The id of <c>#id</c>, or null where the reference leads out of the document.</summary>
    public static string? Fragment(string href)
    {
        href = href.Trim();
        return href.Length > 1 && href[0] == '#' ? href[1..] : null;
    }
}
