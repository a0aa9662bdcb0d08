using System.Text;
using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Restoration;
using SvgDistill.Editor.Reporting;

namespace SvgDistill.Editor.Restoring;

/// <summary>The drawing that a restoration begins with.</summary>
internal static class StartDrawing
{
    /// <summary>The SVG's bytes; the same for the same request and picture.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted: nothing worth keeping is there yet.</exception>
    public static byte[] Create(RestoreRequest request, DegradedPicture input, DegradedTarget y, IReporter reporter, CancellationToken cancel)
    {
        var upsampled = request.Factor == 1 ? input.Pixels : BicubicUpsampling.Apply(input.Pixels, request.Factor);
        if (request.Start == DrawingStart.Random)
            return Encoding.UTF8.GetBytes(RandomShapes.Document(
                request.Paths, y.Width, y.Height, RandomShapes.Ground(upsampled), (ulong)request.Seed));

        var options = new FitOptions { Paths = request.Paths, Fairness = RestoreSettings.Resolve(request).Fairness };
        var undamaged = request.Degradation is NoDegradation;
        return reporter.Steps(0, undamaged ? options.Steps : 2 * options.Steps, progress =>
                DegradedFit.Draw(upsampled, undamaged ? null : y, options, (done, _) => progress(done, "drawing the start"), cancel))
            ?? throw new OperationCanceledException();
    }
}
