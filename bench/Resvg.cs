using System.Diagnostics;
using System.Globalization;

namespace SvgDistill.Bench;

/// <summary>resvg in a process of its own (bench/resvg/measure.mjs), asked case by case.</summary>
internal sealed class Resvg : IDisposable
{
    private readonly Process _process;

    public Resvg()
    {
        string folder = Path.Combine(Inputs.Folder, "..", "resvg");
        _process = Process.Start(new ProcessStartInfo("node", "measure.mjs")
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("node cannot be started.");
    }

    /// <summary>The median time of a render in milliseconds.</summary>
    public double Measure(string file, int size, double milliseconds)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}\t{size}\t{milliseconds:f0}"));
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("resvg's process ended.");
        return double.Parse(answer.Split('\t')[0], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit(2000);
        _process.Dispose();
    }
}
