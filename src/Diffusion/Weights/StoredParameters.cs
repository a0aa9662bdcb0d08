using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Weights;

/// <summary>A parameter's place in a file: a whole tensor, or some rows of a fused one.</summary>
internal readonly record struct StoredParameter(SafetensorsFile File, TensorEntry Entry, long FirstRow = 0, long Rows = -1)
{
    public IReadOnlyList<long> Shape => Rows < 0 ? Entry.Shape : [Rows, .. Entry.Shape.Skip(1)];
}

/// <summary>Parameters read from files on demand and converted to the run's element type.</summary>
internal sealed class StoredParameters(
    string part, IReadOnlyDictionary<string, StoredParameter> stored, string path, ScalarType runType, Device device)
    : ParameterSource(runType, device)
{
    public override bool Contains(string name) => stored.ContainsKey(name);

    private protected override Tensor Create(string name, long[] shape, ScalarType type)
    {
        if (!stored.TryGetValue(name, out var source))
        {
            var near = stored.Keys.Count(key => key.Split('.')[0] == name.Split('.')[0]);
            throw new ModelException(path, $"the {part} lacks this parameter ({near} of {stored.Count} begin alike)", name,
                "The configuration and the weights do not belong together, or the file is incomplete");
        }
        if (!Shapes.Fits(source.Shape, shape))
            throw new ModelException(source.File.Path,
                $"the {part} needs shape {Shapes.Text(shape)}, the file has {Shapes.Text(source.Shape)}", source.Entry.Name,
                "The configuration and the weights do not belong together");
        if (source.Entry.Format is not ("F32" or "F16" or "BF16"))
            throw new ModelException(source.File.Path, $"weights in {source.Entry.Format} are not supported", source.Entry.Name,
                "Convert the file to fp32, fp16 or bf16");
        return source.File.LoadRows(source.Entry, source.FirstRow, shape, type, Device);
    }

    /// <summary>Says which stored parameters the network did not ask for.</summary>
    /// <exception cref="ModelException">There are some.</exception>
    public void RequireAllUsed()
    {
        var odd = stored.Keys.Where(name => !Taken.ContainsKey(name)).Order(StringComparer.Ordinal).ToArray();
        if (odd.Length == 0) return;
        var rest = odd.Length > 3 ? $" and {odd.Length - 3} more" : "";
        throw new ModelException(path, $"the {part} has no use for {string.Join(", ", odd.Take(3))}{rest}",
            remedy: "It is of another architecture than its configuration says");
    }
}
