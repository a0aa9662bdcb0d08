using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Editing;

/// <summary>
/// A term of the loss that is a function of the drawing's picture and does not pass through the model. Only the direction of its gradient
/// counts: it joins the model's with a length that is a multiple of the model's own (<see cref="GradientBlend"/>).
/// </summary>
public interface IPictureTerm
{
    /// <summary>How long its part is for points, widths and whatever else is a length: a multiple of the model's.</summary>
    double PointWeight { get; }

    /// <summary>The same for colours, opacities and offsets.</summary>
    double ColorWeight { get; }

    /// <summary>dL/dpicture, fresh.</summary>
    /// <param name="picture">[1,3,H,W], fp32, 0..1.</param>
    /// <param name="progress">How far the run has come, 0..1: what is random follows from it.</param>
    Tensor Gradient(Tensor picture, double progress);
}
