namespace SvgDistill.Rasterizer.Svg;

/// <summary>
/// What a file may ask for before it is refused. The defaults lie far above real drawings and keep a hostile file to
/// seconds and to some gigabytes of memory.
/// </summary>
public sealed record SvgLimits
{
    /// <summary>The limits used where nothing else is said.</summary>
    public static SvgLimits Default { get; } = new();

    /// <summary>Bytes of the file, after decompression for .svgz.</summary>
    public int Bytes { get; init; } = 64 << 20;
    /// <summary>
    /// Elements inside one another, in the file and again after <c>use</c>, markers, masks and the like are followed.
    /// </summary>
    public int Depth { get; init; } = 256;
    /// <summary>Elements of the document, entities expanded.</summary>
    public int Elements { get; init; } = 600_000;
    /// <summary>Attributes of one element.</summary>
    public int Attributes { get; init; } = 256;
    /// <summary>Characters that entity references may add in all.</summary>
    public int EntityCharacters { get; init; } = 1 << 20;
    /// <summary>Entities inside one another.</summary>
    public int EntityDepth { get; init; } = 16;
    /// <summary>
    /// Nodes of the scene: shapes and groups, every instance of a <c>use</c>, marker or pattern counted.
    /// </summary>
    public int SceneNodes { get; init; } = 250_000;
    /// <summary>Points of one path, after arcs have become cubics.</summary>
    public int PathPoints { get; init; } = 4_000_000;
    /// <summary>Points of the scene, every instance counted.</summary>
    public int ScenePoints { get; init; } = 8_000_000;
    /// <summary>Characters of text that is drawn, every instance counted.</summary>
    public int TextCharacters { get; init; } = 200_000;
    /// <summary>Parameters of the scene.</summary>
    public int Parameters { get; init; } = 10_000_000;
    /// <summary>Elements visited while references are followed, drawing or not.</summary>
    public int Visits { get; init; } = 750_000;
    /// <summary>
    /// Comparisons of a selector's part with an element and declarations applied, over the whole cascade.
    /// </summary>
    public int SelectorSteps { get; init; } = 60_000_000;
    /// <summary>Steps of looking up properties: ancestors asked, and characters of the values found.</summary>
    public int StyleSteps { get; init; } = 250_000_000;
    /// <summary>Primitives of one filter, and inputs of one <c>feMerge</c>.</summary>
    public int FilterPrimitives { get; init; } = 128;
    /// <summary>Numbers of a convolution's kernel.</summary>
    public int KernelSize { get; init; } = 1024;
    /// <summary>Pixels of all embedded images together.</summary>
    public int ImagePixels { get; init; } = 64 << 20;
    /// <summary>The largest magnitude of a number, in its own unit and in the picture's.</summary>
    public double Magnitude { get; init; } = 1e9;
    /// <summary>The longest side of the picture in CSS pixels.</summary>
    public double CanvasSide { get; init; } = 1e6;
}
