using SvgDistill.Rasterizer.Svg.Reading;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>
/// Text turned into paths, so that its glyphs can move: each <c>text</c> becomes a <c>g</c> with its attributes, an
/// <c>aria-label</c> of what it said, and a path for each run of characters and each decoration.
/// </summary>
public static class TextOutlines
{
    /// <summary>
    /// The document with its text as paths; the same document where it has no text to turn. What is in clip paths, of entities, or has glyphs
    /// in colours of their own stays text.
    /// </summary>
    public static SvgDocument Write(SvgDocument document, SceneOptions options)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(options);
        var edits = new SourceEdits();
        foreach (var (element, markup) in SceneBuilder.OutlineTexts(document, options)) edits.Replace(element, markup, document.Text);
        return edits.Count == 0 ? document : SvgDocument.Parse(document.ToBytes(edits), document.Name, document.Limits);
    }
}
