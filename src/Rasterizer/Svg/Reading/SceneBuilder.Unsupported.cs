using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>What is kept but not drawn as the file means it: each kind is noted, none is passed over in silence.</summary>
internal sealed partial class SceneBuilder
{
    private const string EmbeddedFontNote = "Fonts that the file brings or refers to are kept but not loaded ({0}).";
    private const string OtherFilesNote = "References to other files are kept but not followed ({0}).";
    private const string LinearNote = "color-interpolation: linearRGB is kept, but gradients and masks are drawn in sRGB ({0}).";
    private const string AnimationNote = "Animations are kept but not played ({0}).";
    private const string ServerNote = "Mesh gradients, hatches and solidColor elements are kept but not drawn ({0}).";

    private const string ResolutionNote = "kernelUnitLength and filterRes are kept but filters work on the picture's pixels ({0}).";

    /// <summary>Notes what concerns the whole document.</summary>
    private void NoteDocument()
    {
        foreach (var element in _document.Elements)
        {
            if (!element.IsSvg) continue;
            if (element.IsAnimation) _notes.Add(AnimationNote, element.Order);
            switch (element.LocalName)
            {
                case "font" or "font-face":
                    _notes.Add(EmbeddedFontNote, element.Order);
                    break;
                case "style" when element.Texts.Exists(t => t.Value.Contains("@font-face", StringComparison.OrdinalIgnoreCase)):
                    _notes.Add(EmbeddedFontNote, element.Order);
                    break;
                case "script":
                    _notes.Add("Scripts are kept but not run ({0}).", element.Order);
                    break;
            }
        }
    }

    /// <summary>Notes the properties of a drawn element that are not applied.</summary>
    private void NoteProperties(Frame frame)
    {
        var order = frame.Element.Order;
        if (Declared("clip-path") is { } clip && IsElsewhere(clip)) _notes.Add(OtherFilesNote, order);
        var (mask, image) = (Declared("mask"), Declared("mask-image"));
        if (mask is not null && IsElsewhere(mask)) _notes.Add(OtherFilesNote, order);
        if (image is not null || (mask is not null && FirstWord(mask) is var function
            && (function.EndsWith("gradient", StringComparison.Ordinal) || function is "image" or "image-set")))
            _notes.Add("Masks by mask-image and gradients are kept but not applied ({0}).", order);
        if (Declared("animation") is not null || Declared("animation-name") is not null) _notes.Add(AnimationNote, order);
        if (Declared("mix-blend-mode") is "plus-lighter" or "plus-darker")
            _notes.Add("The blend modes plus-lighter and plus-darker are drawn as normal ({0}).", order);
        if (Declared("vector-effect") is { } effect && effect != "non-scaling-stroke")
            _notes.Add("Vector effects other than non-scaling-stroke are kept but not applied ({0}).", order);
        if (Declared("rotate") is not null || Declared("scale") is not null || Declared("translate") is not null || Declared("offset-path") is not null)
            _notes.Add("The properties rotate, scale, translate and offset-path are kept but not applied ({0}).", order);

        string? Declared(string property) => frame.Style.Word(property) is { } word and not ("none" or "") ? word : null;
    }

    /// <summary>Notes what a transform's value asks for that is not there.</summary>
    private void NoteTransform(Frame frame, StyleValue value, List<TransformItem>? items)
    {
        if (items is null && !value.IsAttribute && TransformList.IsThreeDimensional(value.Text))
            _notes.Add("Transforms in three dimensions are kept but not applied ({0}).", frame.Element.Order);
    }

    /// <summary>Notes what an edit leaves as it is because a transform or a clip path refers to the box around it.</summary>
    private void NoteBoxed(Frame frame)
    {
        if (frame.Freedom == Freedom.Free && _options.Optimize != OptimizeKinds.None && !IsEmbedded)
            _notes.Add("What spans the box of a clip path by a basic shape, or of a transform with transform-box, stands still in an edit ({0}).", frame.Element.Order);
    }

    /// <summary>Notes a clip path that is neither drawn nor a reference.</summary>
    private void NoteShapeClip(Frame frame) => _notes.Add("Clip paths by basic shapes that are not known here are kept but not applied ({0}).", frame.Element.Order);

    /// <summary>Notes linear interpolation, as the element has it where it stands.</summary>
    private void NoteInterpolation(SvgElement element)
    {
        if (DocumentStyle(element).Word("color-interpolation") == "linearrgb") _notes.Add(LinearNote, element.Order);
    }

    /// <summary>Notes a shape that an edit leaves as it is because of its markers.</summary>
    private void NoteHeld(Frame frame, bool byContext)
    {
        if (frame.Freedom == Freedom.Free && _options.Optimize != OptimizeKinds.None && !IsEmbedded)
            _notes.Add(byContext
                ? "Shapes with markers painted by context-fill or context-stroke stand still in an edit ({0})."
                : "Rectangles, circles and ellipses with markers stand still in an edit ({0}).", frame.Element.Order);
    }

    /// <summary>Notes a path that an edit leaves as it is because of the text on it.</summary>
    private void NoteCarrier(Frame frame)
    {
        if (frame.Freedom == Freedom.Free && _options.Optimize.HasFlag(OptimizeKinds.Points) && !IsEmbedded)
            _notes.Add("Paths that text lies on stand still in an edit ({0}).", frame.Element.Order);
    }

    // A url() that leads out of the document.
    private static bool IsElsewhere(string value) =>
        value.StartsWith("url(", StringComparison.OrdinalIgnoreCase) && Reference.Parse(value).Id is null
        && value[4..].TrimStart(' ', '\t', '"', '\'') is not (['#', ..] or [')', ..]);

    private static string FirstWord(string value) => value[..(value.AsSpan().IndexOfAny(" \t\r\n(") is >= 0 and var end ? end : value.Length)];
}
