using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Weights;

/// <summary>
/// A safetensors file, memory-mapped: the header is checked when it is opened, a tensor's bytes are touched when it is
/// loaded. Format: https://huggingface.co/docs/safetensors (eight length bytes, JSON header, data).
/// </summary>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _disposed;

    /// <summary>The file's path as it was given.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>The free-form strings of <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="ModelException">It is missing, unreadable, truncated or not valid.</exception>
    public SafetensorsFile(string path)
    {
        Path = path;
        try
        {
            var length = new FileInfo(path).Length;
            if (length < 8) SafetensorsHeader.Length(path, 0, length);
            _map = MemoryMappedFile.CreateFromFile(
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), null, 0,
                MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            _view = _map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            try
            {
                var stored = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(_start, 8));
                var json = new ReadOnlySpan<byte>(_start + 8, SafetensorsHeader.Length(path, stored, length));
                (Tensors, Metadata) = SafetensorsHeader.Parse(path, json, length);
            }
            catch
            {
                Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(path, error is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file" : $"it cannot be read ({error.Message.TrimEnd('.')})", inner: error);
        }
    }

    /// <summary>A tensor's bytes as stored: little-endian, row-major. Valid until the file is disposed.</summary>
    public ReadOnlySpan<byte> Bytes(TensorEntry entry)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (entry.Length > int.MaxValue)
            throw new ModelException(Path, "tensors above 2 GB are not supported", entry.Name);
        return new ReadOnlySpan<byte>(_start + entry.Begin, (int)entry.Length);
    }

    /// <summary>A fresh tensor of a stored one's values, in its own type or converted to <paramref name="dtype"/>.</summary>
    /// <exception cref="ModelException">There is no such tensor, or its type has no counterpart in the engine.</exception>
    public Tensor Load(string name, ScalarType? dtype = null, Device? device = null)
    {
        if (!Tensors.TryGetValue(name, out var entry)) throw new ModelException(Path, "there is no such tensor", name);
        return Load(entry, [.. entry.Shape], Bytes(entry), dtype, device);
    }

    /// <summary>The same for whole rows (first dimension) of a tensor, given another shape: fused weights are split so.</summary>
    internal Tensor LoadRows(TensorEntry entry, long firstRow, long[] shape, ScalarType? dtype, Device? device)
    {
        var rowBytes = entry.Shape.Count == 0 ? entry.Length : entry.Length / Math.Max(entry.Shape[0], 1);
        var elementBytes = SafetensorsHeader.ElementBytes[entry.Format];
        var length = shape.Aggregate((long)elementBytes, (product, size) => product * size);
        return Load(entry, shape, Bytes(entry).Slice((int)(firstRow * rowBytes), (int)length), dtype, device);
    }

    private Tensor Load(TensorEntry entry, long[] shape, ReadOnlySpan<byte> bytes, ScalarType? dtype, Device? device)
    {
        var stored = TypeOf(entry.Format) ?? throw new ModelException(Path, $"element type {entry.Format} is not supported",
            entry.Name, "Convert the file to fp32, fp16 or bf16");
        var tensor = empty(shape, dtype: stored);
        bytes.CopyTo(tensor.bytes);
        return tensor.to(dtype ?? stored, device ?? CPU, disposeAfter: true);
    }

    /// <summary>The engine's type for a stored one, null where the engine has none.</summary>
    internal static ScalarType? TypeOf(string format) => format switch
    {
        "F64" => ScalarType.Float64, "F32" => ScalarType.Float32, "F16" => ScalarType.Float16, "BF16" => ScalarType.BFloat16,
        "I64" => ScalarType.Int64, "I32" => ScalarType.Int32, "I16" => ScalarType.Int16, "I8" => ScalarType.Int8,
        "U8" => ScalarType.Byte, "BOOL" => ScalarType.Bool, _ => null,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
