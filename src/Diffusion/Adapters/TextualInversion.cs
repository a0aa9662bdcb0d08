using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Adapters;

/// <summary>Reads textual-inversion embeddings: one or more vectors that stand for a word.</summary>
internal static class TextualInversion
{
    private const string WebUiName = "emb_params";

    // A prompt's tokens without begin and end.
    private const int MostVectors = 75;

    /// <summary>The word (the tensor's name, or the file's where the tensor has none of its own) and its vectors [n,C].</summary>
    public static (string Word, Tensor Vectors) Read(string path, int channels)
    {
        using var file = new SafetensorsFile(path);
        AdapterKinds.Require(file, AdapterKind.TextualInversion);
        var (word, entry) = Find(file);
        if (entry.Shape[^1] != channels)
            throw new ModelException(path, $"its vectors have {entry.Shape[^1]} numbers, the model's text encoder has {channels}", entry.Name,
                "It is made for another model family");
        return (word, file.Load(entry.Name, ScalarType.Float32).view(-1, channels));
    }

    /// <summary>The word and the one tensor that such a file holds.</summary>
    /// <exception cref="ModelException">It holds others, or too many vectors.</exception>
    public static (string Word, TensorEntry Entry) Find(SafetensorsFile file)
    {
        if (file.Tensors.Count != 1)
            throw new ModelException(file.Path, $"an embedding file holds one tensor, this one has {file.Tensors.Count}", remedy: "Use an embedding in safetensors form");
        var entry = file.Tensors.Values.Single();
        if (entry.Shape.Count is not (1 or 2) || entry.Elements == 0 || entry.Shape.Count == 2 && entry.Shape[0] > MostVectors)
            throw new ModelException(file.Path, $"one to {MostVectors} vectors expected, its shape is {entry.ShapeText}", entry.Name);
        return (entry.Name == WebUiName ? Path.GetFileNameWithoutExtension(file.Path) : entry.Name, entry);
    }
}
