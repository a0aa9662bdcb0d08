namespace SvgDistill.Editor.Output;

/// <summary>
/// Keeps a result to one run: a file beside it that is held open, so that the system lets it go with the process, however that ends.
/// </summary>
internal static class RunLock
{
    /// <summary>Takes it; null where the folder takes no file, in which no state could stand either.</summary>
    /// <exception cref="EditorException">Another run has it.</exception>
    public static IDisposable? Take(string result)
    {
        var path = result + ".lock";
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw EditorException.Usage($"{result}: another run is at work on it; wait for it, or name another result with -o.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
