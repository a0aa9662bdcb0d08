using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Fitting;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Editing;
using Xunit;

namespace SvgDistill.Editor.Tests;

public sealed class ViaRunTests
{
    /// <summary>A drawing that follows the model's picture is moved as one that <c>fit --from</c> moves, as far in a large picture; steps and colours go faster.</summary>
    [Theory]
    [InlineData(128)]
    [InlineData(512)]
    public void ADrawingIsMovedTowardPicturesAsFitMovesOne(int side)
    {
        var moved = FitOptions.Moved(side, side);

        var fitting = Fitting(new(), side);

        Assert.Equal((moved.Robust, moved.BlurWidth, moved.Fairness, moved.AnchorShape), (fitting.Robust, fitting.BlurWidth, fitting.Fairness, fitting.AnchorShape));
        Assert.Equal(.0028 * side * Math.Sqrt(2), fitting.PointRate, 1e-12);
        Assert.Equal(4, Fitting(new EditSettings { FilterWidth = 4 }, side).BlurWidth);
    }

    private static FitOptions Fitting(EditSettings asked, int side) => ViaRun.Fitting(ViaRun.Resolve(PictureMethod.FlowEdit, asked, new ModelDefaults(), side), side);
}
