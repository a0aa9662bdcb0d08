namespace SvgDistill.Diffusion;

/// <summary>
/// A model, one of its files or its configuration cannot be used. The message names the file, the place in it,
/// what is wrong and, where there is one, the remedy; it is meant to be shown as it stands.
/// </summary>
public sealed class ModelException : Exception
{
    /// <summary>The file or folder that is at fault.</summary>
    public string Path { get; }

    /// <summary>Where in the file: a tensor's name, a configuration key, a byte offset; null for the file as a whole.</summary>
    public string? Place { get; }

    /// <summary>What the user can do about it; null where nothing general can be said.</summary>
    public string? Remedy { get; }

    /// <summary>Describes a fault.</summary>
    public ModelException(string path, string problem, string? place = null, string? remedy = null, Exception? inner = null)
        : base(Compose(path, problem, place, remedy), inner) =>
        (Path, Place, Remedy) = (path, place, remedy);

    private static string Compose(string path, string problem, string? place, string? remedy)
    {
        var where = place is null ? path : $"{path}: {place}";
        return remedy is null ? $"{where}: {problem}." : $"{where}: {problem}. {remedy}.";
    }
}
