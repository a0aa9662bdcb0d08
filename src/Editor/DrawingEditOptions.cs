using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Controlling;
using SvgDistill.Editor.Engine;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor;

/// <summary>How a drawing is edited; what is left null or at its default the model recommends. The options of <c>svgdistill edit</c> about the edit itself.</summary>
public record DrawingEditOptions
{
    /// <summary>What it shows now; null: its title or name.</summary>
    public string? Source { get; init; }
    /// <summary>What guidance leads away from; empty for the plain null text, <c>{src}</c> in it, as in the target, is the source prompt.</summary>
    public string Negative { get; init; } = "";
    /// <summary>The style that both prompts name during the edit: one of the model's, <c>auto</c>: the one that the model finds the drawing to be in, or <c>none</c> (also null). One that the model
    /// was not taught, or <c>auto</c> with a model of over 100 M parameters on a CPU, is an error (<see cref="EditorErrorKind.Usage"/>).</summary>
    public string? Style { get; init; }
    /// <summary>The method; null: the model's.</summary>
    public MethodName? Method { get; init; }
    /// <summary>The edit of the picture that the drawing is then moved toward; null where the drawing is edited by <see cref="Method"/>.</summary>
    public PictureMethod? Via { get; init; }
    /// <summary>Which of the predictions that an edit compares the model's LoRAs are in; null: the target's alone, so that the edit moves toward their style, or both where the method sees
    /// both by one network (<c>piva</c>, <c>lusd</c>, <c>p2p</c>, <c>pnp</c>), for which <see cref="Engine.LoraPlace.Target"/> is an error (<see cref="EditorErrorKind.Usage"/>).</summary>
    public LoraPlace? LoraPlace { get; init; }
    /// <summary>The numbers that were given; null where the model or the method decides.</summary>
    public EditSettings Settings { get; init; } = new();
    /// <summary>The seed of every random number.</summary>
    public long Seed { get; init; }
    /// <summary>A CSS colour, <c>auto</c>, or null: the model's, or a plain one where all of the drawing would vanish on it.</summary>
    public string? Background { get; init; }
    /// <summary>Which of the source's symmetries stay.</summary>
    public SymmetryMode Symmetry { get; init; }
    /// <summary>Whether the result is tidied up after the last step.</summary>
    public bool Clean { get; init; } = true;
    /// <summary>Whether shapes of which nothing is seen any more are left out of the file.</summary>
    public bool Prune { get; init; }
    /// <summary>How many new shapes the drawing may get at most; null leaves it as it is.</summary>
    public int? AddPaths { get; init; }
    /// <summary>Whether shapes come and go within a budget that the drawing's own number of shapes gives.</summary>
    public bool Restructure { get; init; }
    /// <summary>How many pictures are made, of which the best is kept, where an edit goes by way of one (but of FlowEdit, whose way the drawing follows) or adds shapes; null: six, chosen by <c>models/icon-clip</c>, or three, chosen by its own losses, where the model lists no subjects; one where a distillation method makes it.</summary>
    public int? Pictures { get; init; }
    /// <summary>Steps of distillation that follow an edit by way of a picture; null: 40.</summary>
    public int? Refine { get; init; }
    /// <summary>How far paths may move to be drawn with fewer nodes, in canvas diagonals; null leaves their nodes.</summary>
    public double? Simplify { get; init; }
    /// <summary>Text becomes paths before anything moves.</summary>
    public bool OutlineText { get; init; }
    /// <summary>
    /// Ends the run where for 20 steps no point has moved farther than this, in canvas diagonals, and no colour or opacity more than this; 0 is off.
    /// </summary>
    public double Still { get; init; } = 1e-6;
    /// <summary>Gives the drawing of the step at which the model preferred the target's text to the source's the most, instead of the last step's.</summary>
    public bool KeepBest { get; init; }
    /// <summary>At the end puts back to the source what the prompt does not need, by the model's own measure; not with new shapes, shared colours or models of over 100 M parameters on a CPU.</summary>
    public bool PutBack { get; init; }
    /// <summary>Measures the model's own losses before and after, and whether the source prompt fits the picture; large models' are never measured.</summary>
    public bool Losses { get; init; } = true;
    /// <summary>Which elements and which kinds of numbers may move.</summary>
    public SceneOptions Scene { get; init; } = SceneOptions.Default;
    /// <summary>What every shape keeps, which colours there may be, where something may change, and how far.</summary>
    public ControlRequest Limits { get; init; } = ControlRequest.None;
    /// <summary>What a result that is cut or printed has to be.</summary>
    public MakerRequest Maker { get; init; } = MakerRequest.None;
}
