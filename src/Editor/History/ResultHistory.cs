using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Editor.History;

/// <summary>
/// The way back from a run that replaced a file. What the file was is kept by its hash in a folder <c>.svgdistill</c> beside it, for a
/// bounded number of runs; nothing is kept where nothing was replaced. A journal is written before the file it is about, so that a
/// process that ends in between leaves a state that is told from the file's own hash. Open while it works, which other programs wait for.
/// </summary>
internal sealed class ResultHistory : IDisposable
{
    /// <summary>The folder beside the files.</summary>
    public const string FolderName = ".svgdistill";

    /// <summary>So many runs can be undone.</summary>
    public const int MostRuns = 20;

    // Of one file, what it was before all of them; the last run can be undone whatever it takes.
    private const long MostBytes = 64 << 20;
    private const int LongestWait = 100; // of 50 ms

    private readonly string _path, _folder;
    private readonly FileStream _held;
    private readonly Journal _journal;

    private ResultHistory(string path, string folder, FileStream held)
    {
        (_path, _folder, _held) = (path, folder, held);
        _journal = Journal.Load(JournalPath);
        Settle();
    }

    private string JournalPath => JournalOf(_folder, Path.GetFileName(_path));

    private ResultFiles Files => ResultFiles.At(_path);

    /// <summary>Where a file's journal is.</summary>
    public static string JournalOf(string folder, string name) => Path.Combine(folder, name + ".journal");

    /// <summary>Where bytes with a hash are kept.</summary>
    public static string KeptAt(string folder, string hash) => Path.Combine(folder, hash);

    /// <summary>The folder of a file's history.</summary>
    public static string FolderOf(string path) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, FolderName);

    /// <summary>Keeps what a file is now, which a run is about to replace; nothing where it is not there or stays the same.</summary>
    /// <exception cref="EditorException">It cannot be kept.</exception>
    public static void Replacing(string path, ReadOnlyMemory<byte> next)
    {
        if (!File.Exists(path)) return;
        using var history = Open(path, create: true);
        history.Keep(next);
    }

    /// <summary>Gives back what the file was before the last run; the hash of what it is now.</summary>
    /// <exception cref="EditorException">There is no such run, or the file was changed since.</exception>
    public static string Undo(string path)
    {
        using var history = Open(path, create: false);
        return history.Step(history._journal.Undo, history._journal.Redo, "undo");
    }

    /// <summary>Gives back what the run that was undone last had made.</summary>
    /// <exception cref="EditorException">There is no such run, or the file was changed since.</exception>
    public static string Redo(string path)
    {
        using var history = Open(path, create: false);
        return history.Step(history._journal.Redo, history._journal.Undo, "redo");
    }

    public void Dispose() => _held.Dispose();

    private static ResultHistory Open(string path, bool create)
    {
        var folder = FolderOf(path);
        if (!create && !File.Exists(JournalOf(folder, Path.GetFileName(path))))
            throw EditorException.Usage(File.Exists(path) ? $"{path}: no run replaced this file: there is nothing to undo or redo." : $"{path}: no such file, and no run that replaced it.");
        for (var tries = 0; ; tries++)
        {
            try
            {
                Directory.CreateDirectory(folder);
                return new(path, folder, new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (tries < LongestWait && File.Exists(Path.Combine(folder, "lock")))
            {
                Thread.Sleep(50);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new EditorException(EditorErrorKind.Usage, $"{folder}: cannot be written: {error.Message}", error);
            }
        }
    }

    private void Keep(ReadOnlyMemory<byte> next)
    {
        var present = Present();
        var hash = Hashes.Of(next.Span);
        if (present is null || present.File == hash) return;
        _journal.Undo.Add(present);
        _journal.Redo.Clear();
        _journal.Current = new(hash, null);
        while (_journal.Undo.Count > MostRuns || _journal.Undo.Count > 1 && _journal.Hashes.Distinct().Sum(Size) > MostBytes) _journal.Undo.RemoveAt(0);
        WriteJournal();
        Sweep();
    }

    private string Step(List<KeptState> from, List<KeptState> to, string verb)
    {
        if (from.Count == 0) throw EditorException.Usage($"{_path}: there is nothing to {verb}.");
        var present = Present();
        if (present is not null && present.File != _journal.Current?.File)
            throw EditorException.Usage($"{_path}: it was changed after the run that wrote it, which {verb} would lose. Give it another name, then {verb} again.");
        var wanted = from[^1];
        var file = Read(wanted.File);
        (string Path, byte[]? Bytes)[] beside = [(Files.Record, Optional(wanted.Record)), (Files.Strengths, Optional(wanted.Strengths))];
        from.RemoveAt(from.Count - 1);
        if (present is not null) to.Add(present);
        _journal.Current = wanted;
        WriteJournal();
        Outputs.Replace(_path, file);
        foreach (var (path, bytes) in beside)
            if (bytes is not null) Outputs.Replace(path, bytes);
            else File.Delete(path);
        Sweep();
        return wanted.File;
    }

    // A process that ended between the journal and the file: the file is what it was before, whose state is the last of a list.
    private void Settle()
    {
        if (!File.Exists(_path) || _journal.Current is not { } current || Hashes.Of(File.ReadAllBytes(_path)) is var hash && hash == current.File) return;
        foreach (var (from, to) in new[] { (_journal.Undo, _journal.Redo), (_journal.Redo, _journal.Undo) })
        {
            if (from.Count == 0 || from[^1].File != hash) continue;
            _journal.Current = from[^1];
            from.RemoveAt(from.Count - 1);
            if (File.Exists(KeptAt(_folder, current.File))) to.Add(current);
            WriteJournal();
            return;
        }
    }

    // What the file and those beside it are, kept; null where there is no file.
    private KeptState? Present() => Store(_path) is not { } file ? null : new(file, Store(Files.Record), Store(Files.Strengths));

    private string? Store(string path)
    {
        if (!File.Exists(path)) return null;
        var bytes = File.ReadAllBytes(path);
        var hash = Hashes.Of(bytes);
        var kept = KeptAt(_folder, hash);
        if (!File.Exists(kept)) Outputs.Replace(kept, bytes);
        return hash;
    }

    private byte[]? Optional(string? hash) => hash is null ? null : Read(hash);

    private byte[] Read(string hash)
    {
        var kept = KeptAt(_folder, hash);
        var bytes = File.Exists(kept) ? File.ReadAllBytes(kept) : [];
        return Hashes.Of(bytes) == hash ? bytes
            : throw new EditorException(EditorErrorKind.Input, $"{kept}: what was kept of {_path} is gone or damaged; the file stays as it is.");
    }

    private long Size(string hash) => new FileInfo(KeptAt(_folder, hash)) is { Exists: true } file ? file.Length : 0;

    private void WriteJournal() => AtomicFile.WriteText(JournalPath, _journal.ToString());

    /// <summary>Takes away what no journal of the folder names any more.</summary>
    private void Sweep()
    {
        var needed = Directory.EnumerateFiles(_folder, "*.journal").SelectMany(f => Journal.Load(f).Hashes).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_folder))
            if (Path.GetFileName(file) is { Length: 64 } name && name.All(char.IsAsciiHexDigitLower) && !needed.Contains(name)) File.Delete(file);
    }
}
