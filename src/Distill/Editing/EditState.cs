using System.Globalization;
using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Editing;

/// <summary>
/// A run between two steps: enough to go on and end with the very bytes of a run that never stopped. The generator needs no
/// state of its own (<see cref="Randomness.StepRandom"/>). Owns its tensors.
/// </summary>
public sealed class EditState : IDisposable
{
    private const string TargetPrefix = "target.", MethodPrefix = "method.", KeptPrefix = "kept.", DocumentName = "document";

    internal EditState(int step, ulong seed, IReadOnlyDictionary<string, Tensor> target, IReadOnlyDictionary<string, Tensor> method)
    {
        (Step, Seed, Target, Method) = (step, seed, target, method);
        foreach (var tensor in target.Values.Concat(method.Values)) tensor.DetachFromDisposeScope();
    }

    /// <summary>Steps done.</summary>
    public int Step { get; }

    /// <summary>The run's seed.</summary>
    public ulong Seed { get; }

    /// <summary>The file that the parameters are of, where an edit has put shapes into it; null for the run's input.</summary>
    public ReadOnlyMemory<byte>? Document { get; set; }

    /// <summary>Parameters and optimiser.</summary>
    internal IReadOnlyDictionary<string, Tensor> Target { get; }

    /// <summary>What the method carries.</summary>
    internal IReadOnlyDictionary<string, Tensor> Method { get; }

    /// <summary>Numbers that whoever runs the loop keeps from one step to another, by name.</summary>
    public IDictionary<string, double[]> Kept { get; } = new Dictionary<string, double[]>(StringComparer.Ordinal);

    /// <summary>Writes a safetensors file, whole or not at all.</summary>
    /// <param name="path">Where.</param>
    /// <param name="run">What the run is (input, prompts, options): <see cref="Load"/> refuses the state of another.</param>
    public void Save(string path, string run)
    {
        using var scope = NewDisposeScope();
        var tensors = Target.Select(t => (TargetPrefix + t.Key, t.Value)).Concat(Method.Select(t => (MethodPrefix + t.Key, t.Value)))
            .Concat(Kept.Select(k => (KeptPrefix + k.Key, (Tensor)tensor(k.Value))))
            .ToDictionary(t => t.Item1, t => t.Item2, StringComparer.Ordinal);
        if (Document is { } bytes) tensors[DocumentName] = tensor(bytes.ToArray());
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string>
        {
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["seed"] = Seed.ToString(CultureInfo.InvariantCulture),
            ["run"] = run,
        });
    }

    /// <summary>Reads a file that <see cref="Save"/> wrote.</summary>
    /// <exception cref="DistillException">It is another run's.</exception>
    public static EditState Load(string path, string run)
    {
        using var file = new SafetensorsFile(path);
        if (!file.Metadata.TryGetValue("run", out var owner) || owner != run
            || !file.Metadata.TryGetValue("step", out var step) || !file.Metadata.TryGetValue("seed", out var seed))
            throw new DistillException($"{path}: the state of another run. Start anew, or repeat that run's command.");
        var state = new EditState(int.Parse(step, CultureInfo.InvariantCulture), ulong.Parse(seed, CultureInfo.InvariantCulture),
            Of(TargetPrefix), Of(MethodPrefix)) { Document = Document() };
        foreach (var (name, numbers) in Of(KeptPrefix))
        {
            state.Kept[name] = numbers.data<double>().ToArray();
            numbers.Dispose();
        }
        return state;

        ReadOnlyMemory<byte>? Document()
        {
            if (!file.Tensors.ContainsKey(DocumentName)) return null;
            using var document = file.Load(DocumentName);
            return document.data<byte>().ToArray();
        }

        Dictionary<string, Tensor> Of(string prefix) => file.Tensors.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(k => k[prefix.Length..], k => file.Load(k), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Target.Values.Concat(Method.Values)) tensor.Dispose();
    }
}
