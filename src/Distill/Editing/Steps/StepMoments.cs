namespace SvgDistill.Distill.Editing.Steps;

/// <summary>Adam's two decays and the corrections of a step's bias (Kingma and Ba 2015, algorithm 1), where coordinates share a second moment.</summary>
internal readonly struct StepMoments(int step, double beta2)
{
    private const double Beta1 = .9, Epsilon = 1e-8;

    private readonly double _correction1 = 1 - Math.Pow(Beta1, step), _correction2 = 1 - Math.Pow(beta2, step);

    /// <summary>Takes the gradient in and writes the direction over it.</summary>
    /// <param name="gradient">The coordinates' gradient.</param>
    /// <param name="first">Their running means.</param>
    /// <param name="second">The running mean of <paramref name="squared"/>.</param>
    /// <param name="squared">The largest squared gradient among the coordinates.</param>
    internal void Advance(Span<double> gradient, Span<double> first, ref double second, double squared)
    {
        second = beta2 * second + (1 - beta2) * squared;
        var scale = _correction1 * (Math.Sqrt(second / _correction2) + Epsilon);
        for (var i = 0; i < gradient.Length; i++)
        {
            first[i] = Beta1 * first[i] + (1 - Beta1) * gradient[i];
            gradient[i] = first[i] / scale;
        }
    }
}
