using System.Collections.Frozen;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Reading;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>An element that an edit leaves as it is.</summary>
/// <param name="Element">The element.</param>
/// <param name="Why">Why, as a clause.</param>
public sealed record FrozenElement(SourceElement Element, string Why);

/// <summary>The graphics elements of a drawing none of whose own numbers may move, and why.</summary>
public static class FrozenElements
{
    private static readonly FrozenSet<string> _graphics = FrozenSet.ToFrozenSet(
        ["path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "image", "use", "foreignObject"]);

    private static readonly FrozenSet<string> _containers = FrozenSet.ToFrozenSet(["clipPath", "mask", "pattern", "marker"]);

    /// <summary>Finds them, in the order of the file.</summary>
    /// <param name="scene">The drawing as read.</param>
    /// <param name="options">What it was read with.</param>
    /// <param name="locked">Parameters kept besides those that are no leaves, by index; null for none.</param>
    public static IReadOnlyList<FrozenElement> Of(SvgScene scene, SceneOptions options, IReadOnlySet<int>? locked = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        var document = scene.Document;
        var (numbers, free) = (new HashSet<int>(), new HashSet<int>());
        for (var i = 0; i < scene.Scene.Parameters.Length; i++)
        {
            var parameter = scene.Scene.Parameters[i];
            numbers.Add(parameter.Element.Order);
            if (parameter.IsLeaf && locked?.Contains(i) != true) free.Add(parameter.Element.Order);
        }
        var selection = new Selection(document, options);
        return [.. document.Elements.Where(e => e.IsSvg && _graphics.Contains(e.LocalName) && !free.Contains(e.Order))
            .Select(e => new FrozenElement(new SourceElement(e.Order, e.LocalName, e.Id, document.Lines.Place(e.Start).Line), Why(e)))];

        string Why(SvgElement element)
        {
            SvgElement? container = null;
            for (var e = element; e is not null; e = e.Parent)
            {
                if (selection.Locks(e)) return e == element ? "--freeze or --lock names it" : $"--freeze or --lock names the <{e.LocalName}> around it";
                if (container is null && e.IsSvg && _containers.Contains(e.LocalName)) container = e;
            }
            var selected = !options.Only.IsEmpty && selection.OfContained(element) == Freedom.Free;
            if (!options.Only.IsEmpty && !selected) return "--only does not name it";
            if (element.FromEntity) return "it comes out of an entity, whose text is no place of its own";
            if (container is not null && !selected) return $"what a <{container.LocalName}> holds moves only where --only names it";
            return element.LocalName switch
            {
                "text" => "letters keep their form; --outline-text makes them paths",
                "image" => "a picture's pixels stay",
                "foreignObject" => "it holds what is not SVG",
                "use" => "it moves with what it shows",
                _ => numbers.Contains(element.Order) ? "its numbers are of kinds that --optimize, --move or locks leave out" : "nothing of it is drawn",
            };
        }
    }
}
