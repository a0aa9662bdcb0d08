namespace SvgDistill.Cli.Tests;

/// <summary>The program in a folder of its own, where files can be added or left out; large ones are links.</summary>
internal sealed class ProgramCopy : IDisposable
{
    private const long Large = 1 << 20;

    private ProgramCopy(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The program's file in it.</summary>
    public string Path => System.IO.Path.Combine(Folder, "svgdistill.dll");

    /// <summary>Copies it.</summary>
    public static ProgramCopy In(string folder)
    {
        var source = System.IO.Path.GetDirectoryName(CliRun.Program)!;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = System.IO.Path.Combine(folder, System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            if (new FileInfo(file).Length > Large) File.CreateSymbolicLink(copy, file);
            else File.Copy(file, copy);
        }
        return new(folder);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
