using static TorchSharp.torch;

namespace SvgDistill.Training.Measuring;

/// <summary>How much of models is measured.</summary>
public sealed record MeasurePlan
{
    /// <summary>Names that are drawn.</summary>
    public int Names { get; init; } = 100;

    /// <summary>Pictures of each.</summary>
    public int Samples { get; init; } = 3;

    /// <summary>Names whose pictures are kept to be shown.</summary>
    public int Shown { get; init; } = 12;

    /// <summary>Steps of DDIM.</summary>
    public int Steps { get; init; } = 30;

    /// <summary>Guidance.</summary>
    public double Guidance { get; init; } = 5;

    /// <summary>Of names and noises.</summary>
    public long Seed { get; init; }
}

/// <summary>What was measured of a model.</summary>
public sealed record ModelFigures : IDisposable
{
    /// <summary>Mean error of the noise in the icons under their names, weighed by min-SNR; less is better.</summary>
    public required double Loss { get; init; }

    /// <summary>Part of the samples whose subject is the nearest of all.</summary>
    public required double Recognized { get; init; }

    /// <summary>Part of the samples whose subject is among the five nearest.</summary>
    public required double RecognizedInFive { get; init; }

    /// <summary>Fréchet distance of the samples' features from those of all icons; less is better.</summary>
    public required double Distance { get; init; }

    /// <summary>Pictures of the first names, a tensor [samples,3,96,96] a name.</summary>
    public required IReadOnlyList<Tensor> Shown { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pictures in Shown) pictures.Dispose();
    }
}
