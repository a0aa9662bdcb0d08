using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Restoration;
using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Cli.Restoring;

/// <summary>How near a restored drawing comes to the picture that there is, and to the undamaged one where it is known.</summary>
internal static class RestoreMeasures
{
    // Equal pictures have an infinite ratio, which JSON cannot say.
    private const double HighestPsnr = 120;
    private static readonly (double, double, double) _white = (1, 1, 1);

    /// <summary>Measures over white.</summary>
    /// <param name="session">The session at its end.</param>
    /// <param name="truth">The undamaged picture, or null.</param>
    public static JsonObject Of(RestoreSession session, Picture? truth)
    {
        var (start, result) = (session.DrawStart(), session.Draw());
        var y = session.Input.Pixels;
        var metrics = new JsonObject
        {
            ["shapes"] = session.Shapes,
            ["degraded_psnr_db"] = new JsonObject
            {
                ["start"] = Psnr(session.Degrade(start), y),
                ["result"] = Psnr(session.Degrade(result), y),
            },
        };
        if (truth is not null)
        {
            metrics["reference"] = new JsonObject
            {
                ["upsampled"] = Against(BicubicUpsampling.Apply(y, session.Request.Factor), truth),
                ["start"] = Against(start, truth),
                ["result"] = Against(result, truth),
            };
        }
        return metrics;
    }

    private static JsonObject Against(Picture picture, Picture truth) => new()
    {
        ["psnr_db"] = Psnr(picture, truth),
        ["ssim"] = Math.Round(Ssim.Measure(RgbPicture.Over(picture, _white), RgbPicture.Over(truth, _white)), 4),
    };

    private static double Psnr(Picture a, Picture b) =>
        Math.Round(Math.Min(Distill.Metrics.Psnr.Measure(RgbPicture.Over(a, _white), RgbPicture.Over(b, _white)), HighestPsnr), 3);
}
