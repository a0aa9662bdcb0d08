using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Cli.Output;

/// <summary>Writes results: whole or not at all; an error names the file and ends the program as a usage error.</summary>
internal static class Outputs
{
    /// <summary>Writes a file; one of the same name is replaced in one step.</summary>
    public static void Replace(string path, ReadOnlyMemory<byte> bytes)
    {
        RequireWritable(path);
        try
        {
            AtomicFile.WriteBytes(path, bytes);
        }
        catch (SvgDistillException error)
        {
            throw new CliException(ExitCode.Usage, error.Message, error);
        }
    }

    /// <summary>The same for text.</summary>
    public static void Replace(string path, string text) => Replace(path, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Refuses early what cannot be written in the end: no such folder, or a folder of that name.</summary>
    public static void RequireWritable(string path)
    {
        if (Directory.Exists(path)) throw CliException.Usage($"{path}: a folder; name a file in it.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw CliException.Usage($"{path}: there is no folder {folder}.");
    }
}
