namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Reads a tensor as <see cref="TensorExtensionMethods.Save(Tensor, BinaryWriter)"/> wrote it.</summary>
        public static Tensor Load(BinaryReader reader)
        {
            var (type, shape) = TensorExtensionMethods.ReadHeader(reader);
            var tensor = empty(shape, type);
            tensor.ReadBytesFromStream(reader.BaseStream);
            return tensor;
        }

        public static Tensor Load(Stream stream)
        {
            using var reader = new BinaryReader(stream);
            return Load(reader);
        }

        public static Tensor Load(string location)
        {
            using var stream = File.OpenRead(location);
            return Load(stream);
        }
    }
}

/// <summary>TorchSharp's own format: type, dimensions and sizes as 7-bit encoded integers, then the raw elements.</summary>
public static partial class TensorExtensionMethods
{
    public static void Save(this torch.Tensor tensor, BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64((int)tensor.dtype);
        writer.Write7BitEncodedInt64(tensor.ndim);
        foreach (long s in tensor.shape) writer.Write7BitEncodedInt64(s);
        writer.Flush();
        using var local = tensor.detach().cpu();
        using var dense = local.contiguous();
        dense.WriteBytesToStream(writer.BaseStream);
    }

    public static void Save(this torch.Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream);
        tensor.Save(writer);
    }

    public static void Save(this torch.Tensor tensor, string location)
    {
        using var stream = File.Create(location);
        tensor.Save(stream);
    }

    public static torch.Tensor Load(BinaryReader reader, bool skip = false) => torch.Tensor.Load(reader);

    /// <summary>Reads into an existing tensor, which must have the type and shape that was saved.</summary>
    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        using var loaded = torch.Tensor.Load(reader);
        if (loaded.dtype != tensor.dtype)
            throw new ArgumentException("Mismatched tensor data types while loading. Make sure that the model you are "
                + "loading into is exactly the same as the origin.");
        if (skip) return;
        if (!loaded.shape.AsSpan().SequenceEqual(tensor.shape))
            throw new ArgumentException("Mismatched tensor shape while loading. Make sure that the model you are "
                + "loading into is exactly the same as the origin.");
        using var _ = torch.no_grad();
        tensor.copy_(loaded);
    }

    internal static (torch.ScalarType type, long[] shape) ReadHeader(BinaryReader reader)
    {
        var type = (torch.ScalarType)reader.Read7BitEncodedInt64();
        var shape = new long[reader.Read7BitEncodedInt64()];
        for (int i = 0; i < shape.Length; i++) shape[i] = reader.Read7BitEncodedInt64();
        return (type, shape);
    }
}
