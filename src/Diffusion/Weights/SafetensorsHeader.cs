using System.Text.Json;

namespace SvgDistill.Diffusion.Weights;

/// <summary>
/// Reads and checks the header of a safetensors file: eight bytes of little-endian length, then a JSON object that
/// gives each tensor's type, shape and place in the data that follows. Everything is checked before anything is used:
/// a header is input from outside, and a wrong offset would read past the mapping.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The format's own cap on a header; Stable Diffusion's is about 130 kB.</summary>
    public const long MaxBytes = 100_000_000;

    private const int MaxRank = 16;

    /// <summary>Bytes an element of each type in the published format.</summary>
    public static readonly IReadOnlyDictionary<string, int> ElementBytes = new Dictionary<string, int>
    {
        ["BOOL"] = 1, ["U8"] = 1, ["I8"] = 1, ["F8_E4M3"] = 1, ["F8_E5M2"] = 1, ["U16"] = 2, ["I16"] = 2,
        ["F16"] = 2, ["BF16"] = 2, ["U32"] = 4, ["I32"] = 4, ["F32"] = 4, ["U64"] = 8, ["I64"] = 8, ["F64"] = 8,
    };

    /// <summary>Reads the eight length bytes.</summary>
    /// <exception cref="ModelException">The length cannot be that of a header in a file of this size.</exception>
    public static int Length(string path, ulong stored, long fileLength)
    {
        if (fileLength < 8)
            throw new ModelException(path, $"it has {fileLength} bytes, too few for a safetensors file", remedy: Redownload);
        if (stored is < 2 or > MaxBytes)
            throw new ModelException(path, $"it is not a safetensors file: its header would have {stored} bytes", "byte 0",
                "Pickled checkpoints (.ckpt, .bin, .pt) must be converted to safetensors first");
        if ((long)stored > fileLength - 8)
            throw new ModelException(path, $"the header says {stored} bytes, the file has {fileLength - 8} after it",
                "byte 0", Redownload);
        return (int)stored;
    }

    /// <summary>Parses and checks the JSON; the data begin right after it.</summary>
    /// <exception cref="ModelException">Anything in the header is not as the format demands.</exception>
    public static (Dictionary<string, TensorEntry> Tensors, Dictionary<string, string> Metadata) Parse(
        string path, ReadOnlySpan<byte> json, long fileLength)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        var tensors = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            Expect(path, ref reader, JsonTokenType.StartObject);
            while (Next(ref reader) == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (name == "__metadata__") ReadMetadata(path, ref reader, metadata);
                else if (!tensors.TryAdd(name, ReadEntry(path, name, ref reader)))
                    throw new ModelException(path, "the header lists it twice", name, Redownload);
            }
            while (reader.Read()) { } // Trailing spaces are allowed; anything else makes the reader throw.
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new ModelException(path, $"the header is no valid JSON ({error.Message.TrimEnd('.')})",
                $"header byte {reader.TokenStartIndex}", Redownload, error);
        }
        return (CheckOffsets(path, tensors, json.Length + 8, fileLength), metadata);
    }

    private const string Redownload = "Download the file again";

    private static JsonTokenType Next(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw new JsonException("it ends too early");

    private static void Expect(string path, ref Utf8JsonReader reader, JsonTokenType kind)
    {
        if (Next(ref reader) != kind)
            throw new ModelException(path, $"{kind} expected, {reader.TokenType} found",
                $"header byte {reader.TokenStartIndex}", Redownload);
    }

    private static void ReadMetadata(string path, ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        Expect(path, ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            Expect(path, ref reader, JsonTokenType.String);
            metadata[key] = reader.GetString()!;
        }
    }

    /// <summary>Reads one entry; its offsets are still relative to the data's start.</summary>
    private static TensorEntry ReadEntry(string path, string name, ref Utf8JsonReader reader)
    {
        string? format = null;
        List<long>? shape = null, offsets = null;
        Expect(path, ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            switch (reader.GetString())
            {
                case "dtype":
                    Expect(path, ref reader, JsonTokenType.String);
                    format = reader.GetString();
                    break;
                case "shape": shape = ReadSizes(path, name, ref reader); break;
                case "data_offsets": offsets = ReadSizes(path, name, ref reader); break;
                case var other: throw new ModelException(path, $"unknown header field '{other}'", name, Redownload);
            }
        }
        if (format is null || shape is null || offsets is not { Count: 2 })
            throw new ModelException(path, "dtype, shape and two data_offsets are needed", name, Redownload);
        if (!ElementBytes.TryGetValue(format, out var elementBytes))
            throw new ModelException(path, $"unknown element type '{format}'", name,
                "Convert the file to fp32, fp16 or bf16");
        var (begin, end) = (offsets[0], offsets[1]);
        if (end < begin) throw new ModelException(path, $"its data end at {end}, before they begin at {begin}", name, Redownload);
        var bytes = (UInt128)elementBytes;
        foreach (var size in shape)
        {
            bytes *= (UInt128)size;
            if (bytes > long.MaxValue) throw new ModelException(path, $"shape {Shapes.Text(shape)} is too large", name, Redownload);
        }
        if (bytes != (UInt128)(end - begin))
            throw new ModelException(path, $"shape {Shapes.Text(shape)} of {format} needs {bytes} bytes, the header gives {end - begin}",
                name, Redownload);
        return new TensorEntry(name, format, shape, begin, end - begin);
    }

    private static List<long> ReadSizes(string path, string name, ref Utf8JsonReader reader)
    {
        var sizes = new List<long>();
        Expect(path, ref reader, JsonTokenType.StartArray);
        while (Next(ref reader) == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out var size) || size < 0 || sizes.Count == MaxRank)
                throw new ModelException(path, "sizes and offsets must be whole, not negative and at most 16", name, Redownload);
            sizes.Add(size);
        }
        if (reader.TokenType != JsonTokenType.EndArray)
            throw new ModelException(path, $"{reader.TokenType} in a list of sizes", name, Redownload);
        return sizes;
    }

    /// <summary>
    /// The format demands that the tensors tile the data: no overlap, no hole, no byte left over. Entries come back
    /// with offsets from the file's start.
    /// </summary>
    private static Dictionary<string, TensorEntry> CheckOffsets(
        string path, Dictionary<string, TensorEntry> tensors, long dataStart, long fileLength)
    {
        var expected = 0L;
        foreach (var entry in tensors.Values.OrderBy(e => e.Begin).ThenBy(e => e.Length))
        {
            if (entry.Begin != expected)
                throw new ModelException(path, $"its data begin at {entry.Begin}, {expected} expected: tensors overlap or leave a hole",
                    entry.Name, Redownload);
            expected += entry.Length;
            if (expected > fileLength - dataStart)
                throw new ModelException(path, $"the file is truncated: its data end at {expected}, the file holds {fileLength - dataStart}",
                    entry.Name, Redownload);
        }
        if (expected != fileLength - dataStart)
            throw new ModelException(path, $"{fileLength - dataStart - expected} bytes after the last tensor belong to none",
                remedy: Redownload);
        return tensors.ToDictionary(e => e.Key, e => e.Value with { Begin = e.Value.Begin + dataStart }, StringComparer.Ordinal);
    }
}
