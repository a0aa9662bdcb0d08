using System.Collections.Immutable;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Text.Fonts;
using SvgDistill.Rasterizer.Text.Layout;
using SvgDistill.Rasterizer.Text.Shaping;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>The properties of text.</summary>
internal sealed partial class SceneBuilder
{
    private readonly Dictionary<Style, TextSpan> _textSpans = new(ReferenceEqualityComparer.Instance);

    /// <summary>A run of an element's characters; whose they are and what runs through them is added by the caller.</summary>
    private TextSpan ReadTextSpan(Frame frame, int start, int end)
    {
        if (_textSpans.TryGetValue(frame.Style, out var known)) return known with { Start = start, End = end };
        var size = FontSize(frame.Style);
        _table.Check(size, frame.Element);
        var style = frame.Style;
        return _textSpans[style] = new TextSpan(start, end, new TextStyle(ReadFont(style), Math.Max(0, size), ReadFeatures(frame), LanguageOf(frame), ReadOrientation(style)))
        {
            Owner = 0,
            Anchor = style.Word("text-anchor") switch { "middle" => TextAnchor.Middle, "end" => TextAnchor.End, _ => TextAnchor.Start },
            IsRtl = style.Word("direction") == "rtl",
            LetterSpacing = ReadSpacing(frame, "letter-spacing"), WordSpacing = ReadSpacing(frame, "word-spacing"),
            Baseline = ReadBaseline(style), Shifts = ReadShifts(frame),
        };
    }

    private static FontRequest ReadFont(Style style) => new(
        style.Find("font-family") is { } families ? FontFamilies.Parse(families.Text) : [],
        ReadWeight(style),
        style.Find("font-stretch") is { } stretch ? FontStretches.Parse(stretch.Text) ?? 100 : 100,
        style.Word("font-style")?.Split(' ')[0] switch { "italic" => FontSlant.Italic, "oblique" => FontSlant.Oblique, _ => FontSlant.Normal },
        style.Find("font-variation-settings") is { } settings
            ? [.. FontFamilies.Settings(settings.Text).Select(s => new FontVariation(s.Tag, s.Value))] : [],
        style.Word("font-optical-sizing") != "none", new FontSynthesis(IsMadeUp(style, "weight"), IsMadeUp(style, "style")));

    // A longhand's word, or what the shorthand names. An italic is not made up where only obliques may be.
    private static bool IsMadeUp(Style style, string part) => style.Word($"font-synthesis-{part}") switch
    {
        null or "auto" => true,
        "oblique-only" => style.Word("font-style") != "italic",
        var words => CssText.Words(words).Contains(part),
    };

    // Bounded by the depth of the style chain.
    private static double ReadWeight(Style? style)
    {
        if (style is null) return 400;
        var (value, at) = style.FindWithStyle("font-weight");
        return value?.Text.Trim().ToLowerInvariant() switch
        {
            null or "normal" => 400,
            "bold" => 700,
            // CSS Fonts Level 4 section 2.2.1.
            "bolder" => ReadWeight(at.Parent) switch { < 350 => 400, < 550 => 700, < 900 => 900, var outer => outer },
            "lighter" => ReadWeight(at.Parent) switch { < 100 and var outer => outer, < 550 => 100, < 750 => 400, _ => 700 },
            var number => Length.Parse(number)?.Number ?? 400,
        };
    }

    private static TextOrientation ReadOrientation(Style style) => style.Word("writing-mode") == "sideways-rl" ? TextOrientation.Sideways
        : style.Word("text-orientation") switch { "upright" => TextOrientation.Upright, "sideways" or "sideways-right" => TextOrientation.Sideways, _ => TextOrientation.Mixed };

