using System.Runtime.InteropServices;

namespace SvgDistill.Rasterizer.Imaging;

/// <summary>
/// Files that appear whole or not at all: written beside their place, then renamed. A link is followed, a file that is replaced
/// keeps its mode and owner, and what is no regular file (a device, a FIFO) is written into as it stands.
/// </summary>
public static partial class AtomicFile
{
    /// <summary>
    /// Writes through <paramref name="write"/>, which may be called a second time; what stood at the path before is replaced.
    /// Where a new file cannot take the old one's place (a folder that takes no new files, an owner that cannot be given, a mount
    /// point), the old one is written into.
    /// </summary>
    /// <exception cref="SvgDistillException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            var status = FileStatus.Of(path);
            if (status is { IsRegular: false }) WriteInto(path, FileMode.Open, write);
            else if (Target(path) is var target && !TryReplace(target, status, write)) WriteInto(target, FileMode.Truncate, write);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritten(path, error);
        }
    }

    /// <summary>Writes bytes.</summary>
    public static void WriteBytes(string path, ReadOnlyMemory<byte> bytes) => Write(path, stream => stream.Write(bytes.Span));

    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    public static void WriteText(string path, string text) => WriteBytes(path, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file under a name that nothing has; false, and nothing is changed, where something has it by then.</summary>
    /// <exception cref="SvgDistillException">The file cannot be written.</exception>
    public static bool TryCreate(string path, ReadOnlyMemory<byte> bytes)
    {
        string full = Path.GetFullPath(path), temporary = Temporary(full);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write)) stream.Write(bytes.Span);
            return TryName(temporary, full, bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritten(path, error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // Of several programs that want the name, one gets it. File.Move is no help on Unix: it looks whether the name is free, then renames.
    private static bool TryName(string temporary, string full, ReadOnlyMemory<byte> bytes)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Link(temporary, full) == 0) return true;
            if (Marshal.GetLastPInvokeError() == AlreadyThere) return false;
        }
        try
        {
            if (OperatingSystem.IsWindows()) File.Move(temporary, full, overwrite: false);
            else WriteNew(full, bytes); // The file system has no links.
            return true;
        }
        catch (IOException) when (Path.Exists(full))
        {
            return false;
        }
    }

    private static void WriteNew(string full, ReadOnlyMemory<byte> bytes)
    {
        var stream = new FileStream(full, FileMode.CreateNew, FileAccess.Write);
        try
        {
            using (stream) stream.Write(bytes.Span);
        }
        catch
        {
            File.Delete(full); // Ours: nobody else can have made it.
            throw;
        }
    }

    // EEXIST of Linux and macOS.
    private const int AlreadyThere = 17;

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    /// <summary>Finds out whether the path could be written: nothing is changed.</summary>
    /// <exception cref="SvgDistillException">It could not.</exception>
    public static void Probe(string path)
    {
        try
        {
            var status = FileStatus.Of(path);
            if (status is { IsRegular: false }) return; // opening a FIFO would wait for its reader
            var target = Target(path);
            // A file that is there must be writable itself: replacing a write-protected one is no more allowed than writing into it.
            if (File.Exists(target)) new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
            else ProbeFolder(target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritten(path, error);
        }
    }

    private static void ProbeFolder(string target)
    {
        try
        {
            new FileStream(Temporary(target), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the folder {Path.GetDirectoryName(target)} takes no new files.", error);
        }
    }

    private static bool TryReplace(string target, FileStatus? status, Action<Stream> write)
    {
        var temporary = Temporary(target);
        FileStream stream;
        try
        {
            stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write);
        }
        catch (UnauthorizedAccessException) when (status is not null)
        {
            return false;
        }
        try
        {
            using (stream) write(stream);
            if (status is { } old)
            {
                if (!old.TryGiveOwner(temporary)) return false;
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(temporary, File.GetUnixFileMode(target)); // after the owner: giving one away clears bits
            }
            try
            {
                File.Move(temporary, target, overwrite: true);
                return true;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException && status is not null)
            {
                return false;
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void WriteInto(string path, FileMode mode, Action<Stream> write)
    {
        using var stream = new FileStream(path, mode, FileAccess.Write, FileShare.ReadWrite);
        write(stream);
    }

    // A link that leads nowhere yet is followed too.
    private static string Target(string path)
    {
        var file = new FileInfo(Path.GetFullPath(path));
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    // Short: a name of nearly the longest length that a folder takes must not become too long.
    private static string Temporary(string target) => Path.Combine(Path.GetDirectoryName(target)!, $".{Guid.NewGuid():n}.tmp");

    private static SvgDistillException Unwritten(string path, Exception error) => new($"{path}: cannot be written: {error.Message}", error);
}
