using System.Collections.Immutable;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>Kinds of written values that may become leaves.</summary>
[Flags]
public enum OptimizeKinds
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Points of paths and geometry attributes of basic shapes.</summary>
    Points = 1,
    /// <summary>Written colours, gradient stops' included.</summary>
    Colors = 2,
    /// <summary>Stroke widths.</summary>
    StrokeWidths = 4,
    /// <summary>Opacities of elements, fills, strokes, stops and the alpha of colours.</summary>
    Opacities = 8,
    /// <summary>Gradient coordinates and stop offsets.</summary>
    Gradients = 16,
    /// <summary>Dash lengths and offsets.</summary>
    Dashes = 32,
    /// <summary>The numbers of written transforms.</summary>
    Transforms = 64,
    /// <summary>Deviations of blurs and offsets of filters.</summary>
    Filters = 128,
    /// <summary>What an edit moves where nothing else is asked.</summary>
    Default = Points | Colors | StrokeWidths,
    /// <summary>Everything.</summary>
    All = Default | Opacities | Gradients | Dashes | Transforms | Filters,
}

/// <summary>What gets a free translation, rotation and scale of its own (<c>--move</c>).</summary>
public enum MoveUnits
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Each drawn shape, image and <c>use</c>.</summary>
    Elements,
    /// <summary>Each <c>g</c>.</summary>
    Groups,
}

/// <summary>How a document is turned into a scene.</summary>
public sealed record SceneOptions
{
    /// <summary>The options used where nothing else is said.</summary>
    public static SceneOptions Default { get; } = new();

    private readonly OptimizeKinds? _optimize;

    /// <summary>
    /// Which kinds of values become leaves; where nothing was set, <see cref="OptimizeKinds.Default"/>, or colours alone beside
    /// <see cref="Move"/>, which then is all that moves the geometry.
    /// </summary>
    public OptimizeKinds Optimize
    {
        get => _optimize ?? (Move == MoveUnits.None ? OptimizeKinds.Default : OptimizeKinds.Colors);
        init => _optimize = value;
    }
    /// <summary>Whether <see cref="Optimize"/> was set.</summary>
    public bool NamesKinds => _optimize is not null;
    /// <summary>What may be moved as a whole.</summary>
    public MoveUnits Move { get; init; }
    /// <summary>
    /// Turns circles, ellipses and rectangles into paths whose points are free; the file gets <c>path</c>
    /// elements where they changed.
    /// </summary>
    public bool FreeShapes { get; init; }
    /// <summary>
    /// CSS selectors of the elements that may change, with what is inside them; empty for all. Contents of patterns,
    /// markers, masks and clip paths may change only when selected here. What selects nothing may be a name: an id or an editor's layer name
    /// (<c>inkscape:label</c>, <c>data-name</c>, <c>serif:id</c>).
    /// </summary>
    public ImmutableArray<string> Only { get; init; } = [];
    /// <summary>
    /// CSS selectors, or names likewise, of elements that may not change, nor any value that they share with others, nor what moves
    /// groups that they lie in as a whole: their text stays.
    /// </summary>
    public ImmutableArray<string> Lock { get; init; } = [];
    /// <summary>CSS colours that stay wherever they are written.</summary>
    public ImmutableArray<string> LockColors { get; init; } = [];
    /// <summary>The fonts that text is drawn with; the system's where nothing is said.</summary>
    public FontDatabase Fonts { get; init; } = FontDatabase.System;
    /// <summary>The user's languages for <c>systemLanguage</c>, best first.</summary>
    public ImmutableArray<string> Languages { get; init; } = ["en"];
    /// <summary>
    /// The folder whose files, and those in folders below it, images may name; null: images outside the document are not drawn. What links
    /// lead out of it is not read. Addresses are relative to the document's own folder.
    /// </summary>
    public string? Resources { get; init; }
}
