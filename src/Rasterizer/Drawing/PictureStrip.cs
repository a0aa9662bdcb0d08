namespace SvgDistill.Rasterizer.Drawing;

/// <summary>Rows of a picture that are drawn together.</summary>
/// <param name="First">The first row.</param>
/// <param name="Rows">How many.</param>
internal readonly record struct PictureStrip(int First, int Rows)
{
    /// <summary>The fewest rows that are drawn together, and what strips begin at multiples of: the height of the pixel stage's bands.</summary>
    private const int Fewest = 16;

    /// <summary>All rows.</summary>
    public static PictureStrip Whole(int height) => new(0, height);

    /// <summary>True for all rows of a picture.</summary>
    public bool IsWhole(int height) => Rows == height;

    /// <summary>False where there are too few rows.</summary>
    public bool CanBeSplit => Rows > Fewest;

    /// <summary>Two halves.</summary>
    public (PictureStrip Upper, PictureStrip Lower) Split()
    {
        int upper = (Rows / 2 + Fewest - 1) / Fewest * Fewest;
        return (new(First, upper), new(First + upper, Rows - upper));
    }
}
