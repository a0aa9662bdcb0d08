using System.Text.Json;

namespace SvgDistill.Diffusion.Models;

/// <summary>A JSON object of a model folder, read with checks: every complaint names the file and the key.</summary>
internal sealed class JsonConfig
{
    private const long MaxBytes = 1 << 20;

    private readonly JsonElement _root;

    private readonly string _within;

    private JsonConfig(string path, JsonElement root, string within = "") => (Path, _root, _within) = (path, root, within);

    public string Path { get; }

    public static JsonConfig Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) throw new ModelException(path, "there is no such file", remedy: "The model folder is incomplete");
            if (file.Length > MaxBytes) throw new ModelException(path, $"{file.Length} bytes are too many for a configuration");
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(path, $"it cannot be read ({error.Message.TrimEnd('.')})", inner: error);
        }
    }

    public static JsonConfig Parse(string path, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ModelException(path, "it is no JSON object");
            return new JsonConfig(path, document.RootElement.Clone());
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new ModelException(path, $"it is no valid JSON ({error.Message.TrimEnd('.')})", inner: error);
        }
    }

    /// <summary>A key with the objects that it lies in, as errors name it: "unet.heads".</summary>
    public string At(string key) => _within + key;

    public IEnumerable<string> Keys => _root.EnumerateObject().Select(p => p.Name);

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string key) => Find(key) is not null;

    public bool IsText(string key) => Find(key)?.ValueKind == JsonValueKind.String;

    public JsonConfig? Object(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new JsonConfig(Path, value, At(key) + "."),
        _ => throw Wrong(key, "an object"),
    };

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Wrong(key, "a text"),
    };

    public string Text(string key, string fallback) => Text(key) ?? fallback;

    public bool Flag(string key, bool fallback) => Find(key) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong(key, "true or false"),
    };

    public double? Number(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when double.IsFinite(value.GetDouble()) => value.GetDouble(),
        _ => throw Wrong(key, "a number"),
    };

    public double Number(string key, double fallback) => Number(key) ?? fallback;

    /// <summary>A whole number within 1..1,000,000 unless the bounds say otherwise.</summary>
    public int Whole(string key, int? fallback = null, int min = 1, int max = 1_000_000) => Find(key) switch
    {
        null => fallback ?? throw new ModelException(Path, "the key is missing", At(key)),
        var value => WholeOf(key, value.Value, min, max),
    };

    /// <summary>A whole number or a list of them; one number stands for <paramref name="count"/> equal ones.</summary>
    public IReadOnlyList<int> Wholes(string key, int count, int? fallback = null)
    {
        var value = Find(key);
        if (value is not { ValueKind: JsonValueKind.Array } list) return [.. Enumerable.Repeat(Whole(key, fallback), count)];
        var wholes = list.EnumerateArray().Select(v => WholeOf(key, v, 1, 1_000_000)).ToArray();
        return wholes.Length == count ? wholes : throw new ModelException(Path, $"{count} entries expected, {wholes.Length} found", At(key));
    }

    /// <summary>A list of whole numbers of any length from 1 to 16.</summary>
    public IReadOnlyList<int> WholeList(string key) => Find(key) switch
    {
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() is > 0 and <= 16 =>
            [.. list.EnumerateArray().Select(v => WholeOf(key, v, 1, 1_000_000))],
        _ => throw Wrong(key, "a list of 1 to 16 whole numbers"),
    };

    /// <summary>A list of whole numbers from 0 on.</summary>
    public IReadOnlyList<int> WholesOrZero(string key) => Find(key) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(v => WholeOf(key, v, 0, 1_000_000))] : throw Wrong(key, "a list of whole numbers");

    /// <summary>A list of objects; empty where the key is missing.</summary>
    public IReadOnlyList<JsonConfig> Objects(string key) => Find(key) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Object) =>
            [.. list.EnumerateArray().Select(v => new JsonConfig(Path, v, At(key) + "."))],
        _ => throw Wrong(key, "a list of objects"),
    };

    public IReadOnlyList<double> Numbers(string key) => Find(key) switch
    {
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number) =>
            [.. list.EnumerateArray().Select(v => v.GetDouble())],
        _ => throw Wrong(key, "a list of numbers"),
    };

    public IReadOnlyList<string> Texts(string key) => Find(key) switch
    {
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(v => v.GetString()!)],
        _ => throw Wrong(key, "a list of texts"),
    };

    /// <summary>Refuses the file when a key that this program gives one meaning has another value.</summary>
    public void Require(string key, string fallback, params string[] allowed)
    {
        var value = Find(key) is { } found ? (found.ValueKind == JsonValueKind.String ? found.GetString()! : found.GetRawText()) : fallback;
        if (!allowed.Contains(value) && value != fallback)
            throw new ModelException(Path, $"'{value}' is not supported", At(key), $"Supported: {string.Join(", ", allowed.Prepend(fallback).Distinct())}");
    }

    public ModelException Wrong(string key, string expected) => new(Path, $"{expected} expected", At(key));

    private JsonElement? Find(string key) =>
        _root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private int WholeOf(string key, JsonElement value, int min, int max) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var whole) && whole >= min && whole <= max
            ? whole
            : throw Wrong(key, $"a whole number from {min} to {max}");
}
