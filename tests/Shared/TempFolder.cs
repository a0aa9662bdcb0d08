namespace SvgDistill.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("svgdistill-test-");

    /// <summary>Its path.</summary>
    public string Path => _folder.FullName;

    /// <summary>A path in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Names of the files in it, sorted.</summary>
    public string[] Files => [.. _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => System.IO.Path.GetRelativePath(Path, f.FullName)).Order(StringComparer.Ordinal)];

    /// <summary>Writes a text file and returns its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Copies an example of the repository into the folder and returns its path.</summary>
    public string Example(string name)
    {
        File.Copy(System.IO.Path.Combine(TestPaths.Root, "examples", name), this[name]);
        return this[name];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
