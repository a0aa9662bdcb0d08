using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SvgDistill.Rasterizer.Svg.Writing;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Animating;

/// <summary>
/// A drawing that goes from its source to its result and back for ever, by CSS: for use on a page. The file is the result; a style
/// sheet holds what the source has instead, and only for readers who have not asked for less motion.
/// </summary>
public static class SvgLoop
{
    // Long at both ends, quick between.
    private const string Easing = "cubic-bezier(.8,0,.2,1)";

    /// <summary>The animation. A result equal to the source gives the file as it is.</summary>
    /// <param name="scene">The drawing as read.</param>
    /// <param name="result">Its parameters at the result.</param>
    /// <param name="seconds">How long one way takes.</param>
    public static AnimatedSvg Write(SvgScene scene, ReadOnlyMemory<double> result, double seconds)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var drawings = new DrawingStates(scene, [scene.Scene.InitialValues(), result]);
        var document = drawings.Last;
        var (edits, still) = (new SourceEdits(), new List<string>());
        var outlines = new OutlineAttributes(drawings.First, document, edits);
        var rules = new Dictionary<SvgElement, List<string>>();
        foreach (var change in drawings.Changes())
        {
            if ((outlines.Declaration(change) ?? Declaration(change)) is not { } declaration) still.Add(change.ToString());
            else if (!rules.TryGetValue(change.Element, out var before)) rules[change.Element] = [declaration];
            else if (!before.Contains(declaration)) before.Add(declaration);
        }
        if (rules.Count > 0)
            edits.Append(document.Root, StyleSheet(document, rules.ToDictionary(r => r.Key, r => string.Join(';', r.Value)), edits, seconds), document.Text);
        return new AnimatedSvg(document.ToBytes(edits), still);
    }

    private static string StyleSheet(SvgDocument document, Dictionary<SvgElement, string> rules, SourceEdits edits, double seconds)
    {
        // The names must not meet those of another drawing on the same page.
        var name = "a" + Convert.ToHexStringLower(SHA256.HashData(document.ToBytes()).AsSpan(0, 3));
        var prefix = document.Root.Prefix.Length == 0 ? "" : document.Root.Prefix + ":";
        var sheet = new StringBuilder($"<{prefix}style>@media (prefers-reduced-motion:no-preference){{");
        sheet.Append('.').Append(name).Append("{animation:").Append(NumberText.Format(seconds, 3)).Append("s ").Append(Easing).Append(" infinite alternate}");
        // Places that start from the same values share their frames.
        var frames = rules.Values.Distinct().Select((r, i) => (r, i)).ToDictionary(f => f.r, f => f.i);
        foreach (var (rule, i) in frames)
            sheet.Append(CultureInfo.InvariantCulture, $".{name}-{i}{{animation-name:{name}-{i}}}@keyframes {name}-{i}{{from{{{rule}}}}}");
        foreach (var (element, rule) in rules)
            AddClass(element, string.Create(CultureInfo.InvariantCulture, $"{name} {name}-{frames[rule]}"), edits);
        return sheet.Append($"}}</{prefix}style>").ToString();
    }

    private static void AddClass(SvgElement element, string names, SourceEdits edits)
    {
        if (element.Attribute("class") is not { } attribute) edits.Insert(element, "class", names);
        else edits.Replace(new SourceSpan(attribute.Value, attribute.Value.Value.Length, 0), " " + names);
    }

    // The source's value as a declaration; null where CSS has no such property.
    private static string? Declaration(ChangingValue change)
    {
        var (source, tag) = (change.Texts[0].Trim(), change.Element.LocalName);
        switch (change.Name)
        {
            case "transform":
                return !change.IsAttribute ? $"transform:{source}" : TransformTexts.CssMatrix(source) is { } matrix ? $"transform:{matrix}" : null;
            case "d":
                return change.Numbers() is null ? null : $"d:path(\"{source}\")";
            // Properties of these elements only (SVG 2 section 7.2); the same names on gradients, text and filters are plain attributes.
            case "x" or "y" or "width" or "height" when tag is "rect" or "image" or "svg" or "use" or "foreignObject":
            case "cx" or "cy" when tag is "circle" or "ellipse":
            case "r" when tag is "circle":
            case "rx" or "ry" when tag is "rect" or "ellipse":
            case "stroke-width" or "stroke-dashoffset":
                return $"{change.Name}:{source}{(char.IsAsciiLetter(source[^1]) || source[^1] == '%' ? "" : "px")}";
            case "stroke-dasharray":
                return $"stroke-dasharray:{source}";
            default:
                return change.IsColor || (change.IsFraction && change.Name != "offset") ? $"{change.Name}:{source}" : null;
        }
    }
}
