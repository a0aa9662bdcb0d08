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

    /// <summary>The mean squared error of a drawn picture, pixel by pixel; writes the gradient, [4,H,W], of the error as it is looked at.</summary>
    /// <param name="drawn">Premultiplied sRGB RGBA.</param>
    /// <param name="gradient">Overwritten.</param>
    /// <param name="view">How it is looked at; a target whose error is none of pictures of its size takes its own.</param>
    double SquaredError(Picture drawn, Span<float> gradient, FitView view);
}
