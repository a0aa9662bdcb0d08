using System.Collections.Immutable;
using System.Text;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;
using SvgDistill.Rasterizer.Text.Bidi;
using SvgDistill.Rasterizer.Text.Layout;
using SvgDistill.Rasterizer.Text.Shaping;

namespace SvgDistill.Rasterizer.Svg.Reading;

internal sealed partial class SceneBuilder
{
    /// <summary>
    /// Reads a <c>text</c> element into the characters that are laid out (SVG 2 section 11.3): its own and those of <c>tspan</c>, <c>tref</c>,
    /// <c>a</c> and <c>textPath</c> inside it, white space collapsed.
    /// </summary>
    private sealed class TextReader(SceneBuilder builder, Frame frame)
    {
        /// <summary>An element whose characters are laid out, with its place among them.</summary>
        private sealed record Part(Frame Frame, int Owner, TextPath? Path)
        {
            public int Start { get; init; }
            public int End { get; set; }
        }

        private readonly List<Frame> _owners = [];
        private readonly List<Part> _parts = [];
        private readonly List<TextSpan> _spans = [];
        private readonly StringBuilder _text = new();
        private readonly BidiParagraph _paragraph = new();
        // A space at the line's begin or behind another one collapses; the last one goes at the line's end.
        private bool _isAfterSpace = true;
        private bool _isSkipping;

        /// <summary>The element that a span or a decoration belongs to.</summary>
        public Frame Owner(int index) => _owners[index];

        /// <summary>The content, or null where there is nothing to lay out.</summary>
        public TextContent? Read()
        {
            Walk(frame, null, []);
            if (_isAfterSpace && _text.Length > 0) DropLast();
            if (_text.Length == 0) return null;
            builder._characters += _text.Length;
            var text = _text.ToString();
            var content = new TextContent
            {
                Text = text, Spans = [.. _spans], X = new double?[text.Length], Y = new double?[text.Length],
                Dx = new double[text.Length], Dy = new double[text.Length], Rotate = new double[text.Length],
                Levels = _paragraph.Levels(text.Length, frame.Style.Word("direction") == "rtl"),
                Lengths = [.. _parts.AsEnumerable().Reverse().Select(LengthOf).OfType<TextLength>()],
                IsVertical = frame.Style.Word("writing-mode") is "tb" or "tb-rl" or "vertical-rl" or "vertical-lr" or "sideways-rl",
            };
            foreach (var part in _parts) Place(part, content);
            return content;
        }

        private void DropLast()
        {
            _text.Length--;
            _paragraph.Trim(_text.Length);
            foreach (var part in _parts) part.End = Math.Min(part.End, _text.Length);
            _spans[^1] = _spans[^1] with { End = _text.Length };
            if (_spans[^1].Start == _text.Length) _spans.RemoveAt(_spans.Count - 1);
        }

        private void Walk(Frame at, TextPath? path, ImmutableArray<TextDecoration> outer)
        {
            var element = at.Element;
            var part = new Part(at, _owners.Count, path) { Start = _text.Length };
            _owners.Add(at);
            _parts.Add(part);
            var decorations = Decorations(at, part.Owner, outer);
            var closing = _paragraph.Open(at.Style.Word("unicode-bidi"), at.Style.Word("direction") == "rtl");
            if (element.Is("tref")) Append(ReferencedText(element), part, decorations);
            else
            {
                var child = 0;
                for (var i = 0; i <= element.Texts.Count; i++)
                {
                    var before = i < element.Texts.Count ? element.ChildrenBefore[i] : element.Children.Count;
                    for (; child < before; child++) WalkChild(at, element.Children[child], path, decorations);
                    if (i < element.Texts.Count) Append(element.Texts[i].Value, part, decorations);
                }
            }
            _paragraph.Close(closing);
            part.End = _text.Length;
        }

        private void WalkChild(Frame at, SvgElement child, TextPath? path, ImmutableArray<TextDecoration> decorations)
        {
            if (!child.IsSvg || child.LocalName is not ("tspan" or "tref" or "a" or "textPath")) return;
            var inner = builder.Enter(at, child);
            if (!Conditions.Hold(child, builder._options.Languages) || inner.Style.Word("display") == "none") return;
            if (child.LocalName != "textPath")
            {
                Walk(inner, path, decorations);
                return;
            }
            // Only a text's own child is one (SVG 2 section 11.8.1). One that leads nowhere shows nothing, but its characters count.
            if (!at.Element.Is("text")) return;
            var (line, outer) = (builder.ReadTextPath(inner), _isSkipping);
            _isSkipping |= line is null;
            Walk(inner, line, decorations);
            _isSkipping = outer;
        }

