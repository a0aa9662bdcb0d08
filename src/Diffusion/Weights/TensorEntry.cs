namespace SvgDistill.Diffusion.Weights;

/// <summary>One tensor of a safetensors file, as its validated header describes it.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Format">Element type as the file spells it: "F32", "BF16" ...</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the start of the file.</param>
/// <param name="Length">Number of bytes.</param>
public sealed record TensorEntry(string Name, string Format, IReadOnlyList<long> Shape, long Begin, long Length)
{
    /// <summary>Number of elements.</summary>
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The shape as people write it: [320, 4, 3, 3].</summary>
    public string ShapeText => Shapes.Text(Shape);
}

/// <summary>Helpers on lists of sizes.</summary>
internal static class Shapes
{
    public static string Text(IReadOnlyList<long> shape) => "[" + string.Join(", ", shape) + "]";

    /// <summary>
    /// Whether two shapes agree but for trailing ones: a 1x1 convolution [C, C, 1, 1] and a linear layer [C, C] hold
    /// the same numbers, and the generations of the published checkpoints use either.
    /// </summary>
    public static bool Fits(IReadOnlyList<long> stored, IReadOnlyList<long> wanted)
    {
        if (stored.Count != wanted.Count && (stored.Count < 2 || wanted.Count < 2)) return false;
        for (var i = 0; i < Math.Max(stored.Count, wanted.Count); i++)
            if ((i < stored.Count ? stored[i] : 1) != (i < wanted.Count ? wanted[i] : 1)) return false;
        return true;
    }
}
