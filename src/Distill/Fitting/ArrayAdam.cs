namespace SvgDistill.Distill.Fitting;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1) on plain arrays in double, so that fitting needs no tensor engine and its bytes
/// depend on nothing but the input. A rate of 0 leaves a component alone.
/// </summary>
internal sealed class ArrayAdam(int count, double beta1 = .9, double beta2 = .99, double epsilon = 1e-12)
{
    private readonly double[] _m = new double[count];
    private readonly double[] _v = new double[count];
    private int _t;

    /// <summary>One step: theta[i] moves by about rates[i] * scale against the gradient.</summary>
    public void Step(Span<double> theta, ReadOnlySpan<double> gradient, ReadOnlySpan<double> rates, double scale)
    {
        _t++;
        var (c1, c2) = (1 - Math.Pow(beta1, _t), 1 - Math.Pow(beta2, _t));
        for (var i = 0; i < theta.Length; i++)
        {
            if (rates[i] == 0) continue;
            _m[i] = beta1 * _m[i] + (1 - beta1) * gradient[i];
            _v[i] = beta2 * _v[i] + (1 - beta2) * gradient[i] * gradient[i];
            theta[i] -= scale * rates[i] * (_m[i] / c1) / (Math.Sqrt(_v[i] / c2) + epsilon);
        }
    }
}
