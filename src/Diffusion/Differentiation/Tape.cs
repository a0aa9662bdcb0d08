using System.Diagnostics.CodeAnalysis;
using SvgDistill.Diffusion.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Differentiation;

/// <summary>
/// What one pass through a network leaves behind for the way back: each operation with its adjoint, in order. The pass itself runs
/// without the engine's gradients; the adjoints are the layers' own, so what is kept is what they say, and nothing else.
/// </summary>
/// <remarks>
/// Tensors are told apart by their C# object. An operation is written down only where one of its inputs is followed, that is where it
/// depends on the pass's input or on a trained parameter. What adjoints need they take by <see cref="Keep"/>; it is freed once they ran.
/// </remarks>
internal sealed class Tape : IDisposable
{
    private readonly HashSet<Tensor> _followed = new(ReferenceEqualityComparer.Instance);
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<Tensor, Tensor> _parameters;
    private readonly bool _nested;
    private List<Tensor> _kept = [];

    /// <summary>An empty tape.</summary>
    public Tape() => _parameters = new(ReferenceEqualityComparer.Instance);

    private Tape(Dictionary<Tensor, Tensor> parameters) => (_parameters, _nested) = (parameters, true);

    /// <summary>Whether blocks are to be computed again on the way back rather than kept.</summary>
    public bool Recomputes { get; init; }

    /// <summary>A tape for a part that is computed again: gradients of parameters go where this tape's go.</summary>
    public Tape Nested() => new(_parameters);

    /// <summary>From here on, what depends on the tensor is written down.</summary>
    public void Follow(Tensor input) => _followed.Add(input);

    /// <summary>Whether it depends on what is followed.</summary>
    public bool Has(Tensor value) => _followed.Contains(value);

    /// <summary>Another name for a tensor, which lives until the next operation that is written down has run backwards.</summary>
    public Tensor Keep(Tensor value)
    {
        var own = value.alias().DetachFromDisposeScope();
        _kept.Add(own);
        return own;
    }

    /// <summary>Writes an operation down.</summary>
    /// <param name="inputs">What it was given.</param>
    /// <param name="outputs">What it gave, fresh objects.</param>
    /// <param name="adjoint">dL/dinputs from dL/doutputs; null stands for zero on either side.</param>
    public void Record(Tensor[] inputs, Tensor[] outputs, Func<Tensor?[], Tensor?[]> adjoint)
    {
        _entries.Add(new Entry(inputs, outputs, adjoint, _kept));
        _kept = [];
        foreach (var output in outputs) _followed.Add(output);
    }

    /// <summary>Writes down an operation of one input and one output.</summary>
    public void Record(Tensor input, Tensor output, Func<Tensor, Tensor> adjoint) =>
        Record([input], [output], g => [adjoint(g[0]!)]);

    /// <summary>Adds to dL/dparameter.</summary>
    public void AddParameterGradient(Tensor parameter, Tensor gradient) => Add(_parameters, parameter, gradient.DetachFromDisposeScope());

    /// <summary>dL/dparameter, the tape's; null where the loss does not depend on it.</summary>
    public Tensor? ParameterGradient(Tensor parameter) => _parameters.GetValueOrDefault(parameter);

