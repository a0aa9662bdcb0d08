using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>The adapters that some layers have now, for a second pass that may come after others took their place.</summary>
internal sealed class ActiveAdapters(IEnumerable<IAdaptedLayer> layers)
{
    private readonly (IAdaptedLayer Layer, ILinearAdapter[] Adapters)[] _active = [.. layers.Select(layer => (layer, layer.Adapters.ToArray()))];

    /// <summary>Their parameters that take gradients.</summary>
    public IEnumerable<Tensor> Trained => _active.SelectMany(a => a.Adapters).SelectMany(a => a.Trained);

    /// <summary>Puts them back in place until the result is disposed.</summary>
    public IDisposable Restore()
    {
        var before = _active.Select(a => a.Layer.Adapters.ToArray()).ToArray();
        Set(_active.Select(a => a.Adapters));
        return new Release(() => Set(before));
    }

    /// <summary>Takes whatever layers have away until the result is disposed.</summary>
    public static IDisposable Lift(IEnumerable<IAdaptedLayer> layers)
    {
        var lifted = layers.Where(l => l.Adapters.Count > 0).Select(l => (Layer: l, Own: l.Adapters.ToArray())).ToArray();
        foreach (var (layer, _) in lifted) layer.Adapters.Clear();
        return new Release(() =>
        {
            foreach (var (layer, own) in lifted) layer.Adapters.InsertRange(0, own);
        });
    }

    private void Set(IEnumerable<ILinearAdapter[]> adapters)
    {
        foreach (var ((layer, _), own) in _active.Zip(adapters))
        {
            layer.Adapters.Clear();
            layer.Adapters.AddRange(own);
        }
    }
}
