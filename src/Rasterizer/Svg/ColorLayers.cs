using System.Text;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>
/// One layer a colour, for cutters and plotters: elements of one colour are gathered in a <c>g</c> that Inkscape shows as a layer. The order in
/// which things that overlap are painted stays, so a colour has more than one layer where others lie between. Groups that only place or style what
/// is in them are opened, and stand around their parts again in each layer; what acts on a group as a whole keeps it together.
/// </summary>
public static class ColorLayers
{
    private const string Inkscape = "http://www.inkscape.org/namespaces/inkscape";
    private const int Side = 256, MostObjects = 2000;
    // Of 8 bits: what no eye sees.
    private const float Rounding = .5f / 255;

    // What is drawn only where something refers to it, or not at all.
    private static readonly HashSet<string> _unseen =
        ["defs", "symbol", "clipPath", "mask", "marker", "pattern", "linearGradient", "radialGradient", "filter", "style", "title", "desc", "metadata", "script"];

    private static readonly HashSet<string> _opened = ["transform", "fill", "stroke", "fill-rule", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "color", "id", "class"];

    private sealed record Drawn(SvgElement Element, string Color, bool[] Cover);

    private sealed record Layer(string Color, List<Drawn> Members);

    /// <summary>The file with its elements in layers, and how many layers; null where they cannot be parted, or are one colour.</summary>
    /// <param name="document">The file.</param>
    /// <param name="options">How it is read.</param>
    public static (byte[] Bytes, int Layers, int Colors)? Separate(SvgDocument document, SceneOptions options)
    {
        ArgumentNullException.ThrowIfNull(document);
        var scene = SvgSceneReader.Read(document, options with { Only = [], Lock = [] }).Scene;
        var objects = Objects(document, scene);
        if (objects.Count is 0 or > MostObjects || objects.Exists(o => o.Element.FromEntity) || document.Root.EndTag < 0) return null;
        var layers = Gather(objects);
        if (layers.Count < 2) return null;
        var bytes = document.ToBytes(Edits(document, layers));
        // Rules that look at where an element stands may style it in another way there.
        var after = SvgSceneReader.Read(SvgDocument.Parse(bytes, document.Name, document.Limits), options with { Only = [], Lock = [] }).Scene;
        return IsSame(Draw(scene, 2 * Side), Draw(after, 2 * Side)) ? (bytes, layers.Count, layers.Select(l => l.Color).Distinct().Count()) : null;
    }

    // What is drawn, the first at the back: elements that are not opened, with the colour that all of them have.
    private static List<Drawn> Objects(SvgDocument document, Scene scene)
    {
        var found = new List<Drawn>();
        // Where nothing is animated or scripted, an id is no more than a name.
        var names = document.Elements.Any(e => e.LocalName == "script" || e.IsAnimation) ? PlainShapes.Names(document.Text) : null;
        Visit(document.Root);
        return found;

        void Visit(SvgElement parent)
        {
            foreach (var element in parent.Children)
            {
                if (_unseen.Contains(element.LocalName)) continue;
                if (IsOpened(element, names)) Visit(element);
                else if (found.Count <= MostObjects && ScenePart.OfElement(scene, element.Order) is { } part)
                    found.Add(new(element, ColorOf(scene, element.Order), [.. Draw(part, Side).Plane(3).ToArray().Select(c => c > 0)]));
            }
        }
    }

    // One that moves, or that something else speaks of by its id, stays one thing.
    private static bool IsOpened(SvgElement element, Dictionary<string, int>? names) =>
        element.Is("g") && !element.FromEntity && element.EndTag >= 0 && !element.Children.Exists(c => c.IsAnimation)
        && !(names is not null && PlainShapes.IsReferred(element, names)) && element.Attributes.TrueForAll(a => a.Prefix.Length > 0 || _opened.Contains(a.LocalName));

    private static string ColorOf(Scene scene, int order)
    {
        var (colors, theta) = (new SortedSet<string>(StringComparer.Ordinal), scene.InitialValues());
        var pending = new Stack<(SceneNode Node, bool Inside)>([(scene.Root, false)]);
        while (pending.TryPop(out var item))
        {
            var inside = item.Inside;
            // A group that changes nothing has no node of its own.
            for (var element = item.Node.Element; !inside && element is not null; element = element.Parent) inside = element.Order == order;
            if (item.Node is GroupNode group)
                foreach (var child in group.Children) pending.Push((child, inside));
            else if (inside && item.Node is ShapeNode shape)
                foreach (var paint in new[] { shape.Fill, shape.Stroke?.Paint }.OfType<Paint>()) colors.Add(Name(paint, theta));
            else if (inside) colors.Add("picture");
        }
        return string.Join(" ", colors);
    }

    private static string Name(Paint paint, double[] theta)
    {
        if (paint is not SolidPaint { Color: var color }) return paint is GradientPaint ? "gradient" : "pattern";
        int Byte(Scalar component) => (int)Math.Round(255 * Math.Clamp(component.Value(theta), 0, 1));
        return FormattableString.Invariant($"#{Byte(color.R):x2}{Byte(color.G):x2}{Byte(color.B):x2}");
    }

