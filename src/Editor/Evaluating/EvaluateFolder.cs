using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Evaluating;

/// <summary>An evaluation's folder: <c>index.html</c>, <c>results.csv</c>, <c>summary.json</c>, <c>sheet.png</c>, <c>pairs/PAIR/ROW/</c>.</summary>
internal sealed class EvaluateFolder : IDisposable
{
    // Held open while a program writes there.
    private const string HeldName = "evaluation.lock", PageName = "index.html", TableName = "results.csv", SummaryName = "summary.json", SheetName = "sheet.png";

    private readonly FileStream _held;

    private EvaluateFolder(string path, FileStream held) => (Path, _held) = (path, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The page.</summary>
    public string Page => System.IO.Path.Combine(Path, PageName);

    /// <summary>The folder asked for, or <c>pairs.evaluate</c> beside <c>pairs.json</c>. It is the caller's until it is disposed.</summary>
    /// <exception cref="EditorException">It cannot be had.</exception>
    public static EvaluateFolder For(string? output, string list)
    {
        if (output is not null && Outputs.IsStandard(output)) throw EditorException.Usage("-o: evaluate writes a folder, which standard output cannot take");
        var folder = output ?? System.IO.Path.ChangeExtension(list, null) + ".evaluate";
        if (File.Exists(folder)) throw EditorException.Usage($"{folder}: a file; name a folder with -o.");
        Outputs.RequireApart([list], [.. new[] { HeldName, PageName, TableName, SummaryName, SheetName }.Select(name => System.IO.Path.Combine(folder, name))]);
        var file = System.IO.Path.Combine(folder, HeldName);
        try
        {
            Directory.CreateDirectory(folder);
            return new(folder, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (File.Exists(file))
        {
            throw new EditorException(EditorErrorKind.Usage, $"{folder}: another run of evaluate is writing there; wait for it, or name another folder with -o.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Usage, $"{folder}: the folder cannot be made or written: {error.Message} Name another one with -o.", error);
        }
    }

    public void Dispose() => _held.Dispose();

    /// <summary>A row's folder of a pair, made where it is not there.</summary>
    public RunFolder Run(EvaluatedPair pair, EvaluatedRow row)
    {
        var folder = System.IO.Path.Combine(Path, "pairs", pair.FolderName, row.FolderName);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Usage, $"{folder}: the folder cannot be made: {error.Message}", error);
        }
        return new(folder);
    }

    /// <summary>Writes page, table and summary; each is whole at any time.</summary>
    public void Write(EvaluateReport report)
    {
        Outputs.Replace(Page, EvaluateHtml.Write(report));
        Outputs.Replace(System.IO.Path.Combine(Path, TableName), EvaluateCsv.Write(report));
        Outputs.Replace(System.IO.Path.Combine(Path, SummaryName), EvaluateSummary.Write(report));
    }

    /// <summary>Writes the pictures as one.</summary>
    public void WriteSheet(ContactSheet sheet)
    {
        if (sheet.ToPng() is { } png) Outputs.Replace(System.IO.Path.Combine(Path, SheetName), png);
    }
}
