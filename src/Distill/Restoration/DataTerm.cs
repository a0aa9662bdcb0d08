using SvgDistill.Distill.Editing;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Restoration;

/// <summary>
/// What a restored drawing owes to the picture that there is: gamma * mean |y - A(render)|^2 (DreamSampler, Kim et al. 2024,
/// restoration).
/// </summary>
/// <remarks>
/// The drawing is rendered at the restored picture's own size, apart from the square that the model sees, so that neither the
/// model's size nor its margin bounds what can be restored.
/// </remarks>
/// <param name="scene">The drawing.</param>
/// <param name="target">y and A; stays the caller's.</param>
/// <param name="gamma">The weight against the method's g, whose own term is g . z summed over the latents.</param>
public sealed class DataTerm(Scene scene, DegradedTarget target, double gamma) : IDrawingTerm
{
    private readonly SceneRasterizer _rasterizer = new(scene, target.Width, target.Height);
    private readonly float[] _gradient = new float[4 * target.Width * target.Height];

    /// <summary>mean |y - A(render)|^2 when it was computed last.</summary>
    public double MeanSquaredError { get; private set; } = double.NaN;

    /// <inheritdoc/>
    public double Add(ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        MeanSquaredError = target.SquaredError(_rasterizer.Forward(theta), _gradient);
        for (var i = 0; i < _gradient.Length; i++) _gradient[i] *= (float)gamma;
        _rasterizer.Backward(_gradient, thetaGradient);
        return gamma * MeanSquaredError;
    }
}
