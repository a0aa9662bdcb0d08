using static TorchSharp.torch;

namespace SvgDistill.Distill.Randomness;

/// <summary>
/// The run's own generator. What it draws depends on seed, step and stream alone: a run resumes at any step without a
/// saved generator, methods compared under one seed see the same noise, and a timed probe step changes nothing after it.
/// </summary>
/// <remarks>Normals by Box and Muller in double, rounded once; the engine's own generators differ between versions.</remarks>
public sealed class StepRandom : IDraws
{
    private readonly ulong _seed;
    private readonly uint _step, _stream;
    private uint _position;

    /// <summary>The numbers of one step.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="stream">Keeps purposes apart: 0 for the method's own draws.</param>
    public StepRandom(ulong seed, int step, int stream = 0) => (_seed, _step, _stream) = (seed, (uint)step, (uint)stream);

    /// <inheritdoc/>
    public int Pick(int first, int end)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(first, end);
        var (x0, x1, _, _) = Next();
        return first + (int)Math.BigMul(((ulong)x1 << 32) | x0, (ulong)(end - first), out _);
    }

    /// <inheritdoc/>
    public double Uniform()
    {
        var (x0, x1, _, _) = Next();
        return ((((ulong)x1 << 32) | x0) >> 11) * (1.0 / (1UL << 53));
    }

    /// <inheritdoc/>
    public long[] Positions(int count, int total)
    {
        // Fisher and Yates, stopped when enough have been placed.
        var order = new long[total];
        for (var i = 0; i < total; i++) order[i] = i;
        for (var i = 0; i < count; i++)
        {
            var j = Pick(i, total);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order[..count];
    }

    /// <inheritdoc/>
    public Tensor Normal(Tensor like)
    {
        var values = new float[like.numel()];
        Span<float> block = stackalloc float[4];
        for (var i = 0; i < values.Length; i += 4)
        {
            var (x0, x1, x2, x3) = Next();
            (block[0], block[1]) = BoxMuller(x0, x1);
            (block[2], block[3]) = BoxMuller(x2, x3);
            block[..Math.Min(4, values.Length - i)].CopyTo(values.AsSpan(i));
        }
        using var flat = tensor(values);
        using var shaped = flat.reshape(like.shape);
        return shaped.to(like.dtype, like.device, copy: true);
    }

    private (uint X0, uint X1, uint X2, uint X3) Next() => Philox.Block(_position++, 0, _step, _stream, _seed);

    // The first word is taken from (0, 1], so that its logarithm is finite.
    private static (float, float) BoxMuller(uint a, uint b)
    {
        var radius = Math.Sqrt(-2 * Math.Log((a + 1.0) / 4294967296.0));
        var (sin, cos) = Math.SinCos(2 * Math.PI * (b / 4294967296.0));
        return ((float)(radius * cos), (float)(radius * sin));
    }
}
