using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// A layer that adapters may extend: a linear one, or a convolution, which is a linear layer on patches of the map. An adapter's first
/// matrix takes Inputs * Kernel * Kernel numbers then, in the order of a convolution's weight.
/// </summary>
internal interface IAdaptedLayer
{
    /// <summary>The layer's full name, by which adapter files refer to it.</summary>
    string Path { get; }

    /// <summary>Element type of its weight.</summary>
    ScalarType Type { get; }

    /// <summary>Device of its weight.</summary>
    Device Device { get; }

    /// <summary>Size of the input's last dimension; channels of a convolution.</summary>
    long Inputs { get; }

    /// <summary>The same of the output.</summary>
    long Outputs { get; }

    /// <summary>Side of a convolution's kernel; null of a linear layer.</summary>
    long? Kernel { get; }

    /// <summary>The active adapters; empty almost always.</summary>
    List<ILinearAdapter> Adapters { get; }
}
