namespace SvgDistill.Distill.Editing;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1) on plain numbers: a drawing has a few thousand of them, and arrays save to a
/// state exactly. Works in normalised units: callers scale gradients in and steps out.
/// </summary>
internal sealed class Adam(int size, double beta1 = .9, double beta2 = .999, double epsilon = 1e-8)
{
    /// <summary>The gradient's running mean.</summary>
    internal double[] First { get; } = new double[size];

    /// <summary>The squared gradient's running mean.</summary>
    internal double[] Second { get; } = new double[size];

    /// <summary>Steps taken.</summary>
    internal int Steps { get; set; }

    /// <summary>The direction to subtract, before the rate, written over the gradient.</summary>
    internal void Direction(Span<double> gradient)
    {
        Steps++;
        var correction1 = 1 - Math.Pow(beta1, Steps);
        var correction2 = 1 - Math.Pow(beta2, Steps);
        for (var i = 0; i < gradient.Length; i++)
        {
            var g = gradient[i];
            First[i] = beta1 * First[i] + (1 - beta1) * g;
            Second[i] = beta2 * Second[i] + (1 - beta2) * g * g;
            gradient[i] = First[i] / correction1 / (Math.Sqrt(Second[i] / correction2) + epsilon);
        }
    }
}