    /// <summary>dL/dinput, fresh, from the gradients of some outputs; null where none reaches it. Once a tape.</summary>
    public Tensor? Backward(Tensor input, params ReadOnlySpan<(Tensor Output, Tensor Gradient)> seeds)
    {
        using var noGrad = no_grad();
        var gradients = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var (output, gradient) in seeds) Add(gradients, output, gradient.alias().DetachFromDisposeScope());
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            Run(_entries[i], gradients);
            _entries.RemoveAt(i);
        }
        gradients.Remove(input, out var result);
        foreach (var unused in gradients.Values) unused.Dispose();
        using (result) return result?.alias(); // A name in the caller's dispose scope.
    }

    /// <summary>Frees what was kept and has not been used.</summary>
    public void Dispose()
    {
        foreach (var tensor in _entries.SelectMany(e => e.Kept).Concat(_kept)) tensor.Dispose();
        _entries.Clear();
        if (_nested) return;
        foreach (var gradient in _parameters.Values) gradient.Dispose();
        _parameters.Clear();
    }

    private void Run(Entry entry, Dictionary<Tensor, Tensor> gradients)
    {
        var incoming = new Tensor?[entry.Outputs.Length];
        for (var k = 0; k < incoming.Length; k++) gradients.Remove(entry.Outputs[k], out incoming[k]);
        if (Array.Exists(incoming, g => g is not null))
        {
            using var scope = NewDisposeScope();
            var outgoing = entry.Adjoint(incoming);
            for (var k = 0; k < outgoing.Length; k++)
            {
                if (outgoing[k] is not { } gradient || !_followed.Contains(entry.Inputs[k])) continue;
                // A sum hands its gradient on as it is, to several inputs perhaps: each gets a name of its own.
                var shared = Array.IndexOf(incoming, gradient) >= 0 || Array.IndexOf(outgoing, gradient) < k;
                Add(gradients, entry.Inputs[k], (shared ? gradient.alias() : gradient).DetachFromDisposeScope());
            }
        }
        foreach (var tensor in incoming) tensor?.Dispose();
        foreach (var tensor in entry.Kept) tensor.Dispose();
    }

    private static void Add(Dictionary<Tensor, Tensor> gradients, Tensor key, Tensor gradient)
    {
        if (gradients.TryGetValue(key, out var before))
        {
            using (before)
            using (gradient) gradients[key] = before.add(gradient, Aten.Number(1L)).DetachFromDisposeScope();
        }
        else gradients[key] = gradient;
    }

    private sealed record Entry(Tensor[] Inputs, Tensor[] Outputs, Func<Tensor?[], Tensor?[]> Adjoint, List<Tensor> Kept);
}

/// <summary>Operations that layers are put together with. Without a tape they only compute.</summary>
internal static class TapeOperations
{
    /// <summary>Whether an operation on these inputs has to be written down.</summary>
    public static bool Follows([NotNullWhen(true)] this Tape? tape, Tensor input) => tape is not null && tape.Has(input);

    /// <summary>A function whose adjoint needs nothing of the pass: a view, a scaling, a change of type.</summary>
    public static Tensor Map(this Tape? tape, Tensor x, Func<Tensor, Tensor> function, Func<Tensor, Tensor> adjoint)
    {
        var y = function(x);
        if (ReferenceEquals(y, x)) return x;
        if (tape.Follows(x)) tape.Record(x, y, adjoint);
        return y;
    }

    /// <summary>x in another element type.</summary>
    public static Tensor Cast(this Tape? tape, Tensor x, ScalarType type)
    {
        var own = x.dtype;
        return own == type ? x : tape.Map(x, v => v.to(type), g => g.to(own));
    }

    /// <summary>x in an element type, as a tensor of its own even where that is x's.</summary>
    public static Tensor Own(this Tape? tape, Tensor x, ScalarType type)
    {
        var own = x.dtype;
        return tape.Map(x, v => own == type ? v.alias() : v.to(type), g => g.to(own));
    }

    /// <summary>a + b, of the same shape.</summary>
    public static Tensor Add(this Tape? tape, Tensor a, Tensor b)
    {
        var sum = a + b;
        if (tape is not null && (tape.Has(a) || tape.Has(b))) tape.Record([a, b], [sum], g => [g[0], g[0]]);
        return sum;
    }

    /// <summary>Channels of a, then those of b.</summary>
    public static Tensor Join(this Tape? tape, Tensor a, Tensor b)
    {
        var joined = cat([a, b], 1);
        if (tape is null || !(tape.Has(a) || tape.Has(b))) return joined;
        var (first, second) = (a.shape[1], b.shape[1]);
        tape.Record([a, b], [joined], g => [g[0]!.narrow(1, 0, first), g[0]!.narrow(1, first, second)]);
        return joined;
    }

    /// <summary>
    /// A part whose intermediate results are not kept for the way back but computed again there (gradient checkpointing, Chen 2016,
    /// arXiv:1604.06174): one more forward pass for a small fraction of the memory.
    /// </summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">The part's input.</param>
    /// <param name="part">Must give the same in both passes.</param>
    public static Tensor Recomputed(this Tape? tape, Tensor x, Func<Tensor, Tape?, Tensor> part)
    {
        var y = part(x, null);
        if (!tape.Follows(x)) return y;
        var input = tape.Keep(x);
        tape.Record(x, y, g =>
        {
            using var inner = tape.Nested();
            inner.Follow(input);
            return inner.Backward(input, (part(input, inner), g))!;
        });
        return y;
    }
}
