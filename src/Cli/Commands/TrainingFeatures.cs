using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Measuring;
using SvgDistill.Training.Data;

namespace SvgDistill.Cli.Commands;

/// <summary>Networks of ONNX files as training takes them, which knows no ONNX.</summary>
internal static class TrainingFeatures
{
    /// <summary>The network's features of tensors; it stays the caller's.</summary>
    public static PictureFeatures ForTraining(this OnnxFeatures network) => new(picture => network.Of(picture.ToPicture()), network.Side, network.Sha256);
}
