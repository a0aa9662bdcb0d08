using System.Text;
using SvgDistill.Distill.Metrics;

namespace SvgDistill.Distill.Reports;

/// <summary>A comparison's <c>results.csv</c>: a line for every run, an empty cell for what was not computed.</summary>
public static class ResultsCsv
{
    /// <summary>The whole file.</summary>
    public static string Write(CompareReport report)
    {
        var text = new StringBuilder(Csv.Line(["method", "seed", "steps", .. Measure.All.Select(m => m.Key),
            "seconds", "peak_gb", "samples_forwarded", "samples_differentiated", "sha256", "command"]));
        foreach (var method in report.Methods)
            foreach (var run in report.Of(method))
                text.Append(Csv.Line([run.Method, run.Seed, run.Cost.Steps, .. Measure.All.Select(m => (object?)run.Measures[m]),
                    Math.Round(run.Cost.Seconds, 3), Math.Round(run.Cost.PeakBytes / 1e9, 3),
                    run.Cost.SamplesForwarded, run.Cost.SamplesDifferentiated, run.Sha256, run.Command]));
        return text.ToString();
    }
}
