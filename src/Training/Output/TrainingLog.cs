using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Training.Output;

/// <summary>
/// What a run's numbers were: log.csv (stage, step, what, value), and a page with curves and sample sheets that renews itself. A resumed
/// run goes on in both; what an earlier one noted beyond the step at which it is resumed is dropped. What cannot be written is told, and ends nothing.
/// </summary>
internal sealed class TrainingLog
{
    private const string Heading = "stage,step,what,value", CsvName = "log.csv", PageName = "index.html";
    private const int Width = 720, Height = 200, MostPoints = 720;

    private readonly string _folder, _name;
    private readonly Action<string> _tell;
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private readonly List<(string Stage, long Step, string What, double Value)> _lines = [];

    /// <summary>The log of a run.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="tell">Is told what cannot be written.</param>
    public TrainingLog(string folder, string name, Action<string> tell)
    {
        (_folder, _name, _tell) = (folder, name, tell);
        var csv = Path.Combine(folder, CsvName);
        if (!File.Exists(csv)) return;
        foreach (var line in File.ReadLines(csv).Skip(1))
            if (line.Split(',') is [var stage, var step, var what, var value]
                && long.TryParse(step, CultureInfo.InvariantCulture, out var s) && double.TryParse(value, CultureInfo.InvariantCulture, out var v))
                _lines.Add((stage, s, what, v));
    }

    /// <summary>Drops what a stage noted after a step.</summary>
    public void Resume(string stage, long step) => _lines.RemoveAll(l => l.Stage == stage && l.Step > step);

    /// <summary>Notes a number.</summary>
    public void Note(string stage, long step, string what, double value) => _lines.Add((stage, step, what, value));

    /// <summary>Notes a number of a measure, and writes log and page.</summary>
    public void Measure(string stage, long step, string what, double value)
    {
        Note(stage, step, what, value);
        Write();
    }

    /// <summary>The last of a stage's numbers; null where there is none.</summary>
    public double? Last(string stage, string what) => _lines.FindLastIndex(l => l.Stage == stage && l.What == what) is >= 0 and var i ? _lines[i].Value : null;

    /// <summary>Replaces a stage's sheet.</summary>
    public void Show(string stage, byte[] png) => Try($"{stage}.png", path => AtomicFile.WriteBytes(path, png));

    /// <summary>Writes log and page.</summary>
    public void Write()
    {
        var csv = new StringBuilder(Heading).Append('\n');
        foreach (var (stage, step, what, value) in _lines) csv.Append(CultureInfo.InvariantCulture, $"{stage},{step},{what},{value:r}\n");
        Try(CsvName, path => AtomicFile.WriteText(path, csv.ToString()));
        Try(PageName, path => AtomicFile.WriteText(path, Page()));
    }

    // A file that fails again and again is told once.
    private void Try(string name, Action<string> write)
    {
        try
        {
            write(Path.Combine(_folder, name));
            _failing.Remove(name);
        }
        catch (SvgDistillException error)
        {
            if (_failing.Add(name)) _tell(error.Message);
        }
    }

    private string Page()
    {
        var page = new StringBuilder();
        var title = System.Net.WebUtility.HtmlEncode(_name);
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"10\"><title>").Append(title)
            .Append("</title><style>body{font:15px sans-serif;margin:2em;max-width:800px}svg{background:#f6f6f6;display:block}img{max-width:100%;image-rendering:pixelated}</style></head><body><h1>").Append(title).Append("</h1>\n");
        foreach (var stage in _lines.GroupBy(l => l.Stage))
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{stage.Key}, step {stage.Max(l => l.Step)}</h2>\n");
            foreach (var curve in stage.GroupBy(l => l.What)) Curve(page, curve.Key, [.. curve.Select(l => (l.Step, l.Value))]);
            if (File.Exists(Path.Combine(_folder, stage.Key + ".png"))) page.Append(CultureInfo.InvariantCulture, $"<p><img src=\"{stage.Key}.png\" alt=\"samples\"></p>\n");
        }
        return page.Append("</body></html>\n").ToString();
    }

    private static void Curve(StringBuilder page, string what, (long Step, double Value)[] points)
    {
        var every = Math.Max(1, points.Length / MostPoints);
        points = [.. points.Where((_, i) => i % every == 0 || i == points.Length - 1)];
        var isLog = points.All(p => p.Value > 0) && what != "psnr" && !what.StartsWith("recall", StringComparison.Ordinal);
        double Y(double value) => isLog ? Math.Log10(value) : value;
        var (low, high, last) = (points.Min(p => Y(p.Value)), points.Max(p => Y(p.Value)), Math.Max(1, points.Max(p => p.Step)));
        var path = string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture,
            $"{p.Step * (double)Width / last:f1},{Height - (Y(p.Value) - low) / Math.Max(high - low, 1e-9) * Height:f1}")));
        page.Append(CultureInfo.InvariantCulture, $"<p>{what}: {points[^1].Value:g4} ({points.Min(p => p.Value):g4} to {points.Max(p => p.Value):g4}{(isLog ? ", logarithmic" : "")})</p>")
            .Append(CultureInfo.InvariantCulture, $"<svg width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\"><polyline fill=\"none\" stroke=\"#06c\" points=\"{path}\"/></svg>\n");
    }
}
