using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Writing;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Whether what is being read may change.</summary>
internal enum Freedom
{
    /// <summary>Its values become leaves where the options name their kind.</summary>
    Free,
    /// <summary>Its values stay unless something free shares them.</summary>
    Frozen,
    /// <summary>Its values stay, shared or not.</summary>
    Locked,
}

/// <summary>
/// The parameters met so far. A value written once is one parameter however often it is drawn: its unit is that of the place
/// where it is drawn largest, and it is a leaf where any place frees it and none locks it. A constant table makes numbers
/// without parameters.
/// </summary>
internal sealed class ParameterTable(SvgDocument document, OptimizeKinds optimize, bool isConstant = false)
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<bool> _locked = [];
    private readonly List<Binding> _bindings = [];
    private readonly Dictionary<(SourceText, int), (int Index, int Count)> _indices = [];
    private readonly Dictionary<SvgElement, SourceElement> _elements = [];

    public int Count => _parameters.Count;
    public Parameter this[int index] => _parameters[index];
    public double Initial(Scalar scalar) => scalar.IsConstant ? scalar.Offset
        : scalar.Offset + scalar.Scale * _parameters[scalar.Index].Initial;
    public Point Initial(ScalarPoint p) => new(Initial(p.X), Initial(p.Y));
    public void Bind(Binding binding) => _bindings.Add(binding);
    public ImmutableArray<Binding> Bindings => [.. _bindings];

    /// <summary>All parameters; what stands in a locked element's text is no leaf, whatever draws it.</summary>
    public ImmutableArray<Parameter> ToParameters(Selection selection, Cascade cascade)
    {
        foreach (var ((text, start), (index, count)) in _indices)
            if (selection.Freezes(_parameters[index].Element.Order, text.Start) || cascade.Holds(text, start))
                for (var i = index; i < index + count; i++) _locked[i] = true;
        return [.. _parameters.Select((p, i) => _locked[i] || selection.Freezes(p.Element.Order, null) ? p with { IsLeaf = false } : p)];
    }

    /// <summary>Where an element stands, for reports.</summary>
    public SourceElement Source(SvgElement element) =>
        _elements.TryGetValue(element, out var source) ? source
            : _elements[element] = new SourceElement(element.Order, element.LocalName, element.Id, document.Lines.Place(element.Start).Line)
            {
                Parent = element.Parent is { } parent ? Source(parent) : null,
            };

    /// <summary>
    /// The index of what is written at a place, or -1; a known parameter takes the new place's freedom into account.
    /// </summary>
    public int Find(SourceText text, int start, int count, Freedom freedom, double unit)
    {
        if (!_indices.TryGetValue((text, start), out var place)) return -1;
        for (var i = place.Index; i < place.Index + count; i++) Meet(i, freedom, unit);
        return place.Index;
    }

    /// <summary>Notes that a parameter is drawn in another place, where <paramref name="unit"/> is a change that counts as one.</summary>
    public void Meet(int index, Freedom freedom, double unit)
    {
        // A step must not be too large in any of the places.
        if (unit < _parameters[index].Unit) _parameters[index] = _parameters[index] with { Unit = unit };
        if (freedom == Freedom.Locked) _locked[index] = true;
        else if (freedom == Freedom.Free && !_parameters[index].IsLeaf && IsAsked(_parameters[index].Kind))
            _parameters[index] = _parameters[index] with { IsLeaf = true };
    }

    /// <summary>Keeps a number as the file has it, wherever else it is drawn.</summary>
    public void Hold(Scalar scalar)
    {
        if (!scalar.IsConstant) _locked[scalar.Index] = true;
    }

    /// <summary>Adds a parameter.</summary>
    public int Add(ParameterKind kind, double initial, double unit, (double Minimum, double Maximum) range,
        Freedom freedom, SvgElement element, string name)
    {
        if (_parameters.Count >= document.Limits.Parameters)
            throw document.Error(element, $"The drawing has more than {document.Limits.Parameters} numbers.",
                "Simplify it or split the file.");
        _parameters.Add(new Parameter(kind, initial, unit, range.Minimum, range.Maximum, freedom == Freedom.Free
            && IsAsked(kind), Source(element), name));
        _locked.Add(freedom == Freedom.Locked);
        return _parameters.Count - 1;
    }

    /// <summary>A coordinate of a path.</summary>
    public Scalar Coordinate(ParameterKind kind, double value, double unit, Freedom freedom, SvgElement element,
        SourceText? text, string name)
    {
        Check(value, element, text is null ? null : new SourceSpan(text, 0, 0));
        return isConstant ? Scalar.Constant(value)
            : Scalar.Of(Add(kind, value, unit, (double.NegativeInfinity, double.PositiveInfinity), freedom, element,
                name));
    }

    /// <summary>Adds a number of a free motion: a leaf whatever kinds are asked for.</summary>
    public int AddMove(double unit, SvgElement element, string name)
    {
        var index = Add(ParameterKind.Transform, 0, unit, (double.NegativeInfinity, double.PositiveInfinity),
            Freedom.Free, element, name);
        _parameters[index] = _parameters[index] with { IsLeaf = true };
        return index;
    }

    /// <summary>Remembers where the parameters from an index on are written.</summary>
    public void Place(SourceText text, int start, int index) => _indices[(text, start)] = (index, _parameters.Count - index);

    /// <summary>A number written at a place; constant where it has none.</summary>
    /// <param name="place">Where it is written.</param>
    /// <param name="number">The number as written.</param>
    /// <param name="factor">What one of it is in the drawing's unit.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="unit">The change of it that counts as one.</param>
    /// <param name="range">The least and the greatest value.</param>
    /// <param name="freedom">Whether it may change here.</param>
    /// <param name="element">Where it stands, for reports.</param>
    /// <param name="name">Its attribute or property, for reports.</param>
    /// <param name="missingUnit">The unit that only 0 can go without.</param>
    public Scalar Number(SourceSpan? place, double number, double factor, ParameterKind kind, double unit,
        (double, double) range, Freedom freedom, SvgElement element, string name, string missingUnit = "")
    {
        Check(number * factor, element, place);
        Check(number, element, place);
        if (isConstant || place is not { } span) return Scalar.Constant(number * factor);
        var index = Find(span.Text, span.Start, 1, freedom, unit);
        if (index < 0)
        {
            index = Add(kind, number, unit, range, freedom, element, name);
            Place(span.Text, span.Start, index);
            Bind(new NumberBinding(index, span, number == 0 ? missingUnit : ""));
        }
        return new Scalar(index, factor, 0);
    }

    /// <summary>
    /// A colour written at one place, and perhaps at others that follow it; alpha is a parameter of its own where the form has
    /// one. Constant where it has no place.
    /// </summary>
    public ScalarColor Color(List<ColorPlace> places, CssColor color, Freedom freedom, SvgElement element, string name)
    {
        if (isConstant || places is not [var (span, _), ..]) return ScalarColor.Constant(color.R, color.G, color.B, color.A);
        var index = Find(span.Text, span.Start, color.HasAlpha ? 4 : 3, freedom, 1);
        if (index < 0)
        {
            index = Add(ParameterKind.Color, color.R, 1, (0, 1), freedom, element, name + ".r");
            Add(ParameterKind.Color, color.G, 1, (0, 1), freedom, element, name + ".g");
            Add(ParameterKind.Color, color.B, 1, (0, 1), freedom, element, name + ".b");
            if (color.HasAlpha) Add(ParameterKind.Opacity, color.A, 1, (0, 1), freedom, element, name + ".a");
            Place(span.Text, span.Start, index);
            foreach (var place in places) Bind(new ColorBinding(index, color.HasAlpha, place));
        }
        return new ScalarColor(Scalar.Of(index), Scalar.Of(index + 1), Scalar.Of(index + 2), color.HasAlpha
            ? Scalar.Of(index + 3) : Scalar.Constant(1));
    }

    /// <summary>Refuses numbers too large to draw with.</summary>
    public void Check(double value, SvgElement element, SourceSpan? place = null)
    {
        if (Math.Abs(value) <= document.Limits.Magnitude) return;
        var position = place is { Text.IsVerbatim: true } span
            ? span.Text.Start + span.Start : place?.Text.Start ?? element.Start;
        throw document.Error(position,
            $"A number of <{element.LocalName}> is larger than {document.Limits.Magnitude:0e+0}.", "Correct it, or scale the drawing down.");
    }

    private bool IsAsked(ParameterKind kind) => kind != ParameterKind.FilterRegion && optimize.HasFlag(kind switch
    {
        ParameterKind.PointX or ParameterKind.PointY or ParameterKind.Size => OptimizeKinds.Points,
        ParameterKind.Color => OptimizeKinds.Colors,
        ParameterKind.StrokeWidth => OptimizeKinds.StrokeWidths,
        ParameterKind.Opacity => OptimizeKinds.Opacities,
        ParameterKind.GradientGeometry or ParameterKind.StopOffset => OptimizeKinds.Gradients,
        ParameterKind.Dash => OptimizeKinds.Dashes,
        ParameterKind.Filter => OptimizeKinds.Filters,
        _ => OptimizeKinds.Transforms,
    });
}
