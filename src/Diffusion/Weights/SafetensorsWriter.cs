using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Weights;

/// <summary>Writes safetensors files; the destination appears whole or not at all.</summary>
public static class SafetensorsWriter
{
    /// <summary>
    /// Writes the tensors, sorted by name so that equal contents give equal bytes, to a temporary file beside
    /// <paramref name="path"/>, which is then renamed over it.
    /// </summary>
    /// <param name="path">Destination.</param>
    /// <param name="tensors">Contents: any float or integer type; they are copied to the CPU one at a time.</param>
    /// <param name="metadata">Free-form strings for <c>__metadata__</c>.</param>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        var names = tensors.Keys.Order(StringComparer.Ordinal).ToArray();
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                var header = Header(names, tensors, metadata);
                Span<byte> length = stackalloc byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
                stream.Write(length);
                stream.Write(header);
                foreach (var name in names)
                {
                    using var scope = NewDisposeScope();
                    stream.Write(tensors[name].detach().cpu().contiguous().bytes);
                }
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static byte[] Header(string[] names, IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }
            var offset = 0L;
            foreach (var name in names)
            {
                var format = FormatOf(tensors[name].dtype);
                var shape = tensors[name].shape;
                var end = shape.Aggregate((long)SafetensorsHeader.ElementBytes[format], (product, size) => product * size) + offset;
                json.WriteStartObject(name);
                json.WriteString("dtype", format);
                json.WriteStartArray("shape");
                foreach (var size in shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(end);
                json.WriteEndArray();
                json.WriteEndObject();
                offset = end;
            }
            json.WriteEndObject();
        }
        // Padded with spaces so that the data begin at a multiple of eight, as the format recommends.
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static string FormatOf(ScalarType type) => type switch
    {
        ScalarType.Float64 => "F64", ScalarType.Float32 => "F32", ScalarType.Float16 => "F16", ScalarType.BFloat16 => "BF16",
        ScalarType.Int64 => "I64", ScalarType.Int32 => "I32", ScalarType.Int16 => "I16", ScalarType.Int8 => "I8",
        ScalarType.Byte => "U8", ScalarType.Bool => "BOOL",
        _ => throw new ArgumentException($"safetensors has no counterpart of {type}."),
    };
}
