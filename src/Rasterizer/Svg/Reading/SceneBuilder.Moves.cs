using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Writing;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Free motions of whole elements or groups.</summary>
internal sealed partial class SceneBuilder
{
    private readonly Dictionary<SvgElement, MoveStep?> _moves = [];

    private HashSet<string> ShownAgain => field ??= [.. _document.Elements.Where(e => e.Is("use")).SelectMany(e => e.Attributes)
        .Where(a => a.LocalName == "href" && a.Value.Value.TrimStart().StartsWith('#')).Select(a => a.Value.Value.Trim()[1..])];

    private bool IsShownAgain(SvgElement element)
    {
        if (ShownAgain.Count == 0) return false;
        for (var e = element; e is not null; e = e.Parent)
            if (e.Id is { } id && ShownAgain.Contains(id)) return true;
        return false;
    }

    /// <summary>The free motion that the options give to an element, or null.</summary>
    private MoveStep? ReadMove(Frame frame, ImmutableArray<SceneNode> children, OwnTransform own, Matrix inner)
    {
        var element = frame.Element;
        var asked = _options.Move switch
        {
            MoveUnits.Groups => element.LocalName == "g",
            MoveUnits.Elements => IsGraphics(element) && element.LocalName is not ("g" or "a" or "switch" or "svg"),
            _ => false,
        };
        if (!asked || IsEmbedded || frame.InUse || frame.Freedom != Freedom.Free || element.FromEntity || Carries(element) || _selection.Holds(element)) return null;
        if (_moves.TryGetValue(element, out var known)) return known;
        // Its transform would move the copies as well, each from where it stands.
        if (IsShownAgain(element))
        {
            _notes.Add("What a use draws again keeps its place: a transform of its own would move the copies, too ({0}).", element.Order);
            return _moves[element] = null;
        }
        if (_cascade.Tests("transform"))
        {
            _notes.Add("What has or gets a transform keeps its place where a selector tests for one: its rule would apply, or no longer ({0}).", element.Order);
            return _moves[element] = null;
        }
        // A transform that comes from a rule, an entity or var() has no place of the element's own to be written at.
        if (own.Value is { } value && (value.Element != element || value.Span is null)) return _moves[element] = null;
        if (own.Value is not null && own.Chain.Steps.IsEmpty && own.Matrix == Matrix.Identity
            && own.Value.Text.Trim() is not ("" or "none"))
            return _moves[element] = null;
        if (own.Matrix.IsSingular || InitialBounds.Of(children, own.Matrix * inner, _table) is not { } bounds) return _moves[element] = null;
        var unit = frame.Unit(_diagonal) * (own.Matrix * inner).MeanScale;
        int Add(double u, string name) => _table.AddMove(u, element, "move." + name);
        var x = Add(unit, "x");
        var (y, angle, scale) = (Add(unit, "y"), Add(1, "angle"), Add(1, "scale"));
        var step = new MoveStep(bounds.Center, Scalar.Of(x), Scalar.Of(y), Scalar.Of(angle), Scalar.Of(scale));
        _table.Bind(new MoveBinding(step, element, own.Value?.Span, own.Value is { IsAttribute: false }, own.Origin));
        return _moves[element] = step;
    }
}
