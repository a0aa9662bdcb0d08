using System.Globalization;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Animating;

/// <summary>
/// A drawing written at several states in one form, and what differs between them. The last state's file is the one to animate: it is
/// written to full precision, the others to what is seen of a thing that moves.
/// </summary>
internal sealed class DrawingStates
{
    // Of the canvas diagonal: half a pixel of a picture of 512.
    private const double Precision = 7e-4;

    private readonly SvgDocument[] _documents;

    public DrawingStates(SvgScene scene, IReadOnlyList<ReadOnlyMemory<double>> states)
    {
        var parameters = scene.Scene.Parameters;
        var moved = Enumerable.Range(0, parameters.Length)
            .Where(i => states.Any(s => s.Span[i] != parameters[i].Initial)).ToHashSet();
        _documents = [.. states.Select((state, k) =>
        {
            var theta = state.ToArray();
            if (k < states.Count - 1)
                foreach (var i in moved) theta[i] = Rounded(parameters[i], theta[i]);
            var bytes = SvgWriter.Write(scene, theta, StructureChanges.None, moved);
            return SvgDocument.Parse(bytes, scene.Document.Name, scene.Document.Limits);
        })];
    }

    /// <summary>The file at the last state.</summary>
    public SvgDocument Last => _documents[^1];

    /// <summary>The file at the first state.</summary>
    public SvgDocument First => _documents[0];

    /// <summary>Everything whose value differs, in the order of the file.</summary>
    public List<ChangingValue> Changes()
    {
        var styles = Array.ConvertAll(_documents, Styles);
        var changes = new List<ChangingValue>();
        for (var i = 0; i < Last.Elements.Count; i++)
        {
            var element = Last.Elements[i];
            if (!element.IsSvg || element.FromEntity) continue;
            var declared = Array.ConvertAll(styles, s => s[i].Declared);
            foreach (var (name, value) in declared[^1])
                if (!name.StartsWith("--", StringComparison.Ordinal)) Add(Name(element, name), k => Text(styles[k][i], name), value.IsAttribute);
            foreach (var attribute in element.Attributes)
                if (attribute.Prefix.Length == 0 && attribute.LocalName is not ("style" or "class" or "id")
                    && !declared[^1].ContainsKey(Property(attribute.LocalName)))
                    Add(attribute.LocalName, k => _documents[k].Elements[i].Attribute(attribute.LocalName)?.Value.Value, isAttribute: true);

            void Add(string name, Func<int, string?> text, bool isAttribute)
            {
                var texts = new string[_documents.Length];
                for (var k = 0; k < texts.Length; k++)
                {
                    if (text(k) is not { } value) return;
                    texts[k] = value;
                }
                if (texts.Distinct().Count() > 1)
                    changes.Add(new ChangingValue(element, name, Array.ConvertAll(texts, t => Plain(name, t)), isAttribute));
            }
        }
        return changes;
    }

    private static Style[] Styles(SvgDocument document)
    {
        var (cascade, styles) = (new Cascade(document), new Style[document.Elements.Count]);
        foreach (var element in document.Elements)
            styles[element.Order] = element.Parent is { } parent ? styles[parent.Order].Of(element) : new Style(cascade, element, null);
        return styles;
    }

    private static string? Text(Style style, string property) =>
        !style.Declared.TryGetValue(property, out var value) ? null
        : CssText.FindFunction(value.Text, "var") < 0 ? value.Text : style.Find(property)?.Text;

    // A transform is one property under three attributes' names (SVG 2 section 6.6).
    private static string Name(SvgElement element, string property) => property != "transform" ? property
        : element.LocalName switch { "linearGradient" or "radialGradient" => "gradientTransform", "pattern" => "patternTransform", _ => property };

    private static string Property(string attribute) => attribute is "gradientTransform" or "patternTransform" ? "transform" : attribute;

    // Every program that plays films knows #rrggbb; not all know lab().
    private static string Plain(string name, string text)
    {
        text = text.Trim();
        if (name == "d" && PathFunction.Parse(text) is var (start, length)) return text.Substring(start, length);
        if (!PropertyGrammar.IsColor(name) || CssColor.Parse(text) is not { } c) return text;
        static int Byte(double v) => (int)Math.Round(255 * Math.Clamp(v, 0, 1));
        var rgb = string.Create(CultureInfo.InvariantCulture, $"#{Byte(c.R):x2}{Byte(c.G):x2}{Byte(c.B):x2}");
        return c.A >= 1 ? rgb : string.Create(CultureInfo.InvariantCulture, $"rgba({Byte(c.R)},{Byte(c.G)},{Byte(c.B)},{Math.Round(c.A, 3)})");
    }

    private static double Rounded(Parameter parameter, double value) => parameter.Kind switch
    {
        ParameterKind.Color => value,
        ParameterKind.Opacity or ParameterKind.StopOffset => Math.Round(value, 3),
        ParameterKind.Transform => value,
        _ => Math.Round(value, Math.Clamp((int)Math.Ceiling(-Math.Log10(parameter.Unit * Precision)), 0, 12)),
    };
}
