using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Rasterizer;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Metrics;

/// <summary>
/// Learned perceptual image patch similarity, version 0.1 on AlexNet (Zhang et al. 2018): the features after each of the
/// five ReLUs are scaled to unit length at every position; their squared differences are weighted by channel, averaged over
/// positions and summed over layers. Differentiable in both pictures.
/// </summary>
/// <remarks>
/// The weights are a safetensors file with the names of the published network's state dict: <c>scaling_layer.shift|scale</c>,
/// <c>net.sliceS.N.weight|bias</c>, <c>linK.model.1.weight</c>. They are never guessed: without a file there is no LPIPS.
/// </remarks>
public sealed class Lpips : IDisposable
{
    /// <summary>The smallest side: below it AlexNet's second pooling has nothing to pool.</summary>
    public const int SmallestSide = 31;

    // As published; here under the root, which changes no forward value and keeps the gradient finite where all features are zero.
    private const double Epsilon = 1e-10;

    // AlexNet's convolutions by their place in its list of features.
    private static readonly (string Name, long Inputs, long Outputs, long Kernel, long Stride, long Padding, bool PoolBefore)[] _layers =
    [
        ("net.slice1.0", 3, 64, 11, 4, 2, false),
        ("net.slice2.3", 64, 192, 5, 1, 2, true),
        ("net.slice3.6", 192, 384, 3, 1, 1, true),
        ("net.slice4.8", 384, 256, 3, 1, 1, false),
        ("net.slice5.10", 256, 256, 3, 1, 1, false),
    ];

    private readonly Tensor _shift, _scale;
    private readonly Tensor[] _weights, _biases, _linear;

    /// <summary>Reads the weights.</summary>
    /// <param name="path">The safetensors file; fp16 and bf16 weights are computed with in fp32.</param>
    /// <exception cref="SvgDistillException">A weight is missing or has another shape.</exception>
    /// <exception cref="Diffusion.ModelException">The file is missing or not valid.</exception>
    public Lpips(string path)
    {
        if (!File.Exists(path))
            throw new SvgDistillException($"{path}: there is no such file. --lpips takes LPIPS weights as safetensors; " +
                "docs/metrics.md says how to make them.");
        Sha256 = ModelHash.OfFile(path);
        using var file = new SafetensorsFile(path);
        _shift = Take("scaling_layer.shift", 1, 3, 1, 1);
        _scale = Take("scaling_layer.scale", 1, 3, 1, 1);
        _weights = [.. _layers.Select(l => Take(l.Name + ".weight", l.Outputs, l.Inputs, l.Kernel, l.Kernel))];
        _biases = [.. _layers.Select(l => Take(l.Name + ".bias", l.Outputs))];
        _linear = [.. _layers.Select((l, i) => Take($"lin{i}.model.1.weight", 1, l.Outputs, 1, 1))];

        Tensor Take(string name, params long[] shape)
        {
            if (!file.Tensors.TryGetValue(name, out var entry) || !entry.Shape.SequenceEqual(shape))
                throw new SvgDistillException($"{path}: LPIPS on AlexNet needs '{name}' of shape [{string.Join(", ", shape)}], the file has " +
                    $"{(entry is null ? "none" : $"[{string.Join(", ", entry.Shape)}]")}. docs/metrics.md says how to make the file.");
            return file.Load(name, ScalarType.Float32).DetachFromDisposeScope();
        }
    }

    /// <summary>The weights' hash: figures of different weights are not comparable.</summary>
    public string Sha256 { get; }

    /// <summary>The distance of two pictures; at least 0, 0 where they are equal.</summary>
    public double Measure(RgbPicture a, RgbPicture b)
    {
        RgbPicture.RequireSameSize(a, b);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Distance(2 * a.ToTensor() - 1, 2 * b.ToTensor() - 1).item<float>();
    }

    /// <summary>The distances of two batches, [B,3,H,W] in -1..1, as a fresh [B].</summary>
    /// <exception cref="ArgumentException">The pictures are smaller than <see cref="SmallestSide"/>.</exception>
    public Tensor Distance(Tensor a, Tensor b)
    {
        if (Math.Min(a.shape[2], a.shape[3]) < SmallestSide)
            throw new ArgumentException($"LPIPS needs pictures of at least {SmallestSide} x {SmallestSide} pixels, not {a.shape[3]} x {a.shape[2]}.");
        using var scope = NewDisposeScope();
        var (x, y) = ((a - _shift) / _scale, (b - _shift) / _scale);
        var distance = zeros(a.shape[0]);
        for (var i = 0; i < _layers.Length; i++)
        {
            (x, y) = (Layer(i, x), Layer(i, y));
            var difference = (Unit(x) - Unit(y)).pow(2);
            distance = distance + nn.functional.conv2d(difference, _linear[i]).mean([1, 2, 3]);
        }
        return distance.MoveToOuterDisposeScope();
    }

    private Tensor Layer(int i, Tensor x)
    {
        var (_, _, _, _, stride, padding, pool) = _layers[i];
        if (pool) x = nn.functional.max_pool2d(x, 3L, 2L);
        return nn.functional.conv2d(x, _weights[i], _biases[i], [stride, stride], [padding, padding]).relu();
    }

    private static Tensor Unit(Tensor x) => x / ((x.pow(2).sum([1], keepdim: true) + Epsilon * Epsilon).sqrt() + Epsilon);

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        foreach (var tensor in new[] { _shift, _scale }.Concat(_weights).Concat(_biases).Concat(_linear)) tensor.Dispose();
    }
}
