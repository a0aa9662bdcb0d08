using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion;

/// <summary>A network and its frozen parameters, which it owns.</summary>
public abstract class Network : IDisposable
{
    private readonly ParameterSource source;

    private protected Network(ParameterSource source) => this.source = source;

    /// <summary>The parameters by name (diffusers' and transformers' names).</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => source.Taken;

    /// <summary>Number of numbers in the parameters.</summary>
    public long ParameterCount => source.Taken.Values.Sum(p => p.NumberOfElements);

    /// <summary>Element type in which the network computes.</summary>
    public ScalarType Type => source.Type;

    /// <summary>Device on which the network computes.</summary>
    public Device Device => source.Device;

    /// <summary>Frees the parameters.</summary>
    public void Dispose()
    {
        source.Release();
        GC.SuppressFinalize(this);
    }
}