    private static Picture Draw(Scene scene, int side)
    {
        var scale = side / Math.Max(scene.Width, scene.Height);
        var (width, height) = (Math.Max(1, (int)(scene.Width * scale)), Math.Max(1, (int)(scene.Height * scale)));
        return new SceneRasterizer(scene, width, height, scene.ToCanvas(width, height)).Forward(scene.InitialValues(), keep: false);
    }

    // Each goes to the topmost layer of its colour that nothing painted since lies over it there, else begins a new one.
    private static List<Layer> Gather(List<Drawn> objects)
    {
        var layers = new List<Layer>();
        foreach (var drawn in objects)
        {
            Layer? home = null;
            for (var i = layers.Count - 1; i >= 0 && home is null; i--)
            {
                if (layers[i].Color == drawn.Color) home = layers[i];
                else if (layers[i].Members.Exists(m => Overlap(m.Cover, drawn.Cover))) break;
            }
            if (home is null) layers.Add(home = new(drawn.Color, []));
            home.Members.Add(drawn);
        }
        return layers;
    }

    private static bool IsSame(Picture a, Picture b)
    {
        if (a.Width != b.Width || a.Height != b.Height) return false;
        for (var i = 0; i < a.Data.Length; i++)
            if (Math.Abs(a.Data[i] - b.Data[i]) > Rounding) return false;
        return true;
    }

    private static bool Overlap(bool[] a, bool[] b)
    {
        for (var i = 0; i < a.Length; i++)
            if (a[i] && b[i]) return true;
        return false;
    }

    private static SourceEdits Edits(SvgDocument document, List<Layer> layers)
    {
        var (edits, text, markup) = (new SourceEdits(), document.Text, new StringBuilder());
        var prefix = document.Root.Namespaces?.FirstOrDefault(n => n.Value == Inkscape).Key;
        var name = document.Root.Prefix.Length == 0 ? "g" : document.Root.Prefix + ":g";
        var numbers = new Dictionary<string, int>();
        var seen = new HashSet<SvgElement>(ReferenceEqualityComparer.Instance);
        foreach (var layer in layers)
        {
            var number = numbers[layer.Color] = numbers.GetValueOrDefault(layer.Color) + 1;
            var label = number == 1 ? layer.Color : $"{layer.Color} {number}";
            var (declared, used) = prefix is { Length: > 0 } ? ("", prefix) : ($" xmlns:inkscape=\"{Inkscape}\"", "inkscape");
            markup.Append($"\n<{name}{declared} {used}:groupmode=\"layer\" {used}:label=\"{label}\">");
            foreach (var member in layer.Members)
            {
                var around = new Stack<SvgElement>();
                for (var e = member.Element.Parent!; e.Parent is not null; e = e.Parent) around.Push(e);
                markup.Append("\n  ");
                foreach (var group in around) markup.Append(StartTag(group, text, seen.Add(group)));
                markup.Append(text, member.Element.Start, End(member.Element, text) - member.Element.Start);
                foreach (var group in around.Reverse()) markup.Append($"</{(group.Prefix.Length == 0 ? "" : group.Prefix + ":")}{group.LocalName}>");
            }
            markup.Append($"\n</{name}>");
        }
        var moved = layers.SelectMany(l => l.Members).Select(m => m.Element).ToHashSet<SvgElement>(ReferenceEqualityComparer.Instance);
        bool Goes(SvgElement e) => moved.Contains(e) || seen.Contains(e) && e.Children.TrueForAll(Goes) && HoldsNothingElse(e, text);
        foreach (var element in moved.Concat(seen).Where(e => Goes(e) && !Goes(e.Parent!))) edits.Remove(element, text);
        // What is left of a group gives its id to the layers.
        foreach (var group in seen.Where(g => !Goes(g)))
            if (group.Attribute("id") is { } id) edits.Remove(id, text);
        edits.Append(document.Root, markup.Append('\n').ToString(), document.Text);
        return edits;
    }

    // No comment and no text beside the elements in it.
    private static bool HoldsNothingElse(SvgElement group, string text)
    {
        var at = text.IndexOf('>', group.InsertAt) + 1;
        foreach (var child in group.Children)
        {
            if (!text.AsSpan(at, child.Start - at).IsWhiteSpace()) return false;
            at = End(child, text);
        }
        return text.AsSpan(at, group.EndTag - at).IsWhiteSpace();
    }

    // A group that stands in several layers is the one of its id in the first.
    private static string StartTag(SvgElement group, string text, bool first)
    {
        var tag = text[group.Start..(text.IndexOf('>', group.InsertAt) + 1)];
        if (first || group.Attribute("id") is not { } id) return tag;
        var (start, end) = (id.Start - group.Start, id.Value.Start + id.Value.RawLength + 1 - group.Start);
        return tag[..start].TrimEnd() + tag[end..];
    }

    private static int End(SvgElement element, string text) => text.IndexOf('>', element.EndTag >= 0 ? element.EndTag : element.InsertAt) + 1;
}
