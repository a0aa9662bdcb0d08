using System.Collections.Immutable;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Writing;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>A scene with the way back into the file that it was read from.</summary>
public sealed class SvgScene
{
    internal SvgScene(
        SvgDocument document, Scene scene, ImmutableArray<Binding> bindings, ImmutableArray<FontFile> fonts, ImmutableArray<ResourceFile> resources) =>
        (Document, Scene, Bindings, Fonts, Resources) = (document, scene, bindings, fonts, resources);

    /// <summary>The file.</summary>
    public SvgDocument Document { get; }
    /// <summary>What it draws.</summary>
    public Scene Scene { get; }
    /// <summary>The files that were read because the document names them (<see cref="SceneOptions.Resources"/>), by address.</summary>
    public ImmutableArray<ResourceFile> Resources { get; }
    /// <summary>The font files that its text is drawn with.</summary>
    public ImmutableArray<FontFile> Fonts { get; }
    /// <summary>The same drawing with some of its parameters held: no leaves, so that nothing moves them.</summary>
    public SvgScene Holding(IReadOnlySet<int> held)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (held.Count == 0) return this;
        var scene = new Scene
        {
            Width = Scene.Width, Height = Scene.Height, Root = Scene.Root, Notes = Scene.Notes,
            Parameters = [.. Scene.Parameters.Select((p, i) => held.Contains(i) ? p with { IsLeaf = false } : p)],
        };
        return new(Document, scene, Bindings, Fonts, Resources);
    }

    /// <summary>Where each parameter is written.</summary>
    internal ImmutableArray<Binding> Bindings { get; }
}
