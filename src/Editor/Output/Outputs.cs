using System.Text;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Editor.Output;

/// <summary>Writes files: whole or not at all; an error names the file and ends the program as a usage error.</summary>
internal static class Outputs
{
    // What file systems take, in bytes.
    private const int LongestName = 255;

    /// <summary>True for the names of standard output: <c>-</c>, and those that lead to it by way of the system's folders.</summary>
    public static bool IsStandard(string path) => path is "-" or "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>The path as people read it.</summary>
    public static string Words(string path) => IsStandard(path) ? "standard output" : path;

    /// <summary>True for a device, a FIFO or a socket: it is written into as it stands, and nothing can stand beside it.</summary>
    public static bool IsSpecial(string path) => FileStatus.Of(path) is { IsRegular: false, IsFolder: false };

    /// <summary>Writes a file; one of the same name is replaced in one step.</summary>
    public static void Replace(string path, ReadOnlyMemory<byte> bytes) => Worded(() => AtomicFile.WriteBytes(path, bytes));

    /// <summary>The same for text.</summary>
    public static void Replace(string path, string text) => Replace(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file under a name that nothing has; false where something has it.</summary>
    public static bool TryCreate(string path, ReadOnlyMemory<byte> bytes)
    {
        var created = false;
        Worded(() => created = AtomicFile.TryCreate(path, bytes));
        return created;
    }

    /// <summary>Deletes a file, where it is there.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Usage, $"{path}: cannot be deleted: {error.Message}", error);
        }
    }

    /// <summary>Refuses early what cannot be written in the end.</summary>
    /// <exception cref="EditorException">There is no such folder, it takes no files, or a folder has the name.</exception>
    public static void RequireWritable(string path)
    {
        if (Directory.Exists(path)) throw EditorException.Usage($"{path}: a folder; name a file in it.");
        var full = Path.GetFullPath(path);
        RequireFolder(path, Path.GetDirectoryName(full) ?? full);
        if (Encoding.UTF8.GetByteCount(Path.GetFileName(full)) > LongestName) throw EditorException.Usage($"{path}: the name is too long; give a shorter one.");
        Worded(() => AtomicFile.Probe(path), " Name a file in a folder that you may write to.");
    }

    /// <summary>Makes a folder for results where it is not there.</summary>
    /// <exception cref="EditorException">It cannot be made or written, or a file has the name.</exception>
    public static void MakeFolder(string folder)
    {
        if (IsStandard(folder) || File.Exists(folder)) throw EditorException.Usage($"{folder}: no folder; name one.");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Usage, $"{folder}: the folder cannot be made: {error.Message} Name another one with -o.", error);
        }
        RequireWritable(Path.Combine(folder, "result"));
    }

    /// <summary>Refuses a result under the name of another kind of file. A name without an extension is the user's choice.</summary>
    public static void RequireExtension(string path, params string[] extensions)
    {
        var extension = Path.GetExtension(path);
        if (extension.Length > 0 && !extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
            throw EditorException.Usage($"{path}: the result is no {extension} file; give it a name that ends in {string.Join(" or ", extensions)}.");
    }

    /// <summary>Refuses to write over a file that is read, or twice into one.</summary>
    public static void RequireApart(IEnumerable<string?> inputs, IReadOnlyList<string> outputs)
    {
        foreach (var input in inputs.OfType<string>().Where(i => !InputFile.IsStandard(i)))
            if (outputs.FirstOrDefault(o => FileStatus.AreSame(input, o)) is { } same && !IsSpecial(same))
                throw EditorException.Usage($"{same}: the command reads this file and would write over it; name another one with -o.");
        for (var i = 0; i < outputs.Count; i++)
            for (var j = 0; j < i; j++)
                if (Path.GetFullPath(outputs[i]) == Path.GetFullPath(outputs[j]) || FileStatus.AreSame(outputs[i], outputs[j]) && !IsSpecial(outputs[i]))
                    throw EditorException.Usage($"{outputs[i]}: two results would go into this file; name another one.");
    }

    /// <summary>Refuses what will surely not find room.</summary>
    /// <param name="path">A file or folder that will be made.</param>
    /// <param name="bytes">What will be written at least.</param>
    public static void RequireSpace(string path, long bytes)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above) folder = above;
        RequireSpace(path, bytes, new DriveInfo(folder).AvailableFreeSpace);
    }

    /// <summary>The same where the free bytes are known.</summary>
    internal static void RequireSpace(string path, long bytes, long free)
    {
        if (free < bytes)
            throw EditorException.Usage($"{path}: the disk has {Size(free)} left and this takes at least {Size(bytes)}: make room, or name another place with -o.");
    }

    private static void RequireFolder(string path, string folder)
    {
        if (Directory.Exists(folder)) return;
        for (var above = folder; above is not null; above = Path.GetDirectoryName(above))
            if (File.Exists(above)) throw EditorException.Usage($"{path}: {above} is a file, not a folder; name another place.");
        throw EditorException.Usage($"{path}: there is no folder {folder}; make it first, or name another place.");
    }

    private static string Size(long bytes) => bytes < 1 << 20 ? $"{bytes >> 10} KiB" : $"{bytes >> 20} MiB";

    internal static void Worded(Action write, string remedy = "")
    {
        try
        {
            write();
        }
        catch (SvgDistillException error)
        {
            throw new EditorException(EditorErrorKind.Usage, error.Message + remedy, error);
        }
    }
}
