using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>
/// Walks a document in drawing order and builds its scene. This part holds the canvas, the walk and what every element
/// shares; the other parts read shapes, paints, references, clips and values.
/// </summary>
internal sealed partial class SceneBuilder
{
    private readonly SvgDocument _document;
    private readonly SceneOptions _options;
    private readonly SvgLimits _limits;
    private readonly Cascade _cascade;
    private readonly ParameterTable _table;
    private readonly Selection _selection;
    private readonly Notes _notes = new();
    private readonly HashSet<SvgElement> _active = [];
    private double _diagonal = 1;
    private readonly int _embedding;
    private readonly bool _isVersionOne;
    private int _nodes;
    private int _visits;
    private int _points;

    /// <summary>
    /// A builder for a document; one embedded as an image in another has no parameters.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="embedding">How many documents it is inside of.</param>
    public SceneBuilder(SvgDocument document, SceneOptions options, int embedding = 0)
    {
        (_document, _options, _limits, _embedding) = (document, options, document.Limits, embedding);
        (_cascade, _table) = (new Cascade(document), new ParameterTable(document, options.Optimize, IsEmbedded));
        _selection = new Selection(document, options);
        _resources = options.Resources is { } folder ? new ResourceFolder(folder, document.Name, document.Limits.Bytes) : null;
        _isVersionOne = document.Root.Attribute("version")?.Value.Value.Trim() is "1.0" or "1.1";
    }

    private bool IsEmbedded => _embedding > 0;

    public SvgScene Build()
    {
        NoteDocument();
        var (canvas, nodes) = BuildNodes(0);
        foreach (var element in _cascade.TestedElements)
            _notes.Add("Attributes that a selector tests keep their values, so that its rule goes on to apply ({0}).", element.Order);
        var scene = new Scene
        {
            Width = canvas.Width, Height = canvas.Height, Root = new GroupNode { Children = nodes },
            Parameters = _table.ToParameters(_selection, _cascade), Notes = _notes.ToSentences(),
        };
        return new SvgScene(_document, scene, _table.Bindings, Fonts, _resources?.Files ?? []);
    }

    private (Canvas Canvas, ImmutableArray<SceneNode> Nodes) BuildNodes(int depth)
    {
        var root = _document.Root;
        var style = new Style(_cascade, root, null);
        var canvas = ReadCanvas(root, style);
        SetDiagonal(canvas);
        if (!canvas.IsDrawn || style.Word("display") == "none") return (canvas, []);
        var toScene = canvas.ViewBox?.Fitted(0, 0, canvas.Width, canvas.Height) ?? Matrix.Identity;
        var viewport = canvas.ViewBox is { } box
            ? new Viewport(box.Width, box.Height) : new Viewport(canvas.Width, canvas.Height);
        var frame = new Frame(style, toScene, viewport, _selection.Of(root, Freedom.Free), depth);
        var drawing = Element(frame, TransformChain.Of(toScene), f => ReadChildren(f));
        if (canvas.FromContent && drawing is not null
            && InitialBounds.Of([drawing], Matrix.Identity, _table) is { Right: > 0, Bottom: > 0 } bounds)
        {
            canvas = canvas with
            {
                Width = Math.Min(bounds.Right, _limits.CanvasSide), Height = Math.Min(bounds.Bottom, _limits.CanvasSide),
            };
            SetDiagonal(canvas);
        }
        var background = ReadBackground(frame, canvas);
        return (canvas, [.. new[] { background, drawing }.OfType<SceneNode>()]);
    }

    private void SetDiagonal(Canvas canvas) =>
        _diagonal = Math.Sqrt(canvas.Width * canvas.Width + canvas.Height * canvas.Height);

    // CSS paints the root's background over the whole canvas; inside other pictures' images too.
    private ShapeNode? ReadBackground(Frame frame, Canvas canvas)
    {
        if (frame.Style.Find("background-color") is not { } value
            || DeclaredColor(frame, value, 0, "background-color") is not { } color) return null;
        return new ShapeNode
        {
            Element = _table.Source(frame.Element),
            Fill = new SolidPaint { Color = color },
            Geometry = ConstantRectangle(0, 0, canvas.Width, canvas.Height),
        };
    }

    private ImmutableArray<SceneNode> ReadChildren(Frame frame)
    {
        var nodes = ImmutableArray.CreateBuilder<SceneNode>();
        foreach (var child in frame.Element.Children)
            if (ReadElement(Enter(frame, child)) is { } node) nodes.Add(node);
        return nodes.DrainToImmutable();
    }

