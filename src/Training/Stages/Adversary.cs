using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Optimizing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Stages;

/// <summary>
/// A small discriminator of patches (Isola 2017, section 3.2.2) beside an autoencoder: it learns by the hinge loss (Lim and Ye 2017) to tell pictures
/// from decoded ones, and the decoder learns that it cannot (Esser 2021, section 3.1; Rombach 2022).
/// </summary>
internal sealed class Adversary : IDisposable
{
    // Esser 2021, equation 7: what keeps the ratio finite; and taming-transformers' bound of it.
    private const double Delta = 1e-4, MostRatio = 1e4;
    private const int Channels = 32, Groups = 8;

    private readonly TrainedParameters _source;
    private readonly Conv2d _first, _second, _third, _last;
    private readonly GroupNorm _secondNorm, _thirdNorm;
    private readonly AdamW _optimizer;
    private readonly double _weight;

    /// <summary>A new one. Patches of 23 pixels, four apart.</summary>
    /// <param name="weight">Its part in the decoder's gradient: 1 for as much as the other losses have.</param>
    /// <param name="seed">Of the random numbers that it begins with.</param>
    /// <param name="type">Element type.</param>
    /// <param name="device">Device.</param>
    public Adversary(double weight, ulong seed, ScalarType type, Device device)
    {
        _weight = weight;
        _source = new TrainedParameters(seed, type, device);
        var p = new Parameters(_source);
        _first = new Conv2d(p["first"], 3, Channels, stride: 2);
        _second = new Conv2d(p["second"], Channels, 2 * Channels, stride: 2);
        _secondNorm = new GroupNorm(p["second_norm"], Groups, 2 * Channels, 1e-6);
        _third = new Conv2d(p["third"], 2 * Channels, 2 * Channels);
        _thirdNorm = new GroupNorm(p["third_norm"], Groups, 2 * Channels, 1e-6);
        _last = new Conv2d(p["last"], 2 * Channels, 1);
        _optimizer = new AdamW(Parameters.Select(q => q.Value));
    }

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => [.. _source.Taken.Select(p => (p.Key, p.Value))];

    /// <summary>Parameters and moments: with <see cref="Steps"/>, all that a later run needs to go on.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => Parameters.Concat(_optimizer.State);

    /// <summary>Steps that it has learnt.</summary>
    public long Steps
    {
        get => _optimizer.Steps;
        set => _optimizer.Steps = value;
    }

    /// <summary>The hinge loss of the last step.</summary>
    public double Loss { get; private set; }

    /// <summary>The decoder's loss of pictures that it decoded: less, the more of their patches pass.</summary>
    public Tensor Term(Tensor decoded) => -Judge(decoded).mean();

    /// <summary>
    /// A loss with that term, whose gradient by the decoded pictures is made so many times as long as the loss's own (Esser 2021, equation 7, which takes
    /// the decoder's last layer for them). The factor takes no gradient.
    /// </summary>
    /// <param name="loss">The other losses.</param>
    /// <param name="decoded">The pictures [B,3,H,W] in -1..1, on the way from the parameters to the loss.</param>
    public Tensor Added(Tensor loss, Tensor decoded)
    {
        var term = Term(decoded);
        double Length(Tensor of)
        {
            using var gradient = autograd.grad([of], [decoded], retain_graph: true)[0];
            return gradient.norm().to(ScalarType.Float64).item<double>();
        }
        return loss + term * (_weight * Math.Min(Length(loss) / (Length(term) + Delta), MostRatio));
    }

    /// <summary>The hinge loss: half the mean of max(0, 1 - D) over pictures and of max(0, 1 + D) over decoded ones.</summary>
    public Tensor Hinge(Tensor pictures, Tensor decoded) => ((1 - Judge(pictures)).relu().mean() + (1 + Judge(decoded)).relu().mean()) * .5;

    /// <summary>One step.</summary>
    /// <param name="pictures">[B,3,H,W] in -1..1.</param>
    /// <param name="decoded">The same, decoded; no gradient goes into them.</param>
    /// <param name="rate">The rate.</param>
    public void Learn(Tensor pictures, Tensor decoded, double rate)
    {
        var (rows, fixedPictures) = ((int)pictures.shape[0], decoded.detach());
        var (loss, gradients) = Gradients.Of([.. _source.Taken.Values], rows, _source.Device.type == DeviceType.CPU, (start, count) =>
            Hinge(pictures.narrow(0, start, count), fixedPictures.narrow(0, start, count)) * ((double)count / rows));
        Loss = loss;
        _optimizer.Step(rate, gradients);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _source.Release();
    }

    // A map of how real patches look.
    private Tensor Judge(Tensor pictures)
    {
        var x = _secondNorm.ForwardSilu(_second.Forward(_first.Forward(pictures).silu()));
        return _last.Forward(_thirdNorm.ForwardSilu(_third.Forward(x)));
    }
}
