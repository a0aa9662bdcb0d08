namespace SvgDistill.Distill.Editing;

/// <summary>A drawing's picture for a model as a differentiable function of the drawing's parameters.</summary>
public interface IDrawingRenderer
{
    /// <summary>Picture columns.</summary>
    int Width { get; }

    /// <summary>Picture rows.</summary>
    int Height { get; }

    /// <summary>Width in pixels of the box filter that edges are drawn with, at least 1: a wide one feels edges from afar.</summary>
    double FilterWidth { get; set; }

    /// <summary>Draws.</summary>
    /// <param name="theta">The parameters.</param>
    /// <param name="image">Takes red, green and blue planes, [3,H,W], 0..1, opaque.</param>
    void Forward(ReadOnlySpan<double> theta, Span<float> image);

    /// <summary>Adds dL/dtheta of the picture drawn last.</summary>
    /// <param name="imageGradient">dL/dimage, [3,H,W].</param>
    /// <param name="thetaGradient">Is added to.</param>
    void Backward(ReadOnlySpan<float> imageGradient, Span<double> thetaGradient);
}
