using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Distill.Reports;

/// <summary>What a report of one edit shows.</summary>
public sealed record EditReport
{
    /// <summary>The input's name.</summary>
    public required string Input { get; init; }
    /// <summary>The source prompt.</summary>
    public required string SourcePrompt { get; init; }
    /// <summary>The target prompt.</summary>
    public required string TargetPrompt { get; init; }
    /// <summary>The CSS colour behind the drawings.</summary>
    public required string Background { get; init; }
    /// <summary>The drawing: its size is that of the pictures.</summary>
    public required Scene Scene { get; init; }
    /// <summary>The source's SVG.</summary>
    public required ReadOnlyMemory<byte> Before { get; init; }
    /// <summary>The result's SVG.</summary>
    public required ReadOnlyMemory<byte> After { get; init; }
    /// <summary>The way between them as an SVG that plays it; empty for none.</summary>
    public ReadOnlyMemory<byte> Film { get; init; }
    /// <summary>Where points went.</summary>
    public IReadOnlyList<(Point From, Point To)> Moves { get; init; } = [];
    /// <summary>Curves over the steps: what each shows, and its values.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<(double Step, double Value)> Values)> Curves { get; init; } = [];
    /// <summary>The command that does the same again.</summary>
    public required string Command { get; init; }
    /// <summary>Every option as resolved.</summary>
    public IReadOnlyList<(string Name, string Value)> Options { get; init; } = [];
    /// <summary>What was measured.</summary>
    public IReadOnlyList<(string Name, string Value)> Measures { get; init; } = [];
    /// <summary>What stayed, and why.</summary>
    public IReadOnlyList<FrozenElement> Frozen { get; init; } = [];
    /// <summary>Sentences on what is drawn otherwise than meant.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
    /// <summary>The record, as JSON.</summary>
    public required string Record { get; init; }
}
