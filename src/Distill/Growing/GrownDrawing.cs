using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Distill.Growing;

/// <summary>A drawing with new shapes, in the form that was found for them.</summary>
/// <param name="Svg">The drawing; its document is the one before with elements put in.</param>
/// <param name="Groups">The ids of the groups that hold the new shapes.</param>
public sealed record GrownDrawing(SvgScene Svg, IReadOnlyList<string> Groups)
{
    /// <summary>Reads a drawing that was kept with its new shapes.</summary>
    /// <param name="document">Its file.</param>
    /// <param name="before">The file without them.</param>
    /// <param name="reading">How that was read.</param>
    public static GrownDrawing Read(SvgDocument document, SvgDocument before, SceneOptions reading)
    {
        var groups = Insertions.Groups(document, DrawingGrowth.GroupId).Except(Insertions.Groups(before, DrawingGrowth.GroupId)).ToArray();
        return new(SvgSceneReader.Read(document, DrawingGrowth.Reading(reading, groups)), groups);
    }

    /// <summary>The new shapes' elements, by order.</summary>
    public IReadOnlySet<int> Added { get; } = Groups.SelectMany(g => Insertions.Inside(Svg.Document, g)).ToHashSet();

    /// <summary>Parameters for the whole drawing: those of the drawing before, and new shapes at a part of their size about their middle.</summary>
    /// <param name="before">The parameters of the drawing before.</param>
    /// <param name="size">The part; a ten-thousandth is too small to see.</param>
    public double[] At(ReadOnlySpan<double> before, double size) => GrownParameters.At(Svg.Scene, Added, before, size);

    /// <summary>The size that stands for "not there yet".</summary>
    public const double Nothing = 1e-4;
}
