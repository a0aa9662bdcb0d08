using SvgDistill.Rasterizer.Svg.Reading;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>Turns a document into its normal form.</summary>
public static class SvgSceneReader
{
    /// <summary>
    /// Resolves the document's cascade, references and units into a scene whose written values are parameters.
    /// Deterministic; reads nothing but the document, fonts where it has text, and what <see cref="SceneOptions.Resources"/> allows.
    /// </summary>
    /// <exception cref="SvgException">The document exceeds a limit or has no usable size.</exception>
    public static SvgScene Read(SvgDocument document, SceneOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        return new SceneBuilder(document, options ?? SceneOptions.Default).Build();
    }
}
