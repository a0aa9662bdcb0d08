using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Distill.Fitting;

/// <summary>What a drawing's picture is compared with.</summary>
internal interface IFitTarget
{
    /// <summary>Columns of the pictures to draw.</summary>
    int Width { get; }

    /// <summary>Their rows.</summary>
    int Height { get; }

    /// <summary>Where the scene lies in them; null stretches the scene onto them.</summary>
    Matrix? SceneToDevice { get; }

    /// <summary>The mean squared error of a drawn picture; writes its gradient, [4,H,W].</summary>
    /// <param name="drawn">Premultiplied sRGB RGBA.</param>
    /// <param name="gradient">Overwritten.</param>
    /// <param name="progress">How much of the run is done, 0..1: a target may lead to its picture by others.</param>
    double SquaredError(Picture drawn, Span<float> gradient, double progress);
}
