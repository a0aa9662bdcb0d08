using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Output;

/// <summary>Reads the files that a command works on. <c>-</c> is standard input, which can be read once.</summary>
internal static class InputFile
{
    /// <summary>The most bytes of a picture that are read.</summary>
    public const int MostPictureBytes = 1 << 29;

    /// <summary>True for the names of standard input: <c>-</c>, and those that lead to it by way of the system's folders.</summary>
    public static bool IsStandard(string path) => path is "-" or "/dev/stdin" or "/dev/fd/0" or "/proc/self/fd/0";

    /// <summary>The path as people read it.</summary>
    public static string Words(string path) => IsStandard(path) ? "standard input" : path;

    /// <summary>Refuses to read two inputs from standard input.</summary>
    public static void RequireOneStandard(params ReadOnlySpan<string> files)
    {
        var standard = 0;
        foreach (var file in files)
            if (IsStandard(file) && ++standard > 1) throw EditorException.Usage("-: standard input can be read once; name a file for the other input");
    }

    /// <summary>The document; its errors end the program with 3.</summary>
    /// <exception cref="EditorException">There is no such file, or it is a folder.</exception>
    /// <exception cref="SvgException">It is not an SVG that can be read.</exception>
    public static SvgDocument Load(string path) => SvgDocument.Parse(Read(path, "an SVG file", SvgLimits.Default.Bytes), Words(path));

    /// <summary>A picture's bytes.</summary>
    /// <exception cref="EditorException">There is no such file, or it is a folder.</exception>
    public static byte[] Picture(string path) => Read(path, "a picture file", MostPictureBytes);

    /// <summary>A file's bytes. It need not be a regular file, and never costs more memory than it may have bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What is looked for, for messages.</param>
    /// <param name="most">The most bytes it may have.</param>
    /// <exception cref="EditorException">It is missing, a folder, unreadable or too large.</exception>
    public static byte[] Read(string path, string kind, long most)
    {
        if (path.Length == 0) throw EditorException.Usage($"the input's name is empty; name {kind}");
        if (!IsStandard(path))
        {
            if (Directory.Exists(path)) throw new EditorException(EditorErrorKind.Input, $"{path}: a folder; name {kind} in it.");
            if (!File.Exists(path)) throw new EditorException(EditorErrorKind.Input, $"{path}: no such file.");
        }
        try
        {
            using var stream = IsStandard(path) ? Console.OpenStandardInput()
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream(stream.CanSeek ? (int)Math.Min(stream.Length, most) : 0);
            var buffer = new byte[1 << 16];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                if (bytes.Length + read > most)
                    throw new EditorException(EditorErrorKind.Input, $"{Words(path)}: larger than {most >> 20} MiB; that is no file to work on. Make it smaller.");
                bytes.Write(buffer, 0, read);
            }
            return bytes.ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Input, $"{Words(path)}: cannot be read: {error.Message}", error);
        }
    }
}
