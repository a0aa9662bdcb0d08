using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Editing;
using Xunit;

namespace SvgDistill.Editor.Tests;

public sealed class ViaRunTests
{
    /// <summary>A drawing that follows the model's picture is moved as one that <c>fit --from</c> moves; steps and colours go faster.</summary>
    [Fact]
    public void ADrawingIsMovedTowardPicturesAsFitMovesOne()
    {
        var moved = FitOptions.Moved(128, 128);

        var fitting = ViaRun.Fitting(ViaRun.Resolve(PictureMethod.FlowEdit, new(), new ModelDefaults()), 128);

        Assert.Equal((moved.Robust, moved.BlurWidth, moved.Fairness, moved.AnchorShape), (fitting.Robust, fitting.BlurWidth, fitting.Fairness, fitting.AnchorShape));
        Assert.Equal(.0028 * 128 * Math.Sqrt(2), fitting.PointRate, 1e-12);
        Assert.Equal(4, ViaRun.Fitting(ViaRun.Resolve(PictureMethod.FlowEdit, new EditSettings { FilterWidth = 4 }, new ModelDefaults()), 128).BlurWidth);
    }
}
