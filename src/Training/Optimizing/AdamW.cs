using SvgDistill.Diffusion.Differentiation;
using static TorchSharp.torch;

namespace SvgDistill.Training.Optimizing;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), the gradient's norm over all parameters bounded first
/// (Pascanu 2013).
/// </summary>
internal sealed class AdamW : IDisposable
{
    /// <summary>PyTorch's.</summary>
    public const double UsualDecay = .01;

    private const double Beta1 = .9, Beta2 = .999, Eps = 1e-8;

    private readonly Tensor[] _parameters, _first, _second;

    /// <summary>Moments of zero for the parameters, which stay their owner's and are changed in place.</summary>
    public AdamW(IEnumerable<Tensor> parameters)
    {
        _parameters = [.. parameters];
        _first = [.. _parameters.Select(p => zeros_like(p, requires_grad: false).DetachFromDisposeScope())];
        _second = [.. _parameters.Select(p => zeros_like(p, requires_grad: false).DetachFromDisposeScope())];
    }

    /// <summary>Steps that were taken; set where moments of an earlier run were read into <see cref="State"/>.</summary>
    public long Steps { get; set; }

    /// <summary>Part of a weight that goes at each step, times the rate; vectors (biases, norms) keep theirs.</summary>
    public double Decay { get; init; } = UsualDecay;

    /// <summary>The largest norm of the whole gradient.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>One step against the gradients, one a parameter, null for zero.</summary>
    /// <returns>The gradient's norm before it was bounded.</returns>
    public double Step(double rate, IReadOnlyList<Tensor?> gradients)
    {
        using var noGrad = no_grad();
        using var steady = Steady.Begin();
        using var scope = NewDisposeScope();
        var norm = Math.Sqrt(gradients.OfType<Tensor>().Sum(g => g.to(ScalarType.Float64).square().sum().item<double>()));
        if (!double.IsFinite(norm)) throw new TrainingException($"the gradient is no number at step {Steps + 1}: the rate {rate:g3} is too high. Give a smaller one.");
        Steps++;
        var factor = norm > Clip ? Clip / norm : 1;
        // m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps).
        var (step, root) = (rate / (1 - Math.Pow(Beta1, Steps)), Math.Sqrt(1 - Math.Pow(Beta2, Steps)));
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (gradients[i] is not { } gradient) continue;
            using var inner = NewDisposeScope();
            var (p, m, v) = (_parameters[i], _first[i], _second[i]);
            var g = factor == 1 ? gradient : gradient * factor;
            m.mul_(Beta1).add_(g, alpha: 1 - Beta1);
            v.mul_(Beta2).addcmul_(g, g, value: 1 - Beta2);
            if (p.dim() > 1 && Decay > 0) p.mul_(1 - rate * Decay);
            p.addcdiv_(m, (v.sqrt() / root).add_(Eps), value: -step);
        }
        return norm;
    }

    /// <summary>The moments: with <see cref="Steps"/>, everything that a later run needs to go on.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _first.Select((t, i) => ($"first.{i}", t)).Concat(_second.Select((t, i) => ($"second.{i}", t)));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _first.Concat(_second)) tensor.Dispose();
    }
}
