using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Rasterizer.Scenes;

/// <summary>The normal form of a drawing: a tree of nodes whose numbers are functions of one parameter vector theta.</summary>
public sealed class Scene
{
    /// <summary>The picture's own width in CSS pixels.</summary>
    public required double Width { get; init; }
    /// <summary>The picture's own height in CSS pixels.</summary>
    public required double Height { get; init; }
    /// <summary>What is drawn, in a space of Width x Height (the root's view box is part of its transform).</summary>
    public required GroupNode Root { get; init; }
    /// <summary>What each component of theta is.</summary>
    public required ImmutableArray<Parameter> Parameters { get; init; }
    /// <summary>What was kept but is drawn without, or not at all: one sentence a kind.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    /// <summary>Theta as the file has it.</summary>
    public double[] InitialValues() => [.. Parameters.Select(p => p.Initial)];

    /// <summary>The map to a canvas of the given size, the picture stretched onto it.</summary>
    public Matrix ToCanvas(int width, int height) => Matrix.Scaling(width / Width, height / Height);

    /// <summary>
    /// The map into a square picture for a model: fitted and centred, a margin of <paramref name="margin"/> of the side on each edge.
    /// </summary>
    public Matrix ToSquare(int side, double margin) =>
        new ViewBox(0, 0, Width, Height, .5, .5, ViewBoxFit.Meet)
            .Fitted(margin * side, margin * side, (1 - 2 * margin) * side, (1 - 2 * margin) * side);
}