        // All character data of what is referred to, elements inside it included (SVG 1.1 section 10.6).
        private string ReferencedText(SvgElement element)
        {
            if (element.Href?.Value.Value is not { } href) return "";
            if (Reference.Fragment(href) is not { } id)
            {
                builder._notes.Add(OtherFilesNote, element.Order);
                return "";
            }
            if (builder._document.ById(id) is not { IsSvg: true } target) return "";
            var text = new StringBuilder();
            Gather(target);
            return text.ToString();

            // Bounded by the document's depth, and in all by the drawing's visits.
            void Gather(SvgElement from)
            {
                if (++builder._visits > builder._limits.Visits || text.Length > builder._limits.TextCharacters)
                    throw builder._document.Error(element, "The text references lead to too much text.", "Shorten what they lead to.");
                var child = 0;
                for (var i = 0; i <= from.Texts.Count; i++)
                {
                    var before = i < from.Texts.Count ? from.ChildrenBefore[i] : from.Children.Count;
                    for (; child < before; child++) Gather(from.Children[child]);
                    if (i < from.Texts.Count) text.Append(from.Texts[i].Value);
                }
            }
        }

        private void Append(string raw, Part part, ImmutableArray<TextDecoration> decorations)
        {
            var (start, preserves) = (_text.Length, PreservesSpace(part.Frame));
            for (var i = 0; i < raw.Length; i++)
            {
                var c = raw[i];
                if (c == '\r' && i + 1 < raw.Length && raw[i + 1] == '\n') continue;
                if (c is '\n' or '\r' or '\t') c = ' ';
                if (c == ' ' && !preserves && _isAfterSpace) continue;
                _isAfterSpace = c == ' ' && !preserves;
                if (char.IsHighSurrogate(c) && i + 1 < raw.Length && char.IsLowSurrogate(raw[i + 1]))
                {
                    _paragraph.Add(char.ConvertToUtf32(c, raw[i + 1]), _text.Length);
                    _text.Append(c).Append(raw[++i]);
                    continue;
                }
                if (char.IsSurrogate(c)) c = '\uFFFD';
                _paragraph.Add(c, _text.Length);
                _text.Append(c);
            }
            if (builder._characters + _text.Length > builder._limits.TextCharacters)
                throw builder._document.Error(part.Frame.Element, $"The drawing has more than {builder._limits.TextCharacters} characters of text.",
                    "Shorten it, or turn it into paths.");
            if (_text.Length > start) _spans.Add(builder.ReadTextSpan(part.Frame, start, _text.Length) with
            {
                Owner = part.Owner, Path = part.Path, Decorations = decorations, IsSkipped = _isSkipping,
            });
        }

        // CSS Text Level 3 section 3; xml:space="preserve" is its older form (SVG 2 section 11.7.1). No lines are broken here.
        private static bool PreservesSpace(Frame at)
        {
            if (at.Style.Word("white-space") is { } word) return word.StartsWith("pre", StringComparison.Ordinal) && word != "pre-line" || word == "break-spaces";
            for (var e = at.Element; e is not null; e = e.Parent)
                foreach (var attribute in e.Attributes)
                    if (attribute is { LocalName: "space", Prefix: "xml" }) return attribute.Value.Value.Trim() == "preserve";
            return false;
        }

