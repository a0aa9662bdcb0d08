using System.Collections.Immutable;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Writing;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>A scene with the way back into the file that it was read from.</summary>
public sealed class SvgScene
{
    internal SvgScene(SvgDocument document, Scene scene, ImmutableArray<Binding> bindings) =>
        (Document, Scene, Bindings) = (document, scene, bindings);

    /// <summary>The file.</summary>
    public SvgDocument Document { get; }
    /// <summary>What it draws.</summary>
    public Scene Scene { get; }
    /// <summary>Where each parameter is written.</summary>
    internal ImmutableArray<Binding> Bindings { get; }
}
