using System.Globalization;
using System.Text;
using SvgDistill.Distill.Metrics;
using static SvgDistill.Distill.Reports.Html;

namespace SvgDistill.Distill.Reports;

/// <summary>A comparison's tables: a row a method, mean and spread over its seeds, the best of each column marked.</summary>
internal static class CompareTables
{
    /// <summary>A column: its heading, which direction is better, and a run's figure, null where there is none.</summary>
    private sealed record Column(string Heading, Better Better, int Decimals, Func<ReportRun, double?> Of);

    private static readonly Column[] _cost =
    [
        new("seconds", Better.Lower, 1, r => r.Cost.Seconds),
        new("peak memory, GB", Better.Lower, 2, r => r.Cost.PeakBytes / 1e9),
        new("samples forwarded", Better.Lower, 0, r => r.Cost.SamplesForwarded),
        new("samples differentiated", Better.Lower, 0, r => r.Cost.SamplesDifferentiated),
        new("steps", Better.Neither, 0, r => r.Cost.Steps),
    ];

    /// <summary>All tables with their headings.</summary>
    public static string Write(CompareReport report)
    {
        var html = new StringBuilder("<h2>Measures</h2><p>Mean ± standard deviation over the seeds. " +
            "↑ more is better, ↓ less is better; ★ marks the best of a column.</p>");
        Add(html, report, "Prompt and identity", [.. Measured(MeasureGroup.Prompt), .. Measured(MeasureGroup.Identity)]);
        Add(html, report, "The drawing", [.. Measured(MeasureGroup.Drawing)]);
        Add(html, report, "Cost", _cost);
        return html.ToString();
    }

    private static IEnumerable<Column> Measured(MeasureGroup group) => Measure.All.Where(m => m.Group == group)
        .Select(m => new Column(m.Unit.Length == 0 ? m.Name : $"{m.Name}, {m.Unit}", m.Better, m.Decimals, r => r.Measures[m]));

    private static void Add(StringBuilder html, CompareReport report, string caption, Column[] columns)
    {
        // A column that no run could fill is explained at the page's end instead of shown.
        columns = [.. columns.Where(c => report.Runs.Any(r => c.Of(r) is not null))];
        var rows = report.Methods.Where(m => report.Of(m).Any()).ToArray();
        var cells = columns.Select(c => rows.Select(m => Cell(report, m, c)).ToArray()).ToArray();
        var best = columns.Select((c, i) => Best(c, cells[i])).ToArray();

        html.Append($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{Text(caption)}\"><table>");
        html.Append($"<caption>{Text(caption)}</caption><thead><tr><th scope=\"col\">method</th>");
        foreach (var c in columns) html.Append($"<th scope=\"col\">{Text(c.Heading)}{Arrow(c.Better)}</th>");
        html.Append("</tr></thead><tbody>");
        for (var row = 0; row < rows.Length; row++)
        {
            html.Append($"<tr><th scope=\"row\">{Text(rows[row])}</th>");
            for (var c = 0; c < columns.Length; c++)
            {
                var isBest = cells[c][row] is { } cell && best[c] is { } value && Rounded(columns[c], cell) == value;
                html.Append(isBest ? "<td class=\"best\">" : "<td>").Append(Figure(columns[c], cells[c][row]));
                html.Append(isBest ? "<span title=\"best of the column\"> ★</span></td>" : "</td>");
            }
            html.Append("</tr>");
        }
        html.Append("</tbody></table></div>");
    }

    private static Spread? Cell(CompareReport report, string method, Column column)
    {
        var figures = report.Of(method).Select(column.Of).OfType<double>().ToArray();
        return figures.Length == 0 ? null : Spread.Of(figures);
    }

    // Figures that look alike in the table are alike: all of them are marked. Where all are, none is.
    private static double? Best(Column column, Spread?[] cells)
    {
        var figures = cells.OfType<Spread>().Select(s => Rounded(column, s)).ToArray();
        if (column.Better == Better.Neither || figures.Length < 2 || figures.Distinct().Count() < 2) return null;
        return column.Better == Better.Higher ? figures.Max() : figures.Min();
    }

    private static double Rounded(Column column, Spread spread) => Math.Round(spread.Mean, column.Decimals);

    private static string Arrow(Better better) => better switch
    {
        Better.Higher => "&#160;<span title=\"more is better\">↑</span>",
        Better.Lower => "&#160;<span title=\"less is better\">↓</span>",
        _ => "",
    };

    private static string Figure(Column column, Spread? cell)
    {
        if (cell is not { } spread) return "–";
        var format = "N" + column.Decimals;
        var mean = double.IsPositiveInfinity(spread.Mean) ? "∞" : spread.Mean.ToString(format, CultureInfo.InvariantCulture);
        // Figures that cannot differ between seeds (steps, nodes) need no "± 0".
        return spread.Deviation is > 0 and var deviation
            ? $"{mean} <small>± {deviation.ToString(format, CultureInfo.InvariantCulture)}</small>" : mean;
    }
}