        // A decoration runs through all that is inside the element that asks for it, in that one's paint (CSS Text Decoration Level 3 section 2).
        private static ImmutableArray<TextDecoration> Decorations(Frame at, int owner, ImmutableArray<TextDecoration> outer)
        {
            var result = outer;
            for (var style = at.Style; style is not null; style = style.Parent)
            {
                var text = $"{style.Word("text-decoration")} {style.Word("text-decoration-line")}";
                foreach (var word in text.Split((char[]?)[' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
                    if (word switch
                    {
                        "underline" => DecorationLine.Underline,
                        "overline" => DecorationLine.Overline,
                        "line-through" => DecorationLine.LineThrough,
                        _ => (DecorationLine?)null,
                    } is { } line)
                        result = [.. result.Where(d => d.Line != line), new TextDecoration(line, owner)];
                // Those of elements around the text are painted as the text.
                if (at.Element.LocalName != "text") break;
            }
            return result;
        }

        private TextLength? LengthOf(Part part)
        {
            if (builder.Measure(part.Frame, "textLength", Axis.X) is not (>= 0 and var length) || part.End <= part.Start) return null;
            return new TextLength(part.Start, part.End, length, part.Frame.Element.Attribute("lengthAdjust")?.Value.Value == "spacingAndGlyphs");
        }

        // x, y, dx, dy and rotate (SVG 2 section 11.5): a value a character, those of inner elements stronger.
        private void Place(Part part, TextContent content)
        {
            if (!part.Frame.Element.Is("textPath"))
            {
                Assign("x", Axis.X, (i, v) => content.X[i] = v);
                Assign("y", Axis.Y, (i, v) => content.Y[i] = v);
                Assign("dx", Axis.X, (i, v) => content.Dx[i] = v);
                Assign("dy", Axis.Y, (i, v) => content.Dy[i] = v);
            }
            if (part.Frame.Element.Attribute("rotate") is not { } rotate || Length.ParsePrefix(rotate.Value.Value) is not { Count: > 0 } angles) return;
            var k = 0;
            foreach (var i in Characters(part, content.Text)) content.Rotate[i] = angles[Math.Min(k++, angles.Count - 1)].Number;

            void Assign(string name, Axis axis, Action<int, double> assign)
            {
                if (part.Frame.Element.Attribute(name)?.Value is not { } value) return;
                using var positions = Characters(part, content.Text).GetEnumerator();
                foreach (var length in Length.ParsePrefix(value.Value))
                {
                    if (length.Factor(part.Frame.Viewport.Base(axis), FontSize(part.Frame.Style)) is not { } factor || !positions.MoveNext()) break;
                    builder._table.Check(length.Number * factor, part.Frame.Element, new SourceSpan(value, 0, 0));
                    assign(positions.Current, length.Number * factor);
                }
            }
        }

        private static IEnumerable<int> Characters(Part part, string text)
        {
            for (var i = part.Start; i < part.End; i++)
                if (!char.IsLowSurrogate(text[i])) yield return i;
        }
    }

    private readonly Dictionary<(SvgElement, Viewport, bool), TextPath?> _textPaths = [];

    /// <summary>The path that a <c>textPath</c> names, in the text's space; null where there is none.</summary>
    private TextPath? ReadTextPath(Frame frame)
    {
        if (frame.Element.Href?.Value.Value is not { } href) return null;
        if (Reference.Fragment(href) is not { } id)
        {
            _notes.Add(OtherFilesNote, frame.Element.Order);
            return null;
        }
        if (_document.ById(id) is not { IsSvg: true } target || !IsShape(target)) return null;
        var key = (target, frame.Viewport, frame.Element.Attribute("side")?.Value.Value == "right");
        if (!_textPaths.TryGetValue(key, out var path)) path = _textPaths[key] = MeasurePath(frame, target, isReversed: key.Item3);
        if (path is null) return null;
        var offset = 0.0;
        if (frame.Element.Attribute("startOffset")?.Value.Value is { } text && Length.Parse(text) is { } length)
            offset = length.Unit == "%" ? length.Number / 100 * path.Length
                : length.Number * (length.Factor(1, FontSize(frame.Style)) ?? 0) * (ReadPathLength(target) is > 0 and var written ? path.Length / written : 1);
        return path.At(offset);
    }

    private TextPath? MeasurePath(Frame frame, SvgElement target, bool isReversed)
    {
        var at = frame with { Style = DocumentStyle(target), Freedom = Freedom.Frozen };
        if (OutlineOf(at) is not var (commands, points) || points.Count < 2) return null;
        CountPoints(points.Count, frame.Element);
        var map = ReadTransform(at, target).Matrix;
        return new TextPath(commands, points.ConvertAll(p => map.Apply(p)), isReversed);
    }

    private (IEnumerable<PathCommand> Commands, List<Point> Points)? OutlineOf(Frame frame)
    {
        if (frame.Element.LocalName is "path" or "polyline" or "polygon")
        {
            var isPath = frame.Element.LocalName == "path";
            if (WrittenPath(frame, isPath ? "d" : "points") is not { } written) return null;
            var (commands, points, _) = isPath ? PathData.Parse(written.Data, _limits.PathPoints)
                : PointList.Parse(written.Data, frame.Element.LocalName == "polygon", _limits.PathPoints);
            return (commands, points);
        }
        if (ReadPlainGeometry(frame, held: true) is not { } shape) return null;
        var outline = shape as PathGeometry ?? ShapePath.Of(shape, _table);
        return (outline.Commands, [.. outline.Points.Select(_table.Initial)]);
    }
}
