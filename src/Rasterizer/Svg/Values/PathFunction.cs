namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>CSS's <c>path("...")</c>.</summary>
internal static class PathFunction
{
    /// <summary>Where in the value the path data stands; null where the value is no such function, or has escapes in its string.</summary>
    public static (int Start, int Length)? Parse(string value)
    {
        var scanner = new NumberScanner(value);
        scanner.SkipSpace();
        if (!value.AsSpan(scanner.Position).StartsWith("path(", StringComparison.OrdinalIgnoreCase)) return null;
        scanner.Position += "path(".Length;
        scanner.SkipSpace();
        var quote = scanner.Current;
        if (quote is not ('"' or '\'')) return null;
        var start = ++scanner.Position;
        var end = value.IndexOf(quote, start);
        if (end < 0 || value.IndexOf('\\', start, end - start) >= 0) return null;
        scanner.Position = end + 1;
        scanner.SkipSpace();
        if (!scanner.Take(')')) return null;
        scanner.SkipSpace();
        return scanner.AtEnd ? (start, end - start) : null;
    }
}
