using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Differentiation;

/// <summary>A pass through a network with its way back.</summary>
internal interface IDenoiserPass : IDisposable
{
    /// <summary>What the network gives, fp32; the pass's.</summary>
    Tensor Output { get; }

    /// <summary>dL/dlatents, fresh, for a gradient of the output and of what a hook has read on the way; zeros where nothing comes in.</summary>
    Tensor Backward(Tensor? gradient, IReadOnlyList<(Tensor Output, Tensor Gradient)> hooked);

    /// <summary>dL/dparameter of the last <see cref="Backward"/>; null where none is asked for.</summary>
    Tensor? ParameterGradient(Tensor parameter);
}

/// <summary>A whole batch at once.</summary>
internal sealed class NetworkPass : IDenoiserPass
{
    private readonly Tensor _latents;
    private readonly Tape _tape;

    /// <summary>Goes through the network, keeping what the way back needs.</summary>
    /// <param name="latents">Its input.</param>
    /// <param name="recomputes">Whether blocks keep their inputs only.</param>
    /// <param name="network">The network; notes its steps on the tape.</param>
    public NetworkPass(Tensor latents, bool recomputes, Func<Tensor, Tape, Tensor> network)
    {
        _latents = latents.alias().DetachFromDisposeScope();
        _tape = new Tape { Recomputes = recomputes };
        _tape.Follow(_latents);
        Output = network(_latents, _tape).DetachFromDisposeScope();
    }

    public Tensor Output { get; }

    public Tensor Backward(Tensor? gradient, IReadOnlyList<(Tensor Output, Tensor Gradient)> hooked) =>
        _tape.Backward(_latents, gradient is null ? [.. hooked] : [(Output, gradient), .. hooked]) ?? zeros_like(_latents);

    public Tensor? ParameterGradient(Tensor parameter) => _tape.ParameterGradient(parameter);

    public void Dispose()
    {
        _tape.Dispose();
        Output.Dispose();
        _latents.Dispose();
    }
}

/// <summary>The two halves of a batch at the same time, where nothing reads what passes through.</summary>
internal sealed class SplitPass : IDenoiserPass
{
    private readonly IDenoiserPass?[] _parts = new IDenoiserPass?[2];
    private readonly Dictionary<Tensor, Tensor> _sums = new(ReferenceEqualityComparer.Instance);

    public SplitPass(Func<IDenoiserPass> first, Func<IDenoiserPass> second)
    {
        try
        {
            TwoHands.Run(() => _parts[0] = first(), () => _parts[1] = second());
        }
        catch
        {
            foreach (var part in _parts) part?.Dispose();
            throw;
        }
        Output = cat([_parts[0]!.Output, _parts[1]!.Output], 0).DetachFromDisposeScope();
    }

    public Tensor Output { get; }

    public Tensor Backward(Tensor? gradient, IReadOnlyList<(Tensor Output, Tensor Gradient)> hooked)
    {
        if (gradient is null) return zeros_like(Output);
        using var scope = NewDisposeScope();
        var rows = gradient.chunk(2, 0);
        return TwoHands.Join(() => _parts[0]!.Backward(rows[0], []), () => _parts[1]!.Backward(rows[1], [])).MoveToOuterDisposeScope();
    }

    public Tensor? ParameterGradient(Tensor parameter)
    {
        if (_sums.TryGetValue(parameter, out var sum)) return sum;
        if (_parts[0]!.ParameterGradient(parameter) is not { } first || _parts[1]!.ParameterGradient(parameter) is not { } second) return null;
        return _sums[parameter] = (first + second).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var sum in _sums.Values) sum.Dispose();
        foreach (var part in _parts) part!.Dispose();
        Output.Dispose();
    }
}
