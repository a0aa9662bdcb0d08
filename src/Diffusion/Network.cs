using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion;

/// <summary>A network and its frozen parameters, which it owns.</summary>
public abstract class Network : IDisposable
{
    private const long SmallCount = 1 << 26;

    private protected Network(ParameterSource source) => Source = source;

    private protected ParameterSource Source { get; }

    /// <summary>The parameters by name (diffusers' and transformers' names).</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => Source.Taken;

    /// <summary>Number of numbers in the parameters.</summary>
    public long ParameterCount => Source.Taken.Values.Sum(p => p.NumberOfElements);

    /// <summary>
    /// Whether it has so few parameters that its operations are over before a second thread has woken up: then two halves of a batch
    /// are computed at the same time rather than each operation on two threads.
    /// </summary>
    public bool IsSmall => !Source.Trains && HasFewParameters;

    /// <summary>The same of a network that is trained, whose batches are split by whoever trains it.</summary>
    internal bool HasFewParameters => IsFew(ParameterCount, Device);

    /// <summary>Whether so many parameters are few where they are.</summary>
    internal static bool IsFew(long parameters, Device device) => parameters < SmallCount && device.type == DeviceType.CPU;

    /// <summary>Element type in which the network computes.</summary>
    public ScalarType Type => Source.Type;

    /// <summary>Device on which the network computes.</summary>
    public Device Device => Source.Device;

    /// <summary>Frees the parameters.</summary>
    public void Dispose()
    {
        Source.Release();
        GC.SuppressFinalize(this);
    }
}
