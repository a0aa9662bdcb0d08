using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Adapters;

/// <summary>Reads textual-inversion embeddings: one or more vectors that stand for a word.</summary>
internal static class TextualInversion
{
    private const string WebUiName = "emb_params";

    /// <summary>The word (the tensor's name, or the file's where the tensor has none of its own) and its vectors [n,C].</summary>
    public static (string Word, Tensor Vectors) Read(string path, int channels)
    {
        using var file = new SafetensorsFile(path);
        if (file.Tensors.ContainsKey("clip_g"))
            throw new ModelException(path, "embeddings for SDXL are not supported", "clip_g", "Use one made for Stable Diffusion 1.x or 2.x");
        if (file.Tensors.Count != 1)
            throw new ModelException(path, $"an embedding file holds one tensor, this one has {file.Tensors.Count}");
        var entry = file.Tensors.Values.Single();
        if (entry.Shape.Count is not (1 or 2) || entry.Elements == 0 || entry.Shape[0] > 75 && entry.Shape.Count == 2)
            throw new ModelException(path, $"one to 75 vectors expected, its shape is {entry.ShapeText}", entry.Name);
        if (entry.Shape[^1] != channels)
            throw new ModelException(path, $"its vectors have {entry.Shape[^1]} numbers, the model's text encoder has {channels}", entry.Name,
                "It is made for another model family");
        var word = entry.Name == WebUiName ? Path.GetFileNameWithoutExtension(path) : entry.Name;
        return (word, file.Load(entry.Name, ScalarType.Float32).view(-1, channels));
    }
}
