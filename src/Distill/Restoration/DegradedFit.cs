using SvgDistill.Distill.Fitting;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Distill.Restoration;

/// <summary>
/// A drawing fitted to a degraded picture without a model: drawn from an upsampled picture first, whose soft edges it follows,
/// then moved so that its own degraded picture is y. Its edges are sharp by nature, which is most of a restoration.
/// </summary>
public static class DegradedFit
{
    /// <summary>The drawing as an SVG; null where <paramref name="cancel"/> was set before it was done.</summary>
    /// <param name="upsampled">y brought to the restored size.</param>
    /// <param name="target">y and A; null where the upsampled picture is y itself.</param>
    /// <param name="options">Paths and rates; each of the two parts takes <see cref="FitOptions.Steps"/>.</param>
    /// <param name="onStep">Told after every step how many are done of how many.</param>
    /// <param name="cancel">Stops it.</param>
    public static byte[]? Draw(
        Picture upsampled, DegradedTarget? target, FitOptions options, Action<int, int>? onStep = null, CancellationToken cancel = default)
    {
        var total = target is null ? options.Steps : 2 * options.Steps;
        var drawn = new PictureFit(new FitTarget(upsampled), options)
        {
            Progress = (step, _) => onStep?.Invoke(step.Step, total),
        }.Draw(cancel);
        if (target is null || cancel.IsCancellationRequested) return cancel.IsCancellationRequested ? null : drawn.Svg;

        var scene = SvgSceneReader.Read(SvgDocument.Parse(drawn.Svg, "drawing"), SceneKinds);
        var loop = new FitLoop(scene.Scene, target, options);
        for (var step = 0; step < options.Steps; step++)
        {
            if (cancel.IsCancellationRequested) return null;
            loop.Step((double)step / options.Steps);
            onStep?.Invoke(options.Steps + step + 1, total);
        }
        return SvgWriter.Write(scene, loop.Theta);
    }

    /// <summary>What moves in a restored drawing: points, colours and opacities.</summary>
    public static SceneOptions SceneKinds { get; } = new() { Optimize = OptimizeKinds.Default | OptimizeKinds.Opacities };
}
