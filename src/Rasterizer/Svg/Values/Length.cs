namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>A number with its unit as written; its place is of the number alone.</summary>
internal readonly record struct Length(double Number, string Unit, int Start, int NumberLength)
{
    /// <summary>Reads a whole text as one length; null where it is none.</summary>
    public static Length? Parse(ReadOnlySpan<char> text)
    {
        var scanner = new NumberScanner(text);
        scanner.SkipSpace();
        if (Next(ref scanner) is not { } length) return null;
        scanner.SkipSpace();
        return scanner.AtEnd ? length : null;
    }

    /// <summary>Reads a list up to where it is no longer one.</summary>
    public static List<Length> ParsePrefix(ReadOnlySpan<char> text)
    {
        var scanner = new NumberScanner(text);
        var result = new List<Length>();
        for (scanner.SkipSpace(); Next(ref scanner) is { } length; scanner.SkipSeparator()) result.Add(length);
        return result;
    }

    /// <summary>Reads a list separated by white space or commas; null where an item is no length.</summary>
    public static List<Length>? ParseList(ReadOnlySpan<char> text)
    {
        var scanner = new NumberScanner(text);
        var result = new List<Length>();
        for (scanner.SkipSpace(); !scanner.AtEnd; scanner.SkipSeparator())
        {
            if (Next(ref scanner) is not { } length) return null;
            result.Add(length);
        }
        return result;
    }

    private static Length? Next(ref NumberScanner scanner)
    {
        var start = scanner.Position;
        if (!scanner.TryNumber(out var number)) return null;
        var digits = scanner.Position - start;
        var unit = scanner.Unit().ToString().ToLowerInvariant();
        return new Length(number, unit, start, digits);
    }

    /// <summary>The factor to user units, or null for a unit that is not known here.</summary>
    /// <param name="percentBase">What 100 % is.</param>
    /// <param name="fontSize">The font size; <c>ex</c> is taken as half of it.</param>
    public double? Factor(double percentBase, double fontSize) => Unit switch
    {
        "" or "px" => 1,
        "%" => percentBase / 100,
        "em" => fontSize,
        "ex" => fontSize / 2,
        "in" => 96,
        "cm" => 96 / 2.54,
        "mm" => 96 / 25.4,
        "q" => 96 / 101.6,
        "pt" => 96 / 72.0,
        "pc" => 16,
        _ => null,
    };
}
