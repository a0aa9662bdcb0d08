using System.Text.Json.Nodes;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Variants;

/// <summary>Which variants the program put into a folder, by name and hash, so that nobody else's file is taken for one.</summary>
internal sealed class RankedFiles
{
    private readonly string _path;
    private readonly Dictionary<string, string> _hashes;

    private RankedFiles(string path, Dictionary<string, string> hashes) => (_path, _hashes) = (path, hashes);

    /// <summary>The names.</summary>
    public IEnumerable<string> Names => _hashes.Keys;

    /// <summary>The list as it was saved; an empty one where there is none, or it is damaged.</summary>
    public static RankedFiles Load(string path)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        // Where it is damaged no file counts as the program's own, and all stay.
        foreach (var (name, hash) in File.Exists(path) ? JsonFields.Of(File.ReadAllText(path)) ?? [] : [])
            if (name == Path.GetFileName(name) && hash is JsonValue value && value.TryGetValue(out string? text)) hashes[name] = text;
        return new(path, hashes);
    }

    /// <summary>Whether a file is there as the program wrote it.</summary>
    public bool Wrote(string file) => _hashes.TryGetValue(Path.GetFileName(file), out var hash) && File.Exists(file) && Hashes.Of(File.ReadAllBytes(file)) == hash;

    /// <summary>Puts a file on the list.</summary>
    public void Add(string name, byte[] bytes) => _hashes[name] = Hashes.Of(bytes);

    /// <summary>Takes a file off it.</summary>
    public void Remove(string name) => _hashes.Remove(name);

    /// <summary>Writes the list.</summary>
    public void Save() => Outputs.Replace(_path, new JsonObject([.. _hashes.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value))]).ToJsonString() + "\n");
}
