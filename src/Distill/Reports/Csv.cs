using System.Globalization;

namespace SvgDistill.Distill.Reports;

/// <summary>Comma-separated values as RFC 4180 has them; numbers in full precision with a point.</summary>
public static class Csv
{
    /// <summary>A line with its end. Cells are texts, numbers or null (an empty cell).</summary>
    public static string Line(IEnumerable<object?> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    private static string Cell(object? value) => value switch
    {
        null => "",
        double number when double.IsPositiveInfinity(number) => "inf",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Quote(value.ToString()!),
    };

    // Titles and lists are other people's: a spreadsheet must not take a text for a formula.
    private static string Quote(string text) =>
        text.Length > 0 && text[0] is ('=' or '+' or '-' or '@' or '\t') ? $"\"'{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" :
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
