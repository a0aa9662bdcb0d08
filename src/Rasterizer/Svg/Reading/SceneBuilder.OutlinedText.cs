using System.Collections.Immutable;
using System.Text;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Writing;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>The markup that stands for text once it is paths.</summary>
internal sealed partial class SceneBuilder
{
    // What places characters means nothing on a group, or would place it anew.
    private static readonly HashSet<string> _layoutAttributes =
        ["x", "y", "dx", "dy", "rotate", "textLength", "lengthAdjust", "text-anchor", "text-decoration", "writing-mode", "text-orientation", "direction", "unicode-bidi"];

    // What a path is painted with, as far as the elements inside the text say it.
    private static readonly string[] _paintProperties =
    [
        "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
        "stroke-dasharray", "stroke-dashoffset", "paint-order", "visibility", "vector-effect",
    ];

    // What acts on an element as a whole.
    private static readonly string[] _effects = ["opacity", "filter", "mask", "clip-path", "transform", "mix-blend-mode"];

    private readonly Notes _notOutlined = new();
    private Dictionary<SvgElement, string>? _outlined;

    /// <summary>Every text that is drawn and can be turned into paths, with the markup to put in its place.</summary>
    public static (IReadOnlyDictionary<SvgElement, string> Texts, ImmutableArray<string> Notes) OutlineTexts(SvgDocument document, SceneOptions options)
    {
        var builder = new SceneBuilder(document, options with { Move = MoveUnits.None, Optimize = OptimizeKinds.None }) { _outlined = [] };
        builder.Build();
        return (builder._outlined, builder._notOutlined.ToSentences());
    }

    // What paths have no place for.
    private static bool HoldsMore(SvgElement element) => element.Children.Exists(c => c.Is("a") || c.IsAnimation || HoldsMore(c));

    private void Outline(Frame frame, string text, List<(PathGeometry Outline, Frame Owner)> shapes)
    {
        var element = frame.Element;
        if (_outlined is null || IsEmbedded || _selection.Freezes(element.Order, null) || _selection.Holds(element) || element.FromEntity || element.EndTag < 0 || _outlined.ContainsKey(element)) return;
        // Paths would come under the rules for paths, and what a rule for text does to all of it would be lost.
        if (_cascade.HasRulesFor("path") || _cascade.HasRulesFor("g") || _cascade.TestsAttributes || HoldsMore(element)
            || Array.Exists(_effects, e => frame.Style.FindWithStyle(e) is ({ } value, var at) && at.Element == element && value.Element != element))
        {
            _notOutlined.Add("Text stays text where it has links or animations in it, or a style sheet has rules for paths or groups, tests attributes, or gives text an opacity, a filter, a clip path, a mask or a transform ({0}).", element.Order);
            return;
        }
        var prefix = element.Prefix.Length == 0 ? "" : element.Prefix + ":";
        var markup = new StringBuilder().Append('<').Append(prefix).Append('g');
        foreach (var attribute in element.Attributes)
            if (attribute.Prefix.Length > 0 || !_layoutAttributes.Contains(attribute.LocalName)) markup.Append(' ').Append(Raw(attribute.Start, End(attribute)));
        if (element.Attribute("aria-label") is null) markup.Append(" aria-label=\"").Append(SourceEdits.Escape(text.Trim(), '"')).Append('"');
        markup.Append('>');
        // Titles, descriptions and the like stay as they are.
        foreach (var child in element.Children)
            if (!(child.IsSvg && child.LocalName is "tspan" or "tref" or "a" or "textPath") && child.EndTag >= 0 && !child.FromEntity)
                markup.Append(Raw(child.Start, EndOf(child)));
        foreach (var (outline, owner) in shapes)
        {
            markup.Append('<').Append(prefix).Append("path");
            var style = PaintOf(owner, element);
            if (style.Length > 0) markup.Append(" style=\"").Append(SourceEdits.Escape(style, '"')).Append('"');
            markup.Append(" d=\"").Append(PathDataOf(outline, NumberText.Decimals(frame.Unit(_diagonal)))).Append("\"/>");
        }
        _outlined[element] = markup.Append("</").Append(prefix).Append("g>").ToString();

        string Raw(int start, int end) => _document.Text[start..end];
        int EndOf(SvgElement e) => _document.Text.IndexOf('>', e.EndTag) + 1;
        static int End(SvgAttribute a) => a.Value.Start + a.Value.RawLength + 1;
    }

    // The group has the text's own attributes and inherits as it did; rules that ask for text or what is inside it no longer apply.
    private static string PaintOf(Frame owner, SvgElement text)
    {
        var style = new StringBuilder();
        foreach (var property in _paintProperties)
        {
            var (value, at) = owner.Style.FindWithStyle(property);
            if (value is null || !IsInside(at.Element, text) || (at.Element == text && value.Element == text)) continue;
            style.Append(property).Append(':').Append(Absolute(value.Text.Trim(), at)).Append(';');
        }
        // It never applied to text.
        if (owner.Style.Word("fill-rule") == "evenodd") style.Append("fill-rule:nonzero;");
        return style.ToString().TrimEnd(';');

        static bool IsInside(SvgElement element, SvgElement text)
        {
            for (var e = element; e is not null; e = e.Parent)
                if (e == text) return true;
            return false;
        }

        // Font sizes of inner elements go with them; a length of a style sheet has a unit.
        static string Absolute(string text, Style at) => Length.Parse(text) is { } length && length.Unit is "em" or "ex" or "" && length.Number != 0
            && length.Factor(1, FontSize(at)) is { } factor ? $"{NumberText.Format(length.Number * factor, 6)}{(length.Unit.Length > 0 ? "px" : "")}" : text;
    }

    private static string PathDataOf(PathGeometry outline, int decimals)
    {
        var (text, i) = (new StringBuilder(), 0);
        foreach (var command in outline.Commands)
        {
            text.Append(command switch { PathCommand.Move => 'M', PathCommand.Line => 'L', PathCommand.Cubic => 'C', _ => 'Z' });
            var count = command switch { PathCommand.Cubic => 3, PathCommand.Close => 0, _ => 1 };
            for (var end = i + count; i < end; i++)
                foreach (var coordinate in (ReadOnlySpan<double>)[outline.Points[i].X.Offset, outline.Points[i].Y.Offset])
                {
                    var number = NumberText.Format(coordinate, decimals);
                    if (number[0] != '-' && !char.IsAsciiLetter(text[^1])) text.Append(' ');
                    text.Append(number);
                }
        }
        return text.ToString();
    }
}
