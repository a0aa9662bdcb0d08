using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>
/// The fonts that text may be drawn with: those of the system's font folders, or of one folder. Which font a name means depends on
/// the files alone and not on the order in which a file system lists them.
/// </summary>
public sealed class FontDatabase
{
    private const int MaximumFiles = 20_000;
    private const long MaximumBytes = 256 << 20;

    private readonly Lazy<ImmutableArray<FontFace>> _faces;
    private readonly Lazy<ILookup<string, FontFace>> _families;
    private readonly ConcurrentDictionary<string, OpenFont> _open = [];

    private FontDatabase(string name, Func<IEnumerable<(string Path, string Name)>> files)
    {
        Name = name;
        _faces = new(() =>
        [
            .. files().Take(MaximumFiles).SelectMany(f => FontFace.Read(f.Path, f.Name))
                .OrderBy(f => f.Family, StringComparer.Ordinal).ThenBy(f => f.Name, StringComparer.Ordinal).ThenBy(f => f.Index),
        ]);
        _families = new(() => Faces.ToLookup(f => f.Family, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The fonts of the system, read when the first text is drawn.</summary>
    public static FontDatabase System { get; } = new("the system", () => SystemFolders().SelectMany(f => Files(f, f)));

    /// <summary>No fonts at all: text is not drawn.</summary>
    public static FontDatabase None { get; } = new("none", () => []);

    /// <summary>The fonts in a folder and below it; no others.</summary>
    /// <exception cref="FontException">There is no such folder, or no font in it.</exception>
    public static FontDatabase FromFolder(string folder)
    {
        if (!Directory.Exists(folder)) throw new FontException($"{folder}: there is no such folder. Give one with font files (.ttf, .otf, .ttc).");
        var database = new FontDatabase(folder, () => Files(folder, null));
        return database.Faces.IsEmpty
            ? throw new FontException($"{folder}: there is no font in this folder. Give one with font files (.ttf, .otf, .ttc).") : database;
    }

    /// <summary>Where the fonts come from, for messages.</summary>
    public string Name { get; }

    internal ImmutableArray<FontFace> Faces => _faces.Value;

    /// <summary>The faces of a family, whatever the case of its name.</summary>
    internal IEnumerable<FontFace> Family(string name) => _families.Value[name];

    /// <summary>A face at a place of its design space, with what is made up of it, opened once.</summary>
    internal OpenFont Open(FontFace face, ImmutableArray<FontVariation> variations, FontSynthesis synthesis)
    {
        var key = string.Join('\n', variations.Select(v => $"{v.Tag}{v.Value:R}").Prepend($"{face.Name}\n{face.Index}\n{synthesis}"));
        return _open.GetOrAdd(key, _ => new OpenFont(face, variations, synthesis));
    }

    // Where fontconfig, Windows and macOS look by default: fontconfig itself need not be there.
    private static IEnumerable<string> SystemFolders()
    {
        string Home(string path) => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path);
        if (OperatingSystem.IsWindows())
            return [Environment.GetFolderPath(Environment.SpecialFolder.Fonts),
                Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Microsoft", "Windows", "Fonts")];
        if (OperatingSystem.IsMacOS()) return ["/System/Library/Fonts", "/Library/Fonts", Home("Library/Fonts")];
        return ["/usr/share/fonts", "/usr/local/share/fonts", Home(".local/share/fonts"), Home(".fonts")];
    }

    private static IEnumerable<(string Path, string Name)> Files(string folder, string? prefix)
    {
        if (!Directory.Exists(folder)) return [];
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 16 };
        return Directory.EnumerateFiles(folder, "*", options)
            .Where(p => Path.GetExtension(p).ToLowerInvariant() is ".ttf" or ".otf" or ".ttc" or ".otc" && new FileInfo(p).Length <= MaximumBytes)
            .Select(p => (p, Path.Combine(prefix ?? "", Path.GetRelativePath(folder, p)).Replace('\\', '/')))
            .OrderBy(p => p.Item2, StringComparer.Ordinal);
    }
}
