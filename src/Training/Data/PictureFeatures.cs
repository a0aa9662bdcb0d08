using static TorchSharp.torch;

namespace SvgDistill.Training.Data;

/// <summary>Features of pictures by a network that was trained on many more, for a small one to learn from.</summary>
/// <param name="Of">Of a picture [1,3,side,side] in 0..1: a vector, of unit length. May be called from several threads.</param>
/// <param name="Side">The side that it takes, in pixels.</param>
/// <param name="Hash">Of the network's file.</param>
public sealed record PictureFeatures(Func<Tensor, double[]> Of, int Side, string Hash);