    /// <summary>The frame of a child, or of an element drawn as if it were one.</summary>
    private Frame Enter(Frame frame, SvgElement child)
    {
        if (frame.Depth >= _limits.Depth)
            throw _document.Error(child, $"Elements are drawn inside one another deeper than {_limits.Depth} levels.",
                "Flatten the groups, or break a chain of references.");
        if (++_visits > _limits.Visits)
            throw _document.Error(child,
                $"The drawing visits more than {_limits.Visits} elements when its references are followed.",
                "Use fewer instances.");
        return frame with
        {
            Style = frame.Style.Of(child), Freedom = _selection.Of(child, frame.Freedom), Depth = frame.Depth + 1, UseSize = null,
        };
    }

    /// <summary>Reads an element that draws; null where it draws nothing.</summary>
    private SceneNode? ReadElement(Frame frame)
    {
        var element = frame.Element;
        if (!element.IsSvg || !Conditions.Hold(element, _options.Languages) || frame.Style.Word("display") == "none")
            return null;
        switch (element.LocalName)
        {
            case "g" or "a":
                return Element(frame, null, f => ReadChildren(f));
            case "switch":
                // The first child that may be drawn is chosen, even where it draws nothing; foreign objects, which are not drawn, leave it to what stands in for them.
                var offered = element.Children.FindAll(c => c.IsSvg && Conditions.Hold(c, _options.Languages) && (IsGraphics(c) || IsContainer(c)));
                var chosen = offered.Find(c => c.LocalName != "foreignObject") ?? offered.FirstOrDefault();
                return chosen is null ? null
                    : Element(frame, null, f => ReadElement(Enter(f, chosen)) is { } node ? [node] : []);
            case "svg":
                return ReadNestedViewport(frame);
            case "use":
                return ReadUse(frame);
            case "path" or "rect" or "circle" or "ellipse" or "line" or "polyline" or "polygon":
                return Element(frame, null, f => ReadShape(f));
            case "image":
                return ReadImage(frame);
            case "text":
                return Element(frame, null, f => ReadText(f));
            case "flowRoot":
                _notes.Add("Flowed text (flowRoot) is kept but not drawn ({0}).", element.Order);
                return null;
            case "mesh":
                _notes.Add(ServerNote, element.Order);
                return null;
            case "foreignObject":
                _notes.Add("Foreign objects are kept but not drawn ({0}).", element.Order);
                return null;
            default:
                return null;
        }
    }

    private static bool IsContainer(SvgElement e) =>
        e.LocalName is "clipPath" or "defs" or "filter" or "linearGradient" or "marker" or "mask"
        or "pattern" or "radialGradient" or "style" or "symbol";

    private static bool IsShape(SvgElement e) =>
        e.LocalName is "path" or "rect" or "circle" or "ellipse" or "line" or "polyline" or "polygon";

    private static bool IsGraphics(SvgElement e) =>
        IsShape(e) || e.LocalName is "g" or "a" or "switch" or "svg" or "use" or "image" or "text" or "foreignObject";

