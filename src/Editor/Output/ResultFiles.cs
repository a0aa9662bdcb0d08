using System.IO.Compression;
using SvgDistill.Editor.History;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Output;

/// <summary>
/// A command's result and what stands beside it: its record, pictures, and while a run is unfinished its state. A result that the user
/// named is replaced; one that was not named takes a free name at the moment of writing. Standard output, devices and FIFOs have nothing
/// beside them.
/// </summary>
internal sealed class ResultFiles
{
    private const string RecordEnding = ".json", StateEnding = ".state", StrengthsEnding = ".strength.json";
    private const string PreviewEnding = ".preview.png", BeforeEnding = ".before.png", AfterEnding = ".after.png", ViaEnding = ".via.png";

    /// <summary>About what a record takes.</summary>
    public const long RecordBytes = 1 << 14;

    /// <summary>What an SVG's name may end in.</summary>
    public static readonly string[] SvgExtensions = [".svg", ".svgz"];

    /// <summary>What a picture's name may end in.</summary>
    public static readonly string[] PictureExtensions = [.. PictureWriter.Extensions];

    private readonly NameSeries? _names;
    private readonly bool _keeps;
    private bool _keepsBeside;
    private bool _reserved;
    private IDisposable? _held;
    private string _extension = "";

    private ResultFiles(string result, NameSeries? names, bool keeps = false) => (Result, _names, _keeps) = (result, names, keeps);

    /// <summary>The result: where it is, or as far as is known will be.</summary>
    public string Result { get; private set; }

    /// <summary>False for standard output, a device or a FIFO.</summary>
    public bool IsFile => !Outputs.IsStandard(Result) && !Outputs.IsSpecial(Result);

    /// <summary>What was done and came out.</summary>
    public string Record => Result + RecordEnding;
    /// <summary>Where an interrupted run goes on from; gone when the run is complete.</summary>
    public string State => Result + StateEnding;
    /// <summary>What other strengths are made from.</summary>
    public string Strengths => Result + StrengthsEnding;
    /// <summary>The picture that <c>--preview</c> renews.</summary>
    public string Preview => Stem(Result) + PreviewEnding;
    /// <summary>With <c>--png</c>, the drawing as it was.</summary>
    public string Before => Stem(Result) + BeforeEnding;
    /// <summary>With <c>--png</c>, the drawing as it is.</summary>
    public string After => Stem(Result) + AfterEnding;
    /// <summary>With <c>--png</c>, the picture that the drawing was moved toward (<c>--via</c>).</summary>
    public string Via => Stem(Result) + ViaEnding;

    /// <summary>A result at a path, which is replaced.</summary>
    public static ResultFiles At(string path) => new(path, null);

    /// <summary>The files of a new run: as named, or under a free name of a series; an input on standard input goes to standard output.</summary>
    /// <param name="output">The name given, or null.</param>
    /// <param name="input">What is read.</param>
    /// <param name="names">The series for an input.</param>
    /// <param name="keepsBeside">Whether record and strengths of what is replaced stay: where they are of the same edit.</param>
    public static ResultFiles New(string? output, string input, Func<string, NameSeries> names, bool keepsBeside = false)
    {
        if (output is not null) return new(output, null, keeps: true) { _keepsBeside = keepsBeside };
        if (InputFile.IsStandard(input)) return At("-");
        var series = names(input);
        return new(series.Free, series);
    }

    /// <summary>The files of the run that was interrupted last.</summary>
    /// <exception cref="EditorException">There is none.</exception>
    public static ResultFiles Interrupted(string? output, string input, Func<string, NameSeries> names)
    {
        if (output is null && InputFile.IsStandard(input)) throw EditorException.Usage("--resume: name the interrupted run's result with -o");
        var series = names(input);
        foreach (var path in output is null ? series.With(StateEnding) : [output])
            if (new ResultFiles(path, null, keeps: output is not null) is var files && File.Exists(files.State)) return files;
        throw EditorException.Usage($"--resume: there is no interrupted run ({output ?? series.First}{StateEnding} is not there)");
    }

    /// <summary>What may stand beside a result.</summary>
    public static IEnumerable<string> Beside(string result)
    {
        foreach (var ending in (string[])[RecordEnding, StateEnding, StrengthsEnding]) yield return result + ending;
        foreach (var ending in (string[])[PreviewEnding, BeforeEnding, AfterEnding, ViaEnding]) yield return Stem(result) + ending;
    }

    /// <summary>Refuses before the first step what could not be written after the last one.</summary>
    /// <param name="extensions">What the result's name may end in.</param>
    /// <param name="inputs">The files that are read.</param>
    /// <param name="bytes">What will be written at least.</param>
    /// <param name="json">True where standard output takes the record.</param>
    /// <param name="beside">What will be written beside the result: option and path; an empty option is the program's own.</param>
    /// <exception cref="EditorException">Something cannot be written.</exception>
    public ResultFiles Checked(string[] extensions, IEnumerable<string?> inputs, long bytes, bool json, params (string Option, string Path)[] beside)
    {
        _extension = Array.Find(extensions, e => Result.EndsWith(e, StringComparison.OrdinalIgnoreCase)) ?? extensions[0];
        if (Outputs.IsStandard(Result) && json)
            throw EditorException.Usage("--json and the result would both go to standard output: name a file with -o");
        if (!IsFile && beside.FirstOrDefault(b => b.Option.Length > 0).Option is { } option)
            throw EditorException.Usage($"{option} writes beside the result, and there is nothing beside {Outputs.Words(Result)}: name a file with -o");
        if (Outputs.IsStandard(Result)) return this;
        string[] all = [Result, .. IsFile ? beside.Select(b => b.Path) : []];
        if (IsFile) Outputs.RequireExtension(Result, extensions);
        foreach (var path in all) Outputs.RequireWritable(path);
        Outputs.RequireApart(inputs, all);
        if (IsFile) Outputs.RequireSpace(Result, bytes);
        return this;
    }

