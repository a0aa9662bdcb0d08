using static TorchSharp.torch;

namespace SvgDistill.Distill.Randomness;

/// <summary>The random numbers of one step, in the order in which a method asks for them.</summary>
public interface IDraws
{
    /// <summary>Uniform on <paramref name="first"/> .. <paramref name="end"/> - 1.</summary>
    int Pick(int first, int end);

    /// <summary>Uniform on [0, 1).</summary>
    double Uniform();

    /// <summary>The first <paramref name="count"/> of a random order of 0 .. <paramref name="total"/> - 1.</summary>
    long[] Positions(int count, int total);

    /// <summary>Standard normal noise, fresh, with the shape, type and device of <paramref name="like"/>.</summary>
    Tensor Normal(Tensor like);
}
