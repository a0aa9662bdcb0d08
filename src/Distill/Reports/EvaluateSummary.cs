using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;

namespace SvgDistill.Distill.Reports;

/// <summary>
/// An evaluation in a few numbers a row: of figures that say yes or no (1 or 0) the share of pairs, of all others the median (as <c>KEY_median</c>).
/// </summary>
public static class EvaluateSummary
{
    /// <summary>Figures that are 1 or 0: their mean is a share.</summary>
    public static IReadOnlySet<string> Shares { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "nearer_to_after", "nearer_to_after_ssim", "nearer_to_after_resnet", "nearer_to_after_dino", "nearer_to_after_lpips", "nearer_to_after_clip",
        "target_loss_fell", "gained", "recognized", "recognized_in_5", "success",
    };

    // What is asked first stands first, and stands there as null where nothing was measured.
    private static readonly string[] _first = ["nearer_to_after", "overlap_median", "target_loss_fell", "crossings_added_median", "crossings_added_95"];

    /// <summary>The summary of some results of one row.</summary>
    public static IReadOnlyList<(string Key, double? Value)> Of(IReadOnlyCollection<ReportResult> results)
    {
        var summary = _first.Select(key => (Key: key, Value: (double?)null)).ToList();
        foreach (var key in results.SelectMany(r => r.Figures).Select(f => f.Key).Distinct())
        {
            double[] values = [.. results.Select(r => r[key]).OfType<double>()];
            if (Shares.Contains(key)) Set(key, values.Average());
            else Set($"{key}_median", Quantiles.Of(values, .5));
            if (key == "crossings_added") Set("crossings_added_95", Quantiles.Of(values, .95));
        }
        Set("seconds", results.Count == 0 ? null : Quantiles.Of([.. results.Select(r => r.Seconds)], .5));
        return summary;

        void Set(string key, double? value)
        {
            var place = summary.FindIndex(s => s.Key == key);
            if (place < 0) summary.Add((key, value));
            else summary[place] = (key, value);
        }
    }

    /// <summary>The file <c>summary.json</c>.</summary>
    public static string Write(EvaluateReport report)
    {
        var json = new JsonObject
        {
            ["schema_version"] = 1,
            ["list"] = report.List,
            ["pairs"] = report.Pairs.Count,
            ["interrupted"] = report.Interrupted,
            ["rows"] = Rows(report, report.Pairs),
            ["groups"] = new JsonObject([.. report.Groups.Select(g => KeyValuePair.Create(g, (JsonNode?)Rows(report, [.. report.Pairs.Where(p => p.Group == g)])))]),
            ["failures"] = new JsonArray([.. report.Failures.Select(f => (JsonNode)new JsonObject { ["pair"] = f.Pair, ["row"] = f.Row, ["error"] = f.Error })]),
        };
        return json.ToJsonString(_format) + "\n";
    }

    private static readonly JsonSerializerOptions _format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonObject Rows(EvaluateReport report, IReadOnlyList<ReportPair> pairs)
    {
        var rows = new JsonObject();
        foreach (var row in report.Rows)
        {
            ReportResult[] results = [.. pairs.SelectMany(p => p.Results).Where(r => r.Row == row)];
            var values = new JsonObject { ["pairs"] = results.Length };
            foreach (var (key, value) in Of(results)) values[key] = value is { } number && double.IsFinite(number) ? Math.Round(number, 6) : null;
            rows[row] = values;
        }
        return rows;
    }
}