    /// <summary>
    /// An SVG as the result has it: compressed where a file is named so, elsewhere where the source was; with the source's own bytes where
    /// nothing changed.
    /// </summary>
    public byte[] Packed(byte[] svg, SvgDocument? source = null)
    {
        if (!(IsFile ? Result.EndsWith(".svgz", StringComparison.OrdinalIgnoreCase) : source is { IsCompressed: true })) return svg;
        if (source is { IsCompressed: true } && svg.AsSpan().SequenceEqual(source.ToBytes())) return source.FileBytes.ToArray();
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(svg);
        return packed.ToArray();
    }

    /// <summary>Writes the result. One that was not named takes the first name that is free by now.</summary>
    /// <exception cref="EditorException">It cannot be written; where it could be kept elsewhere, the message says where.</exception>
    public void Write(ReadOnlyMemory<byte> bytes, IReporter reporter)
    {
        try
        {
            if (Outputs.IsStandard(Result)) reporter.WriteResult(bytes);
            else if (_names is null) Replace(bytes, reporter);
            else Result = (_reserved ? _names.Names.Prepend(Result) : _names.Names).First(path =>
                !NameSeries.IsTaken(path, _reserved ? [Preview, State] : []) && Outputs.TryCreate(path, bytes));
            _reserved = true;
        }
        catch (EditorException error)
        {
            throw Kept(bytes, error);
        }
    }

    // A drawing that somebody named is kept for undo; that it cannot be is no reason to lose the new one.
    private void Replace(ReadOnlyMemory<byte> bytes, IReporter reporter)
    {
        var isDrawing = _keeps && IsFile && SvgExtensions.Contains(_extension);
        if (isDrawing)
        {
            try
            {
                ResultHistory.Replacing(Result, bytes);
            }
            catch (Exception error) when (error is SvgDistillException or IOException or UnauthorizedAccessException)
            {
                reporter.Note($"{Result}: what it was cannot be kept for undo: {error.Message}");
            }
        }
        Outputs.Replace(Result, bytes);
        // What lay beside another drawing says nothing of this one.
        if (isDrawing && !_keepsBeside)
            foreach (var stale in (string[])[Record, Strengths]) new FollowUp(reporter).Do($"{stale}, of an earlier result", () => Outputs.Remove(stale));
    }

    /// <summary>Writes the record, where it has a place.</summary>
    public void WriteRecord(string record)
    {
        if (IsFile) Outputs.Replace(Record, record);
    }

    /// <summary>Renews the preview. Where the result has no name yet, the first preview takes one for both.</summary>
    public void WritePreview(byte[] png)
    {
        if (_names is null || _reserved)
        {
            Outputs.Replace(Preview, png);
            return;
        }
        Result = _names.Names.First(path => !NameSeries.IsTaken(path) && Outputs.TryCreate(Stem(path) + PreviewEnding, png));
        _reserved = true;
        Hold();
    }

    /// <summary>Renews the state. Where the result has no name yet, the first state takes one for both.</summary>
    /// <param name="write">Writes it at a path, whole or not at all.</param>
    public void WriteState(Action<string> write)
    {
        if (_names is not null && !_reserved)
        {
            Result = _names.Names.First(path => !NameSeries.IsTaken(path) && Outputs.TryCreate(path + StateEnding, ReadOnlyMemory<byte>.Empty));
            _reserved = true;
            Hold();
        }
        Outputs.Worded(() => write(State));
    }

    /// <summary>Keeps the result to this run until <see cref="Release"/>; one that has no name yet from when it has.</summary>
    /// <exception cref="EditorException">Another run has it.</exception>
    public void Hold()
    {
        if (IsFile && (_names is null || _reserved)) _held ??= RunLock.Take(Result);
    }

    /// <summary>Lets other runs have it.</summary>
    public void Release()
    {
        _held?.Dispose();
        _held = null;
    }

    // What hours were spent on is not let go because a disk filled up meanwhile.
    private EditorException Kept(ReadOnlyMemory<byte> bytes, EditorException error)
    {
        var path = Path.Combine(Path.GetTempPath(), $"svgdistill-{Guid.NewGuid():n}{_extension}");
        try
        {
            return Outputs.TryCreate(path, bytes) ? new EditorException(error.Kind, $"{error.Message}; the result is kept in {path}", error) : error;
        }
        catch (EditorException)
        {
            return error; // there is no place for it
        }
    }

    private static string Stem(string result) =>
        Path.GetExtension(result).ToLowerInvariant() is ".svg" or ".svgz" ? Path.ChangeExtension(result, null) : result;
}
