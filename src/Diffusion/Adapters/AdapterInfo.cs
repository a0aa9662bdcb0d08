using System.Globalization;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Adapters;

/// <summary>What can be said of an adapter without the model that it belongs to.</summary>
public sealed record AdapterInfo
{
    /// <summary>The file or folder.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required AdapterKind Kind { get; init; }

    /// <summary>Width of the text that its model works with; null where no tensor tells it.</summary>
    public required int? TextWidth { get; init; }

    /// <summary>Its numbers.</summary>
    public required long Parameters { get; init; }

    /// <summary>Element types in the file.</summary>
    public required string StoredAs { get; init; }

    /// <summary>SHA-256, computed when it is asked for: of the file's bytes, or of a folder as <see cref="ModelHash"/> says.</summary>
    public required Func<string> Sha256 { get; init; }

    /// <summary>What there is to say beyond that, by kind: a name and a value each.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>The published family of that text width; null where there is none.</summary>
    public string? Family => TextWidth is { } width ? AdapterKinds.Family(width) : null;

    /// <summary>Looks at a file, or at a ControlNet's or a LoRA's folder; null where it is no adapter.</summary>
    /// <exception cref="ModelException">It cannot be read, or it is an adapter that cannot be used.</exception>
    public static AdapterInfo? Read(string path)
    {
        if (Directory.Exists(path))
        {
            if (ControlNetFiles.IsFolder(path)) return OfControlNet(path);
            if (!File.Exists(LoraAdapter.Find(path))) return null;
            path = LoraAdapter.Find(path);
        }
        using var file = new SafetensorsFile(path);
        return AdapterKinds.Of(file) switch
        {
            AdapterKind.Lora => OfLora(file),
            AdapterKind.ControlNet => OfControlNet(path),
            AdapterKind.TextualInversion => OfEmbedding(file),
            _ => null,
        };
    }

    /// <summary>The first tensor that holds infinities or NaN; null where all are finite.</summary>
    public static string? NonFinite(string path)
    {
        if (Directory.Exists(path) && ControlNetFiles.IsFolder(path))
        {
            using var files = ControlNetFiles.Read(path);
            return NonFinite(files.Parameters.Values.Select(p => (p.File, p.Entry)));
        }
        using var file = new SafetensorsFile(LoraAdapter.Find(path));
        return NonFinite(file.Tensors.Values.Select(entry => (file, entry)));
    }

    private static string? NonFinite(IEnumerable<(SafetensorsFile File, TensorEntry Entry)> tensors)
    {
        foreach (var (file, entry) in tensors)
        {
            using var scope = NewDisposeScope();
            if (!file.Load(entry.Name).isfinite().all().item<bool>()) return entry.Name;
        }
        return null;
    }

    private static AdapterInfo OfLora(SafetensorsFile file)
    {
        var entries = LoraNames.Read(file).ToArray();
        var ranks = entries.Select(e => e.Down.Shape.Count > 0 ? e.Down.Shape[0] : 0).Distinct().Order().ToArray();
        var text = entries.Count(e => LoraNames.IsText(e.Layer));
        var spatial = entries.Count(e => e.Down.Shape.Count == 4 && (e.Down.Shape[2] > 1 || e.Down.Shape[3] > 1));
        var first = entries.FirstOrDefault(e => AdapterKinds.IsTextKey(e.Down.Name)) ?? entries.FirstOrDefault(e => LoraNames.IsText(e.Layer)
            && e.Layer.EndsWith("q_proj", StringComparison.Ordinal));
        var facts = new List<(string, string)>
        {
            ("rank", ranks.Length == 1 ? $"{ranks[0]}" : $"{ranks[0]} to {ranks[^1]}"),
            ("layers", string.Create(CultureInfo.InvariantCulture, $"{entries.Length - text} of the UNet, {text} of the text encoder")),
        };
        if (spatial > 0) facts.Add(("convolutions", string.Create(CultureInfo.InvariantCulture, $"{spatial} of its layers")));
        return Of(AdapterKind.Lora, file.Path, file.Tensors.Values, () => LoraAdapter.HashOf(file.Path), (int?)first?.Down.Shape.ElementAtOrDefault(1), facts);
    }

    private static AdapterInfo OfControlNet(string path)
    {
        using var files = ControlNetFiles.Read(path);
        return Of(AdapterKind.ControlNet, path, [.. files.Parameters.Values.Select(p => p.Entry)], files.Hash, files.TextWidth,
        [
            ("picture", string.Create(CultureInfo.InvariantCulture, $"reduced {1 << (files.HintChannels.Count - 1)} times through {string.Join("-", files.HintChannels)} channels")),
            ("tensors", files.Parameters.Count.ToString(CultureInfo.InvariantCulture)),
        ]);
    }

    private static AdapterInfo OfEmbedding(SafetensorsFile file)
    {
        var (word, entry) = TextualInversion.Find(file);
        return Of(AdapterKind.TextualInversion, file.Path, [entry], () => ModelHash.OfFile(file.Path), (int)entry.Shape[^1],
            [("word", word), ("vectors", (entry.Shape.Count == 1 ? 1 : entry.Shape[0]).ToString(CultureInfo.InvariantCulture))]);
    }

    private static AdapterInfo Of(AdapterKind kind, string path, IEnumerable<TensorEntry> entries, Func<string> hash, int? textWidth,
        IReadOnlyList<(string, string)> facts) => new()
    {
        Path = path,
        Kind = kind,
        TextWidth = textWidth,
        Parameters = entries.Sum(e => e.Elements),
        StoredAs = string.Join(", ", entries.Select(e => e.Format).Distinct().Order(StringComparer.Ordinal)),
        Sha256 = hash,
        Facts = facts,
    };
}