    private static ImmutableArray<FontFeature> ReadFeatures(Frame frame)
    {
        var style = frame.Style;
        var features = new SortedDictionary<string, uint>(StringComparer.Ordinal);
        var variant = $"{style.Word("font-variant")} {style.Word("font-variant-caps")} {style.Word("font-variant-ligatures")}";
        foreach (var word in variant.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            foreach (var (tag, value) in FeaturesOf(word)) features[tag] = value;
        if (style.Word("font-kerning") == "none" || (style.Find("kerning") is { } kerning && Length.Parse(kerning.Text) is { Number: 0 })) features["kern"] = 0;
        // Letters that are spaced do not join (CSS Text Level 3 section 8.2).
        if (ReadSpacing(frame, "letter-spacing") != 0) (features["liga"], features["clig"]) = (0, 0);
        if (style.Find("font-feature-settings") is { } settings)
            foreach (var (tag, value) in FontFamilies.Settings(settings.Text)) features[tag] = (uint)Math.Clamp(value, 0, ushort.MaxValue);
        return [.. features.Select(f => new FontFeature(f.Key, f.Value))];
    }

    // CSS Fonts Level 4 section 6.
    private static (string Tag, uint Value)[] FeaturesOf(string word) => word switch
    {
        "small-caps" => [("smcp", 1)],
        "all-small-caps" => [("smcp", 1), ("c2sc", 1)],
        "petite-caps" => [("pcap", 1)],
        "all-petite-caps" => [("pcap", 1), ("c2pc", 1)],
        "unicase" => [("unic", 1)],
        "titling-caps" => [("titl", 1)],
        "none" => [("liga", 0), ("clig", 0), ("dlig", 0), ("hlig", 0), ("calt", 0)],
        "common-ligatures" => [("liga", 1), ("clig", 1)],
        "no-common-ligatures" => [("liga", 0), ("clig", 0)],
        "discretionary-ligatures" => [("dlig", 1)],
        "historical-ligatures" => [("hlig", 1)],
        "no-contextual" => [("calt", 0)],
        "lining-nums" => [("lnum", 1)],
        "oldstyle-nums" => [("onum", 1)],
        "proportional-nums" => [("pnum", 1)],
        "tabular-nums" => [("tnum", 1)],
        "diagonal-fractions" => [("frac", 1)],
        "ordinal" => [("ordn", 1)],
        "slashed-zero" => [("zero", 1)],
        _ => [],
    };

    private static string? LanguageOf(Frame frame)
    {
        for (var e = frame.Element; e is not null; e = e.Parent)
            foreach (var attribute in e.Attributes)
                if (attribute.LocalName == "lang" && attribute.Prefix is "" or "xml") return attribute.Value.Value.Trim();
        return null;
    }

    private static double ReadSpacing(Frame frame, string property)
    {
        var (value, at) = frame.Style.FindWithStyle(property);
        return value is not null && Length.Parse(value.Text) is { } length
            && length.Factor(frame.Viewport.Base(Axis.Diagonal), FontSize(at)) is { } factor ? length.Number * factor : 0;
    }

    // The element's own line beats that of what it stands in.
    private static Baseline ReadBaseline(Style style) =>
        style.Word("alignment-baseline") is { } own and not ("auto" or "baseline") ? BaselineOf(own) : BaselineOf(style.Word("dominant-baseline"));

    private static Baseline BaselineOf(string? word) => word switch
    {
        "ideographic" => Baseline.Ideographic,
        "hanging" => Baseline.Hanging,
        "mathematical" => Baseline.Mathematical,
        "central" or "center" => Baseline.Central,
        "middle" => Baseline.Middle,
        "before-edge" or "text-before-edge" or "text-top" or "top" => Baseline.TextTop,
        "after-edge" or "text-after-edge" or "text-bottom" or "bottom" => Baseline.TextBottom,
        _ => Baseline.Alphabetic,
    };

    // It is not inherited, but shifts add up (SVG 1.1 section 10.9.3).
    private static ImmutableArray<BaselineShift> ReadShifts(Frame frame)
    {
        var shifts = ImmutableArray.CreateBuilder<BaselineShift>();
        for (var style = frame.Style; style is not null && style.Element.LocalName != "text"; style = style.Parent)
        {
            if (style.Find("baseline-shift") is not { } value) continue;
            switch (value.Text.Trim().ToLowerInvariant())
            {
                case "sub":
                    shifts.Add(new BaselineShift(BaselineShiftKind.Sub, 0));
                    break;
                case "super":
                    shifts.Add(new BaselineShift(BaselineShiftKind.Super, 0));
                    break;
                case var text when Length.Parse(text) is { } length && length.Factor(FontSize(style), FontSize(style)) is { } factor:
                    shifts.Add(new BaselineShift(BaselineShiftKind.Length, length.Number * factor));
                    break;
            }
        }
        return shifts.ToImmutable();
    }
}
