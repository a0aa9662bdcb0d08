using System.Text;

namespace SvgDistill.Editor.Output;

/// <summary>A folder of results that one program at a time writes; a file in it says whose results they are and is held open.</summary>
internal sealed class HeldFolder : IDisposable
{
    private readonly FileStream _held;

    private HeldFolder(string path, FileStream held) => (Path, _held) = (path, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>
    /// The folder asked for, or <c>owl.ENDING</c> beside <c>owl.svg</c>; where that holds the results of something else, or another program is writing
    /// there, <c>owl.ENDING-2</c> and so on. It is the caller's until it is disposed.
    /// </summary>
    /// <param name="output">The folder asked for, or null.</param>
    /// <param name="input">The drawing.</param>
    /// <param name="command">The command, for errors.</param>
    /// <param name="ending">What a folder that was not named is called after the drawing's name.</param>
    /// <param name="identityName">The file that says whose results they are.</param>
    /// <param name="identity">What it says.</param>
    /// <param name="mayTake">Whether a folder that is there and was not named may be these results'.</param>
    /// <exception cref="EditorException">It cannot be had.</exception>
    public static HeldFolder For(string? output, string input, string command, string ending, string identityName, string identity, Func<string, bool> mayTake)
    {
        if (output is not null)
        {
            if (System.IO.Path.Exists(output) && !Directory.Exists(output)) throw EditorException.Usage($"{output}: a file; name a folder.");
            return Take(output, identityName, identity, named: true)
                ?? throw EditorException.Usage($"{output}: another run of {command} is writing there; wait for it, or name another folder with -o.");
        }
        var full = System.IO.Path.GetFullPath(input);
        var stem = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(full)!, System.IO.Path.GetFileNameWithoutExtension(full) + ending);
        for (var number = 1; ; number++)
        {
            var folder = number == 1 ? stem : $"{stem}-{number}";
            if ((!System.IO.Path.Exists(folder) || mayTake(folder)) && Take(folder, identityName, identity, named: false) is { } taken) return taken;
        }
    }

    /// <summary>Refuses early a folder that could not be made or written, or where the input would be written over.</summary>
    /// <param name="output">The folder asked for, or null.</param>
    /// <param name="input">The file that is read.</param>
    /// <param name="command">The command, for errors.</param>
    /// <param name="names">Files that will be written in the folder.</param>
    /// <exception cref="EditorException">It could not.</exception>
    public static void RequireWritable(string? output, string input, string command, params IEnumerable<string> names)
    {
        if (output is not null && Outputs.IsStandard(output)) throw EditorException.Usage($"-o: {command} writes a folder, which standard output cannot take");
        var folder = System.IO.Path.GetFullPath(output ?? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(input))!);
        while (!System.IO.Path.Exists(folder) && System.IO.Path.GetDirectoryName(folder) is { } above) folder = above;
        Outputs.RequireWritable(System.IO.Path.Combine(folder, "index.html"));
        if (output is not null) Outputs.RequireApart([input], [.. names.Select(name => System.IO.Path.Combine(output, name))]);
    }

    /// <summary>A folder inside, made where it is not there.</summary>
    /// <exception cref="EditorException">It cannot be made.</exception>
    public string Inside(params string[] parts)
    {
        var folder = System.IO.Path.Combine([Path, .. parts]);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Usage, $"{folder}: the folder cannot be made: {error.Message}", error);
        }
        return folder;
    }

    public void Dispose() => _held.Dispose();

    /// <summary>Makes the folder where it is not there and holds it; null where another program does, or it is somebody else's.</summary>
    private static HeldFolder? Take(string folder, string identityName, string identity, bool named)
    {
        var file = System.IO.Path.Combine(folder, identityName);
        FileStream held;
        try
        {
            Directory.CreateDirectory(folder);
            held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Usage, $"{folder}: the folder cannot be made or written: {error.Message} Name another one with -o.", error);
        }
        var bytes = new byte[held.Length];
        held.ReadExactly(bytes);
        var found = Encoding.UTF8.GetString(bytes);
        if (found.Length > 0 && found != identity && (!named || JsonFields.Of(found)?.ContainsKey("input_sha256") != true))
        {
            held.Dispose();
            return !named ? null : throw EditorException.Usage($"{file}: not written by this program, which would write over it; name another folder with -o.");
        }
        held.SetLength(0);
        held.Write(Encoding.UTF8.GetBytes(identity));
        held.Flush();
        return new(folder, held);
    }
}
