using System.Globalization;
using System.Text;
using SvgDistill.Distill.Metrics;

namespace SvgDistill.Editor.Measuring;

/// <summary>Figures as lines for a terminal.</summary>
internal static class MeasureTable
{
    /// <summary>A line a measure, then what was not computed and why.</summary>
    public static string Write(MeasureSet figures)
    {
        var text = new StringBuilder();
        foreach (var measure in Measure.All)
            if (figures[measure] is { } value)
                text.AppendLine($"{measure.Name,-26}{Figure(measure, value),12} {measure.Unit,-15}{Direction(measure.Better)}".TrimEnd());
        foreach (var reason in figures.Missing.GroupBy(m => m.Value, m => m.Key))
            text.AppendLine($"not computed: {string.Join(", ", reason.Select(m => m.Name))}: {reason.Key}");
        return text.ToString();
    }

    private static string Figure(Measure measure, double value) =>
        double.IsPositiveInfinity(value) ? "infinite" : value.ToString("N" + measure.Decimals, CultureInfo.InvariantCulture);

    private static string Direction(Better better) => better switch
    {
        Better.Higher => "more is better",
        Better.Lower => "less is better",
        _ => "",
    };
}
