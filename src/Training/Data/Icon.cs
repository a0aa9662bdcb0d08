using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Training.Data;

/// <summary>A drawing and what it is called.</summary>
public sealed record Icon
{
    /// <summary>Where it comes from, for messages: a file, or a set and a name in it.</summary>
    public required string Source { get; init; }

    /// <summary>What it shows, in words; empty where nothing says it.</summary>
    public required string Subject { get; init; }

    /// <summary>Words that stand behind its name: its categories.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>Words that can stand in its name's place.</summary>
    public IReadOnlyList<string> OtherWords { get; init; } = [];

    /// <summary>The style's name, from the data's description; empty where there is none.</summary>
    public string Style { get; init; } = "";

    /// <summary>The SVG's bytes.</summary>
    public required ReadOnlyMemory<byte> Svg { get; init; }

    /// <summary>The drawing.</summary>
    /// <exception cref="SvgException">It cannot be read.</exception>
    public Scene Scene() => SvgSceneReader.Read(SvgDocument.Parse(Svg, Source), new SceneOptions { Optimize = OptimizeKinds.None }).Scene;
}
