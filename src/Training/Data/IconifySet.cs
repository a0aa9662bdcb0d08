using System.Text;
using System.Text.Json;

namespace SvgDistill.Training.Data;

/// <summary>
/// An icon set in iconify's JSON, as the npm packages hold it (icons.json): bodies of SVG with a size
/// (https://iconify.design/docs/types/iconify-json.html). Aliases, which draw the same again, are passed over. Categories are in metadata.json beside it.
/// </summary>
internal static class IconifySet
{
    private const long MostBytes = 1L << 28;

    /// <summary>The icons that are not hidden, by name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tell">Is told of each icon that has no body.</param>
    /// <exception cref="TrainingException">It is no such file.</exception>
    public static IEnumerable<(string Name, byte[] Svg, IReadOnlyList<string> Keywords, string Style)> Read(string path, Action<string> tell)
    {
        using var json = Parse(path);
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("icons", out var icons) || icons.ValueKind != JsonValueKind.Object)
            throw new TrainingException($"{path}: no icon set: iconify's JSON has an object 'icons' (icons.json of the packages @iconify-json/...).");
        var (root, keywords) = (json.RootElement, Categories(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "metadata.json")));
        var style = root.TryGetProperty("prefix", out var prefix) && prefix.ValueKind == JsonValueKind.String ? IconNames.Words(prefix.GetString()!) : "";
        foreach (var icon in icons.EnumerateObject().OrderBy(i => i.Name, StringComparer.Ordinal))
        {
            if (icon.Value.ValueKind != JsonValueKind.Object || IsHidden(icon.Value)) continue;
            if (!icon.Value.TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.String)
            {
                tell($"{path}: icons.{icon.Name}.body: a text expected; left out");
                continue;
            }
            double Number(string name, double fallback) =>
                NumberOf(icon.Value, name) ?? NumberOf(root, name) ?? fallback;
            var svg = FormattableString.Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"{Number("left", 0)} {Number("top", 0)} {Number("width", 16)} {Number("height", 16)}\">")
                + body.GetString() + "</svg>";
            yield return (icon.Name, Encoding.UTF8.GetBytes(svg), keywords.GetValueOrDefault(icon.Name) ?? [], style);
        }
    }

    private static double? NumberOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    private static bool IsHidden(JsonElement icon) => icon.TryGetProperty("hidden", out var hidden) && hidden.ValueKind == JsonValueKind.True;

    private static JsonDocument Parse(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new TrainingException($"{path}: larger than {MostBytes >> 20} MiB; that is no icon set.");
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException error)
        {
            throw new TrainingException($"{path}: not JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}).", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    // "categories": { "Animals & Nature": ["dog", ...] }; no file, no categories.
    private static Dictionary<string, List<string>> Categories(string path)
    {
        var result = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        if (!File.Exists(path)) return result;
        using var json = Parse(path);
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("categories", out var categories)
            || categories.ValueKind != JsonValueKind.Object) return result;
        foreach (var category in categories.EnumerateObject())
            if (category.Value.ValueKind == JsonValueKind.Array)
                foreach (var name in category.Value.EnumerateArray())
                    if (name.ValueKind == JsonValueKind.String)
                        (result.TryGetValue(name.GetString()!, out var list) ? list : result[name.GetString()!] = []).Add(category.Name.ToLowerInvariant());
        return result;
    }
}
