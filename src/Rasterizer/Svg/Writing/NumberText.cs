using System.Globalization;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Writing;

/// <summary>How numbers are printed: rounded to what can be seen, then as short as possible.</summary>
internal static class NumberText
{
    /// <summary>The most decimals that are ever printed.</summary>
    public const int MostDecimals = 12;

    /// <summary>
    /// Decimals for a parameter: lengths to 1e-5 of the canvas diagonal (its unit), and at least to a thousandth of its
    /// own unit; factors of transforms fine enough that coordinates of a canvas keep that precision.
    /// </summary>
    public static int Decimals(Parameter parameter) => parameter.Kind switch
    {
        ParameterKind.Color or ParameterKind.Opacity or ParameterKind.StopOffset => 4,
        ParameterKind.Transform when parameter.Unit <= 1 => Math.Max(7, Math.Min(MostDecimals, 2 + Decimals(parameter.Unit))),
        _ => Decimals(parameter.Unit),
    };

    /// <summary>Decimals for lengths of which <paramref name="unit"/> is a canvas diagonal.</summary>
    public static int Decimals(double unit) => Math.Clamp((int)Math.Ceiling(-Math.Log10(unit * 1e-5)), 3, MostDecimals);

    /// <summary>The shortest text of the rounded number: no leading zero, no trailing ones, no exponent.</summary>
    public static string Format(double value, int decimals)
    {
        var text = Math.Round(value, decimals).ToString("F" + decimals, CultureInfo.InvariantCulture);
        if (text.Contains('.', StringComparison.Ordinal)) text = text.TrimEnd('0').TrimEnd('.');
        if (text is "-0" or "0" or "") return "0";
        return text.StartsWith("0.", StringComparison.Ordinal) ? text[1..]
            : text.StartsWith("-0.", StringComparison.Ordinal) ? "-" + text[2..]
            : text;
    }

    /// <summary>
    /// A number's text for a place in a list, parted by spaces from neighbours that it would otherwise run into
    /// ("1.5.5").
    /// </summary>
    public static string Between(SourceSpan span, string text)
    {
        var value = span.Text.Value;
        if (span.Start > 0 && (char.IsAsciiLetterOrDigit(value[span.Start - 1]) || value[span.Start - 1] == '.')
            && text[0] != '-')
            text = " " + text;
        var end = span.Start + span.Length;
        if (end < value.Length && (char.IsAsciiDigit(value[end]) || value[end] == '.')) text += " ";
        return text;
    }
}