    /// <summary>
    /// What all drawing elements share: transform, opacity, clip path, mask, blending. The content is read in the
    /// element's own space; <paramref name="outer"/> stands in place of nothing where the element itself has a
    /// viewport. <paramref name="inner"/> is what comes after the transform in the element's own space: clip paths,
    /// masks and boxes lie behind it too.
    /// </summary>
    private SceneNode? Element(Frame frame, TransformChain? outer, Func<Frame, ImmutableArray<SceneNode>> content,
        Func<Frame, Placement>? inner = null)
    {
        var element = frame.Element;
        var around = Carries(element) || _selection.Holds(element) ? frame with { Freedom = Freedom.Locked } : frame;
        var own = ReadTransform(around, element);
        frame = frame with { ToScene = frame.ToScene * own.Matrix };
        var place = inner?.Invoke(frame) ?? Placement.None;
        frame = frame with { ToScene = frame.ToScene * place.Matrix };
        CheckScale(frame);
        // What acts on the element as a whole.
        var whole = _selection.Holds(element) ? frame with { Freedom = Freedom.Locked } : frame;
        var opacity = ReadOpacity(whole, "opacity");
        NoteProperties(frame);
        if (RefersToOther(frame, "mask", "mask")) return null;
        var (clip, mask) = (ReadClip(whole), ReadMask(whole));
        var blend = ReadBlendMode(frame);
        var isolate = frame.Style.Word("isolation") == "isolate";
        if (ReadFilters(whole) is not { } filters) return null;
        var children = content(frame);
        if (children.IsEmpty && filters.IsEmpty) return null;
        clip ??= ReadShapeClip(frame, children, place.Matrix);
        if (TransformBox(around, own, _options.Move != MoveUnits.None) is { } word)
        {
            NoteBoxed(around);
            own = ReadTransform(around, element, ReferenceBox.Around(children, place.Chain, place.Matrix, word, _table));
        }
        var chain = own.Chain.Then(place.Chain);
        if (outer is not null) chain = outer.Then(chain);
        var move = ReadMove(frame, children, own, place.Matrix);
        if (move is not null)
            chain = (outer ?? TransformChain.Identity).Then(new([move])).Then(own.Chain).Then(place.Chain);
        // What a use shows has another place in the file: only a node of its own says where it stands.
        if (clip is null && mask is null && blend == BlendMode.Normal && !isolate && filters.IsEmpty && element.LocalName != "use")
        {
            if (children is [ShapeNode shape] && place.Chain.Steps.IsEmpty && ReferenceEquals(shape.Transform, TransformChain.Identity)
                && WithOpacity(shape, opacity) is { } merged)
                return Moved(merged, chain);
            if (opacity is { IsConstant: true, Offset: 1 } && chain.Steps.IsEmpty && children.Length == 1
                && children[0].Element is not null)
                return children[0];
        }
        CountNode(element);
        return new GroupNode
        {
            Element = _table.Source(element), Transform = chain, Opacity = opacity, Blend = blend, Isolate = isolate,
            Clip = clip, Mask = mask, Filters = filters, Children = children,
        };
    }

    /// <summary>Where an element puts its own space, after its transform: a chain and its matrix as the file has it.</summary>
    private sealed record Placement(TransformChain Chain, Matrix Matrix)
    {
        public static Placement None { get; } = new(TransformChain.Identity, Matrix.Identity);

        public static Placement Of(Matrix matrix) => new(TransformChain.Of(matrix), matrix);
    }

    private static ShapeNode Moved(ShapeNode shape, TransformChain chain) => chain.Steps.IsEmpty ? shape : new ShapeNode
    {
        Element = shape.Element, Transform = chain, Geometry = shape.Geometry, Fill = shape.Fill,
        FillRule = shape.FillRule,
        FillOpacity = shape.FillOpacity, Stroke = shape.Stroke, StrokeFirst = shape.StrokeFirst,
        AntiAlias = shape.AntiAlias,
    };

    /// <summary>
    /// The shape with its element's opacity merged into the only paint, or null where a layer is needed.
    /// </summary>
    private static ShapeNode? WithOpacity(ShapeNode shape, Scalar opacity)
    {
        if (opacity is { IsConstant: true, Offset: 1 }) return shape;
        if (shape.Stroke is null && (shape.FillOpacity.IsConstant || opacity.IsConstant))
            return new ShapeNode
            {
                Element = shape.Element, Transform = shape.Transform, Geometry = shape.Geometry, Fill = shape.Fill,
                FillRule = shape.FillRule,
                FillOpacity = Product(shape.FillOpacity, opacity), StrokeFirst = shape.StrokeFirst,
                AntiAlias = shape.AntiAlias,
            };
        if (shape.Fill is null && shape.Stroke is { } s && (s.Opacity.IsConstant || opacity.IsConstant))
            return new ShapeNode
            {
                Element = shape.Element, Transform = shape.Transform, Geometry = shape.Geometry,
                FillRule = shape.FillRule,
                StrokeFirst = shape.StrokeFirst, AntiAlias = shape.AntiAlias,
                Stroke = s with { Opacity = Product(s.Opacity, opacity) },
            };
        return null;
    }

    private static Scalar Product(Scalar a, Scalar b) => a.IsConstant ? a.Offset * b : b.Offset * a;

    private void CountNode(SvgElement element)
    {
        if (++_nodes > _limits.SceneNodes)
            throw _document.Error(element,
                $"The drawing has more than {_limits.SceneNodes} parts once its references are followed.",
                "Use fewer instances.");
    }

    private void CheckScale(Frame frame)
    {
        var m = frame.ToScene;
        foreach (var value in (ReadOnlySpan<double>)[m.A, m.B, m.C, m.D, m.E, m.F])
            if (!(Math.Abs(value) <= _limits.Magnitude))
                throw _document.Error(frame.Element,
                    $"The transforms around <{frame.Element.LocalName}> multiply to more than {_limits.Magnitude:0e+0}.",
                    "Correct them.");
    }
}
