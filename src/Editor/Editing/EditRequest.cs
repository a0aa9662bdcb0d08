using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Engine;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Editing;

/// <summary>What an edit is asked to do, before the model's recommendations fill the gaps.</summary>
internal sealed record EditRequest
{
    /// <summary>The SVG file.</summary>
    public required string Input { get; init; }
    /// <summary>What the picture should show.</summary>
    public required string Target { get; init; }
    /// <summary>What it shows now; null: its title or name.</summary>
    public string? Source { get; init; }
    /// <summary>What it should move away from; empty for the plain null text.</summary>
    public string Negative { get; init; } = "";
    /// <summary>The method; null: the model's.</summary>
    public MethodName? Method { get; init; }
    /// <summary>The edit of the picture that the drawing is then moved toward; null where the drawing is edited by <see cref="Method"/>.</summary>
    public PictureMethod? Via { get; init; }
    /// <summary>The model; null: the embedded one.</summary>
    public string? Model { get; init; }
    /// <summary>What joins the model.</summary>
    public AdapterRequest Adapters { get; init; } = AdapterRequest.None;
    /// <summary>What a single-file checkpoint predicts: <c>epsilon</c>, <c>v</c> or null.</summary>
    public string? Prediction { get; init; }
    /// <summary>The numbers that were given; null where the model or the method decides.</summary>
    public EditSettings Settings { get; init; } = new();
    /// <summary>The seed of every random number.</summary>
    public long Seed { get; init; }
    /// <summary>A CSS colour, <c>auto</c>, or null: the model's.</summary>
    public string? Background { get; init; }
    /// <summary><c>auto</c>, <c>fp32</c>, <c>bf16</c> or <c>fp16</c>.</summary>
    public string Precision { get; init; } = "auto";
    /// <summary><c>cpu</c>, <c>cuda</c>, <c>cuda:N</c> or null: the CPU.</summary>
    public string? Device { get; init; }
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
    /// <summary>How many pictures are made, of which the best is kept, where an edit goes by way of one or adds shapes; null: <see cref="SampledPictures"/>, or one where a distillation method makes it.</summary>
    public int? Pictures { get; init; }
    /// <summary>Steps of distillation that follow an edit by way of a picture; null: <see cref="RefineSteps"/>.</summary>
    public int? Refine { get; init; }
    /// <summary>Pictures of a sampler that are made where nothing is said.</summary>
    public const int SampledPictures = 3;
    /// <summary>Steps that follow where nothing is said.</summary>
    public const int RefineSteps = 40;
    /// <summary>How far paths may move to be drawn with fewer nodes, in canvas diagonals; null leaves their nodes.</summary>
    public double? Simplify { get; init; }
    /// <summary>Text becomes paths before anything moves.</summary>
    public bool OutlineText { get; init; }
    /// <summary>What may move.</summary>
    public SceneOptions Scene { get; init; } = SceneOptions.Default;
}
