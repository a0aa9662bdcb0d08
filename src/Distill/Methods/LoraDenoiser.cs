using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>A base denoiser with a LoRA adapter of its own that is trained along the way by the noise-prediction loss.</summary>
internal sealed class LoraDenoiser : IDisposable
{
    private const double Beta1 = .9, Beta2 = .999, Epsilon = 1e-8, WeightDecay = .01;

    private readonly LoraAdapter _adapter;
    private readonly Tensor[] _first, _second;
    private readonly double _rate;
    private long _steps;

    /// <summary>Adapts every attention projection of the network; at first it changes nothing.</summary>
    public LoraDenoiser(NoisePredictor network, int rank, double rate, ulong seed)
    {
        using var generator = new Generator(seed);
        _rate = rate;
        _adapter = LoraAdapter.Create(network.Unet, rank, generator);
        _first = [.. _adapter.Parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];
        _second = [.. _adapter.Parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];
        Predictor = network.Adapted(_adapter);
    }

    /// <summary>The adapted network.</summary>
    public NoisePredictor Predictor { get; }

    /// <summary>One AdamW step (Loshchilov and Hutter 2019, algorithm 2) on mean |e - eps|^2.</summary>
    public void Train(Denoiser denoiser, Tensor latents, Tensor context, int t, Tensor eps)
    {
        using var scope = NewDisposeScope();
        var parameters = _adapter.Parameters;
        using var noGrad = no_grad();
        using var prediction = denoiser.PredictForGradient(t, (denoiser.Schedule.AddNoise(latents, eps, t), context));
        var error = prediction.Noise[0] - eps;
        prediction.Backward([error * (2.0 / error.NumberOfElements)]);
        _steps++;
        for (var i = 0; i < parameters.Count; i++)
            Step(parameters[i], prediction.ParameterGradient(parameters[i]) ?? zeros_like(parameters[i]), _first[i], _second[i]);
    }

    /// <summary>Matrices and moments under a prefix.</summary>
    public void Save(string prefix, Dictionary<string, Tensor> state)
    {
        for (var i = 0; i < _first.Length; i++)
            foreach (var (name, tensor) in new[] { ("weight", _adapter.Parameters[i]), ("first", _first[i]), ("second", _second[i]) })
                state[$"{prefix}.{i}.{name}"] = tensor.detach().clone().DetachFromDisposeScope();
        state[$"{prefix}.steps"] = tensor(new[] { _steps }).DetachFromDisposeScope();
    }

    /// <summary>Takes back what <see cref="Save"/> gave.</summary>
    public void Load(string prefix, IReadOnlyDictionary<string, Tensor> state)
    {
        using var noGrad = no_grad();
        for (var i = 0; i < _first.Length; i++)
            foreach (var (name, tensor) in new[] { ("weight", _adapter.Parameters[i]), ("first", _first[i]), ("second", _second[i]) })
                tensor.copy_(state[$"{prefix}.{i}.{name}"]);
        _steps = state[$"{prefix}.steps"].data<long>()[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapter.Dispose();
        foreach (var moment in _first.Concat(_second)) moment.Dispose();
    }

    private void Step(Tensor weight, Tensor gradient, Tensor m, Tensor v)
    {
        m.mul_(Beta1).add_(gradient * (1 - Beta1));
        v.mul_(Beta2).add_(gradient * gradient * (1 - Beta2));
        var scaled = m / (1 - Math.Pow(Beta1, _steps)) / ((v / (1 - Math.Pow(Beta2, _steps))).sqrt() + Epsilon);
        weight.mul_(1 - _rate * WeightDecay).sub_(scaled * _rate);
    }
}
