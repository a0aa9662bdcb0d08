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
    /// <param name="document">The document.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="notes">Takes sentences on text that has to stay text; null for none.</param>
    public static SvgDocument Write(SvgDocument document, SceneOptions options, Action<string>? notes = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(options);
        var edits = new SourceEdits();
        var (texts, sentences) = SceneBuilder.OutlineTexts(document, options);
        foreach (var sentence in sentences) notes?.Invoke(sentence);
        foreach (var (element, markup) in texts) edits.Replace(element, markup, document.Text);
        return edits.Count == 0 ? document : SvgDocument.Parse(document.ToBytes(edits), document.Name, document.Limits);
    }
}
