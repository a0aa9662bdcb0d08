namespace SvgDistill.Distill.Metrics;

/// <summary>
/// What an edit should have left alone, where the wanted picture is known: the pixels that it and the original have in common.
/// </summary>
/// <param name="Share">Their share of the picture.</param>
/// <param name="Kept">The share of them that the edit left as they were; 1 where there are none.</param>
/// <param name="MeanSquare">The mean squared difference between edit and original on them; 0 where there are none.</param>
public readonly record struct UnchangedRegion(double Share, double Kept, double MeanSquare)
{
    /// <summary>Up to this difference in every channel (0..1) two pixels are the same: eight steps of 255, less than is seen at an edge.</summary>
    public const double Tolerance = 8 / 255.0;

    /// <summary>Measures three pictures of one size.</summary>
    public static UnchangedRegion Of(RgbPicture before, RgbPicture wanted, RgbPicture edited)
    {
        RgbPicture.RequireSameSize(before, wanted);
        RgbPicture.RequireSameSize(before, edited);
        var plane = before.Width * before.Height;
        var (region, kept, squares) = (0, 0, 0.0);
        for (var i = 0; i < plane; i++)
        {
            if (!Same(before, wanted, i)) continue;
            region++;
            if (Same(before, edited, i)) kept++;
            for (var c = 0; c < RgbPicture.Channels; c++)
            {
                var difference = (double)edited.Values[c * plane + i] - before.Values[c * plane + i];
                squares += difference * difference;
            }
        }
        return region == 0 ? new(0, 1, 0) : new((double)region / plane, (double)kept / region, squares / (RgbPicture.Channels * (double)region));
    }

    private static bool Same(RgbPicture a, RgbPicture b, int pixel)
    {
        var plane = a.Width * a.Height;
        for (var c = 0; c < RgbPicture.Channels; c++)
            if (Math.Abs((double)a.Values[c * plane + pixel] - b.Values[c * plane + pixel]) > Tolerance) return false;
        return true;
    }
}
