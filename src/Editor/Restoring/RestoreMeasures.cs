using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Restoration;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Compositing;

namespace SvgDistill.Editor.Restoring;

/// <summary>How near a restored drawing comes to the picture that there is, and to the undamaged one where it is known.</summary>
internal static class RestoreMeasures
{
    // Equal pictures have an infinite ratio, which JSON cannot say.
    private const double HighestPsnr = 120;
    private static readonly (double, double, double) _white = (1, 1, 1);

    /// <summary>Measures over white; null for what cannot be measured.</summary>
    /// <param name="session">The session at its end.</param>
    /// <param name="truth">The undamaged picture, or null.</param>
    /// <param name="after">What a measure that fails is told.</param>
    public static JsonObject Of(RestoreSession session, Picture? truth, FollowUp after)
    {
        var y = session.Input.Pixels;
        var metrics = new JsonObject
        {
            ["shapes"] = session.Shapes,
            ["degraded_psnr_db"] = after.Get("PSNR against the picture", () => new JsonObject
            {
                ["start"] = Psnr(session.Degrade(session.DrawStart()), y),
                ["result"] = Psnr(session.Degrade(session.Draw()), y),
            }),
        };
        if (truth is not null)
        {
            metrics["reference"] = after.Get("measures against the reference", () => new JsonObject
            {
                ["upsampled"] = Against(BicubicUpsampling.Apply(y, session.Request.Factor), truth),
                ["start"] = Against(session.DrawStart(), truth),
                ["result"] = Against(session.Draw(), truth),
            });
        }
        return metrics;
    }

    private static JsonObject Against(Picture picture, Picture truth) => new()
    {
        ["psnr_db"] = Psnr(picture, truth),
        ["ssim"] = FollowUp.Rounded(Ssim.Measure(RgbPicture.Over(picture, _white), RgbPicture.Over(truth, _white)), 4),
    };

    private static double Psnr(Picture a, Picture b) =>
        FollowUp.Rounded(Math.Min(Distill.Metrics.Psnr.Measure(RgbPicture.Over(a, _white), RgbPicture.Over(b, _white)), HighestPsnr), 3);
}
