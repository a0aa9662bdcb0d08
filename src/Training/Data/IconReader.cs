using System.IO.Enumeration;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Training.Data;

/// <summary>
/// Icons from files, folders and iconify's JSON. What cannot be used is told and left out; one broken drawing among a thousand does not
/// end a run.
/// </summary>
public sealed class IconReader
{
    private static readonly string[] _svgEndings = [".svg", ".svgz"];

    private readonly CaptionTable _captions;
    private readonly Action<string> _tell;
    private readonly List<Icon> _icons = [];
    private readonly IReadOnlyList<string> _except;
    private int _unnamed;

    private IconReader(CaptionTable captions, Action<string> tell, IReadOnlyList<string> except) => (_captions, _tell, _except) = (captions, tell, except);

    /// <summary>Reads what is at the paths, in their order; a folder's files by name.</summary>
    /// <param name="paths">SVG files, folders of them (with all that is below), iconify JSON.</param>
    /// <param name="captions">What drawings are called, where files do not say it or say it wrong.</param>
    /// <param name="tell">Is told of each drawing that is left out, and why.</param>
    /// <param name="only">A pattern with * and ? that a drawing's name must match; null for all.</param>
    /// <param name="except">Patterns of names, and of categories, that are left out.</param>
    /// <param name="namesMatter">Whether drawings without a name are worth a word.</param>
    /// <exception cref="TrainingException">A path is not there.</exception>
    public static IReadOnlyList<Icon> Read(IEnumerable<string> paths, CaptionTable captions, Action<string> tell, string? only = null, IReadOnlyList<string>? except = null,
        bool namesMatter = true)
    {
        var reader = new IconReader(captions, tell, except ?? []);
        foreach (var path in paths)
        {
            if (Directory.Exists(path)) reader.AddFolder(path, only);
            else if (!File.Exists(path)) throw new TrainingException($"{path}: no such file or folder.");
            else if (Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)) reader.AddSet(path, only);
            else reader.AddFile(path);
        }
        if (namesMatter && reader._unnamed > 0)
            tell($"{reader._unnamed} of {reader._icons.Count} drawings have no name; they are learnt without one (give names as file names, titles or in a table of captions)");
        return reader._icons;
    }

    private void AddFolder(string folder, string? only)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        var files = Directory.EnumerateFiles(folder, "*", options)
            .Where(f => _svgEndings.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase) && Wanted(only, Path.GetFileNameWithoutExtension(f), []))
            .Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0) _tell($"{folder}: no SVG files in it" + (only is null ? "" : $" that match '{only}'"));
        foreach (var file in files) AddFile(file);
    }

    private void AddSet(string path, string? only)
    {
        foreach (var (name, svg, keywords, style) in IconifySet.Read(path, _tell))
            if (Wanted(only, name, keywords)) Add($"{Path.GetFileName(path)}: {name}", name, svg, keywords, style);
    }

    private void AddFile(string path)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path).Length > SvgLimits.Default.Bytes)
            {
                _tell($"{path}: larger than {SvgLimits.Default.Bytes >> 20} MiB; left out");
                return;
            }
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _tell($"{path}: cannot be read ({error.Message.TrimEnd('.')}); left out");
            return;
        }
        Add(path, Path.GetFileNameWithoutExtension(path), bytes, [], "");
    }

    private void Add(string source, string name, byte[] svg, IReadOnlyList<string> keywords, string style)
    {
        var caption = _captions.Find(source, name);
        try
        {
            var document = SvgDocument.Parse(svg, source);
            var scene = SvgSceneReader.Read(document, new SceneOptions { Optimize = OptimizeKinds.None }).Scene;
            if (!Shows(scene))
            {
                _tell($"{source}: nothing is drawn; left out");
                return;
            }
            var subject = caption ?? IconNames.Subject(document.Title, name);
            if (subject.Length == 0) _unnamed++;
            _icons.Add(new Icon { Source = source, Subject = subject, Keywords = keywords, Style = style, Svg = svg });
        }
        catch (SvgDistillException error)
        {
            _tell($"{error.Message} Left out.");
        }
    }

    // An icon of which not one pixel in a small picture is touched teaches nothing.
    private static bool Shows(Scene scene)
    {
        const int side = 32;
        return new SceneRasterizer(scene, side, side, scene.ToSquare(side, 0), threads: 1).Forward(scene.InitialValues(), keep: false)
            .Plane(3).ContainsAnyInRange(1e-3f, float.MaxValue);
    }

    private bool Wanted(string? pattern, string name, IReadOnlyList<string> categories) => (pattern is null || FileSystemName.MatchesSimpleExpression(pattern, name))
        && !_except.Any(e => FileSystemName.MatchesSimpleExpression(e, name) || categories.Any(c => FileSystemName.MatchesSimpleExpression(e, c)));
}
