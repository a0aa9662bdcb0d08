using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Growing;
using SvgDistill.Editor.Controlling;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Editing;

/// <summary>What the end of an edit is made with: the drawing, what it keeps, and what was asked of the result. No model is needed.</summary>
internal sealed record FinishSetup
{
    /// <summary>The input file's name, for messages.</summary>
    public required string Input { get; init; }
    /// <summary>The input file.</summary>
    public required SvgDocument Document { get; init; }
    /// <summary>The drawing, with what must not move held.</summary>
    public required SvgScene Svg { get; init; }
    /// <summary>How it was read.</summary>
    public required SceneOptions Scene { get; init; }
    /// <summary>What the drawing keeps.</summary>
    public required DrawingRelations Relations { get; init; }
    /// <summary>The drawing with the shapes that the edit has added, which is then <see cref="Svg"/>; null where it has added none.</summary>
    public GrownDrawing? Grown { get; init; }
    /// <summary>The source's parameters, where they are not the file's.</summary>
    public double[]? Source { get; init; }
    /// <summary>Keeps colours at the drawing's edge apart from the background; null where they may fade, or others say what they are.</summary>
    public GroundContrast? Ground { get; init; }
    /// <summary>Keeps colours in a palette; null for none.</summary>
    public PaletteRule? Colors { get; init; }
    /// <summary>Keeps colours equal among several drawings; null for none.</summary>
    public SharedColorsRule? Shared { get; init; }
    /// <summary>The side of the model's picture in pixels.</summary>
    public required int Side { get; init; }
    /// <summary>The margin around the drawing in it, in fractions of the side.</summary>
    public required double Margin { get; init; }
    /// <summary>The CSS colour behind the drawing.</summary>
    public required string Background { get; init; }
    /// <summary>Whether the result is tidied up.</summary>
    public bool Clean { get; init; } = true;
    /// <summary>Whether shapes of which nothing is seen any more are left out.</summary>
    public bool Prune { get; init; }
    /// <summary>What a result that is cut or printed has to be.</summary>
    public MakerRequest Maker { get; init; } = MakerRequest.None;
    /// <summary>Where strengths lie on the way from the source to what the last step left.</summary>
    public StrengthScale Scale { get; init; } = StrengthScale.Even;
    /// <summary>How far paths may move to be drawn with fewer nodes, in canvas diagonals; null leaves their nodes.</summary>
    public double? Simplify { get; init; }

    /// <summary>What keeps a drawing's colours from fading into the background (<see cref="GroundContrast"/>); null where nothing does.</summary>
    public static GroundContrast? GroundOf(Scene scene, int side, double margin, string background, double least) =>
        least > 0 ? new GroundContrast(scene, side, margin, Backgrounds.Color(background), least) : null;

    /// <summary>The same for a result that is the input itself: nothing is asked of it.</summary>
    public FinishSetup Untouched => this with { Clean = false, Prune = false, Simplify = null, Maker = MakerRequest.None };

    /// <summary>The same for a result that goes only so far, 0..1.</summary>
    public FinishSetup Along(double strength) => strength == 0 ? Untouched : this with { Shared = Shared?.Along(Scale.WayAt(strength)) };

    /// <summary>What holds after every change, in the order in which it is put back.</summary>
    public IReadOnlyList<IDrawingRule> Rules => [.. new IDrawingRule?[] { Relations, Ground, Shared, Colors }.OfType<IDrawingRule>()];

    /// <summary>Parameters as the file has them.</summary>
    public double[] Settled(IEnumerable<double> values)
    {
        double[] theta = [.. values];
        foreach (var rule in Rules) rule.Settle(theta);
        return theta;
    }

    /// <summary>The numbers at a strength on the way from the source to what the last step left.</summary>
    public double[] At(double strength, double[] result) => On(Scale.WayAt(strength), result);

    /// <summary>The numbers at a part of that way.</summary>
    public double[] On(double way, double[] result)
    {
        var theta = new StrengthPath(Source ?? Svg.Scene.InitialValues(), result).At(way);
        if (way is > 0 and < 1)
            foreach (var rule in Rules) rule.Restore(theta);
        return theta;
    }
}
