using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training;

/// <summary>
/// The random numbers of one purpose at one step. They follow from (seed, step, purpose) alone, so that a run that was cut off anywhere
/// goes on with the numbers that it would have had; nothing of them has to be saved. SplitMix64 (Steele, Lea and Flood 2014).
/// </summary>
internal sealed class Draws
{
    private ulong _state;

    /// <summary>The numbers of a purpose at a step.</summary>
    public Draws(long seed, long step, Purpose purpose) =>
        _state = Mix(Mix(Mix((ulong)seed) ^ (ulong)step) ^ (ulong)purpose);

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>A number from 0 to 1, 1 excluded.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>A number between two others.</summary>
    public double Between(double from, double to) => from + (to - from) * Uniform();

    /// <summary>A whole number from 0 to count, count excluded.</summary>
    public int Below(int count) => (int)(Uniform() * count);

    /// <summary>Standard normal numbers, on the CPU, so that a seed means the same on every device.</summary>
    public Tensor Normal(params long[] shape)
    {
        using var generator = new Generator(Next());
        return randn(shape, generator: generator);
    }

    /// <summary>The numbers 0 to count in a random order (Fisher and Yates).</summary>
    public int[] Order(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>What random numbers are for.</summary>
internal enum Purpose
{
    /// <summary>Numbers that a network begins with.</summary>
    Start = 1,
    /// <summary>Which icons a batch has, and which of their views.</summary>
    Batch,
    /// <summary>How an icon is placed and what lies behind it.</summary>
    View,
    /// <summary>What is added to latents, and how much.</summary>
    Noise,
    /// <summary>Which form of its name an icon goes by.</summary>
    Caption,
    /// <summary>What held-out icons are measured with.</summary>
    Measure,
    /// <summary>Which icons are held out.</summary>
    Split,
    /// <summary>Samples that people look at.</summary>
    Sample,
    /// <summary>Which pictures are drawn in another style, and in which.</summary>
    Style,
}
