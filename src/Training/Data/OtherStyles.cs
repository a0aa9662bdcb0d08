using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Data;

/// <summary>
/// Pictures as other icon sets might draw them: in greys, with other colours, in black and white, as outlines, or with dark outlines
/// added. What they show stays. A model that sees some pictures so looks at shapes rather than at a set's style (Geirhos 2019, arXiv:1811.12231).
/// </summary>
internal static class OtherStyles
{
    // Rec. 709's weights of red, green and blue (on values as they are stored, as image editors do).
    private static readonly float[] _luma = [.2126f, .7152f, .0722f];

    // Differences of brightness that make a line: softer ones are gradients within a shape.
    private const double LeastEdge = .08, Steepness = 8;

    private static readonly int[][] _orders = [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

    /// <summary>Draws some of the pictures in another style.</summary>
    /// <param name="pictures">[B,3,S,S] in 0..1.</param>
    /// <param name="part">The part of them, 0..1.</param>
    /// <param name="draws">Which, and how.</param>
    /// <returns>A fresh [B,3,S,S] in 0..1.</returns>
    public static Tensor Of(Tensor pictures, double part, Draws draws)
    {
        using var scope = NewDisposeScope();
        var rows = new List<Tensor>();
        for (var i = 0L; i < pictures.shape[0]; i++)
        {
            var (chosen, style, wide, value) = (draws.Uniform() < part, draws.Below(5), draws.Uniform() < .5, draws.Uniform());
            var picture = pictures.narrow(0, i, 1);
            rows.Add(!chosen ? picture : style switch
            {
                0 => Grey(picture).expand_as(picture),
                1 => picture.index_select(1, tensor(_orders[(int)(value * _orders.Length)].Select(c => (long)c).ToArray(), device: picture.device)),
                2 => Parted(Grey(picture), .3 + .6 * value).expand_as(picture),
                3 => Outlined(ones_like(picture), picture, wide),
                _ => Outlined(picture, picture, wide),
            });
        }
        return cat(rows, 0).MoveToOuterDisposeScope();
    }

    private static Tensor Grey(Tensor picture) => (picture * tensor(_luma, device: picture.device).view(1, 3, 1, 1)).sum(1, keepdim: true);

    // Black and white, parted at some place between its darkest and its lightest.
    private static Tensor Parted(Tensor grey, double at) => grey.gt(grey.amin() * (1 - at) + grey.amax() * at).to(grey.dtype);

    // Dark where any channel differs much within a few pixels.
    private static Tensor Outlined(Tensor ground, Tensor picture, bool wide)
    {
        var side = wide ? 5L : 3;
        var (most, least) = (Most(picture), -Most(-picture));
        return ground * (1 - ((most - least).amax([1L], keepdim: true) - LeastEdge).mul(Steepness).clamp(0, 1));

        Tensor Most(Tensor x) => nn.functional.max_pool2d(x, [side, side], strides: [1, 1], padding: [side / 2, side / 2]);
    }
}
