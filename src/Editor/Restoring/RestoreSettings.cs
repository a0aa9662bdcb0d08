using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Restoration;

namespace SvgDistill.Editor.Restoring;

/// <summary>
/// The numbers of a run. The defaults were tuned on icons with the embedded prior (docs/methods.md, DreamSampler): the paper
/// gives neither gamma nor the unit of its rates, and its guidance of 100 drives this model's pictures away from y.
/// </summary>
/// <param name="Gamma">The weight of the data term.</param>
/// <param name="PointRate">The highest point rate, in fractions of the canvas diagonal.</param>
/// <param name="ColorRate">The highest colour rate, of 0..1.</param>
/// <param name="Guidance">w of e^w.</param>
/// <param name="Timesteps">What t descends over.</param>
/// <param name="Fairness">How far along an outline a push is felt, in canvas diagonals; 0 steps every number by itself.</param>
/// <param name="SelfIntersection">The weight against curves that cross themselves.</param>
internal sealed record RestoreSettings(
    double Gamma, double PointRate, double ColorRate, double Guidance, TimestepRange Timesteps, double Fairness, double SelfIntersection)
{
    /// <summary>The ground's colour moves at this part of the colour rate: 1/200 against the paper's 1/20.</summary>
    public const double GroundRate = .1;

    /// <summary>Adam's decay of the squared gradient's mean, as the paper has it.</summary>
    public const double AdamBeta2 = .9;

    /// <summary>What follows a prompt where the model's folder names no suffix of its own (the paper's).</summary>
    public const string Suffix = ", minimal flat 2d vector icon. lineal color. on a white background. trending on artstation";

    // A text pulls the same way at every step where the null text's errors cancel out, and a picture that is only blurred,
    // or not damaged at all, says nearly everything by itself: both want the data to count for more.
    private const double Gamma1 = 1e5, StrongGamma = 1e6;

    /// <summary>The numbers asked for, and the defaults for the others.</summary>
    public static RestoreSettings Resolve(RestoreRequest request)
    {
        var strong = request.Target is not null || request.Degradation is not BicubicDownsampling;
        return new RestoreSettings(
            request.Gamma ?? (strong ? StrongGamma : Gamma1),
            request.PointRate ?? (request.Start == DrawingStart.Random ? .006 : .001),
            request.ColorRate ?? .01,
            request.Guidance ?? 1,
            request.Timesteps ?? TimestepRange.Default,
            request.Fairness ?? 0,
            request.SelfIntersection ?? .01);
    }
}
