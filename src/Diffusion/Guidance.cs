using static TorchSharp.torch;

namespace SvgDistill.Diffusion;

/// <summary>Classifier-free guidance (Ho and Salimans 2022), in one convention for the whole project.</summary>
public static class Guidance
{
    /// <summary>
    /// e^w = e(null) + w (e(y) - e(null)): w = 1 is the plain conditional prediction, 0 the unconditional one. Papers that
    /// write (1+w) e(y) - w e(null) mean one less by w. With a negative prompt, null is the negative prompt.
    /// </summary>
    public static Tensor Apply(Tensor predictedNull, Tensor predictedText, double guidance)
    {
        using var difference = predictedText - predictedNull;
        return predictedNull.add(difference, guidance);
    }
}
