using System.Collections.Immutable;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>What is written besides other numbers, where that was asked for.</summary>
public sealed record StructureChanges
{
    /// <summary>None.</summary>
    public static StructureChanges None { get; } = new();

    /// <summary>Paths that are written with other commands, every number constant.</summary>
    public IReadOnlyDictionary<PathGeometry, PathGeometry> Outlines { get; init; } = ImmutableDictionary<PathGeometry, PathGeometry>.Empty;

    /// <summary>Elements that are left out, by <see cref="SourceElement.Order"/>: only ones of <see cref="PlainShapes"/>, and groups that they leave empty.</summary>
    public IReadOnlySet<int> Removed { get; init; } = ImmutableHashSet<int>.Empty;

    /// <summary>True where only numbers change.</summary>
    public bool IsEmpty => Outlines.Count == 0 && Removed.Count == 0;
}
