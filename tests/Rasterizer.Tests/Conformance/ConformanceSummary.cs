using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Tests;

namespace SvgDistill.Rasterizer.Tests.Conformance;

/// <summary>Counts results by folder; tests/failures/summary.txt has the table and every case over the limit after a run.</summary>
public sealed class ConformanceSummary : IDisposable
{
    private readonly SortedDictionary<string, (double Error, string? Problem)> _results = new(StringComparer.Ordinal);

    private static readonly string _failures = Path.Combine(TestPaths.Root, "tests", "failures");

    public ConformanceSummary()
    {
        Directory.CreateDirectory(_failures);
        foreach (string strip in Directory.GetFiles(_failures, "*.png")) File.Delete(strip);
    }

    public void Add(string path, double error, string? problem)
    {
        lock (_results) _results[path] = (error, problem);
    }

    public void Dispose()
    {
        var text = new StringBuilder();
        foreach (var folder in _results.GroupBy(r => ConformanceCases.Folder(r.Key)))
        {
            int met = folder.Count(r => IsMet(r.Value));
            text.AppendLine(CultureInfo.InvariantCulture, $"{folder.Key,-28} {met,4} of {folder.Count(),4}   {100.0 * met / folder.Count():f1} %");
        }
        foreach (var (path, result) in _results.Where(r => !IsMet(r.Value)))
            text.AppendLine(CultureInfo.InvariantCulture, $"{result.Error,8:f2}  {path}  {result.Problem}");
        AtomicFile.WriteText(Path.Combine(_failures, "summary.txt"), text.ToString());
    }

    private static bool IsMet((double Error, string? Problem) result) =>
        result.Problem is null && result.Error <= ConformanceCases.Limit;
}
