using System.Collections.Immutable;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>Turns a scene's nodes into plan nodes and the values they read, once.</summary>
/// <param name="parameters">The scene's parameters.</param>
/// <param name="onFilter">Told each filter in user units with the box of what it filters, in its own space; everything is then refreshed as one.</param>
internal sealed class SceneCompiler(ImmutableArray<Parameter> parameters, Action<FilterNode, BoundingBox>? onFilter = null)
{
    private static readonly ScalarColor _white = ScalarColor.Constant(1, 1, 1, 1);

    private readonly Dictionary<ShapeGeometry, UserPath> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly Frame _identity = new();
    private Frame? _host;

    /// <summary>Outlines in user space, shared by every use of a geometry; refreshed before <see cref="Values"/>.</summary>
    public List<UserPath> Paths { get; } = [];

    /// <summary>Everything else to refresh, in order.</summary>
    public List<PlanValue> Values { get; private set; } = [];

    /// <summary>The plan of nodes in a frame; the first frame is the scene's, where non-scaling strokes are made.</summary>
    public PlanNode Compile(ImmutableArray<SceneNode> nodes, Frame frame)
    {
        _host ??= frame;
        return Sequence(nodes, frame, []);
    }

    /// <summary>
    /// Makes a plan whose values are kept apart from <see cref="Values"/>; outlines that are new are refreshed at once, since
    /// this may happen in the middle of a build.
    /// </summary>
    public (PlanNode Plan, PlanValue[] Values) Apart(ReadOnlySpan<double> theta, Func<PlanNode> make)
    {
        var paths = Paths.Count;
        var apart = Apart(make);
        for (var i = paths; i < Paths.Count; i++) Paths[i].Refresh(theta);
        return apart;
    }

    /// <summary>Makes a plan whose values are kept apart from <see cref="Values"/>.</summary>
    public (PlanNode Plan, PlanValue[] Values) Apart(Func<PlanNode> make)
    {
        if (onFilter is not null) return (make(), []);
        var shared = Values;
        Values = [];
        var plan = make();
        PlanValue[] values = [.. Values];
        Values = shared;
        return (plan, values);
    }

    /// <summary>A frame inside another.</summary>
    public Frame Child(Frame parent, TransformChain chain) =>
        chain.Steps.IsEmpty ? parent : Register(new Frame(parent, Frame.Steps(chain)));

    /// <summary>Adds a value to be refreshed after those it reads.</summary>
    public T Register<T>(T value) where T : PlanValue
    {
        Values.Add(value);
        return value;
    }

    private SequencePlan Sequence(ImmutableArray<SceneNode> nodes, Frame frame, Scalar[] opacities) =>
        new([.. nodes.Select(n => Compile(n, frame, opacities))]);

    private PlanNode Compile(SceneNode node, Frame frame, Scalar[] opacities) => node switch
    {
        GroupNode group => Group(group, frame, opacities),
        ShapeNode shape => Shape(shape, frame, opacities),
        ImageNode image => Image(image, frame),
        _ => throw new NotSupportedException(node.GetType().Name),
    };

    private PlanNode Group(GroupNode group, Frame parent, Scalar[] opacities)
    {
        var frame = Child(parent, group.Transform);
        var isPlain = group is { Clip: null, Mask: null, Blend: BlendMode.Normal, Filters: [] };
        // A layer of one coverage under one paint is that paint with a smaller alpha.
        if (isPlain && (IsOne(group.Opacity) ? !(group.Isolate && HasBlending(group)) : IsOnePaint(group)))
            return Sequence(group.Children, frame, IsOne(group.Opacity) ? opacities : [.. opacities, group.Opacity]);
        BoundingBox? box = null;
        BoundingBox Box() => box ??= Register(new BoundingBox(Parts(group.Children)));
        var content = Filtered(group, group.Filters.Length, frame, Box);
        List<MaskPlan> masks = [];
        AddClips(group.Clip, frame, Box, masks);
        for (var mask = group.Mask; mask is not null; mask = mask.Mask) AddMask(mask, frame, Box, masks);
        return new LayerPlan(content, new([.. opacities, group.Opacity]), group.Blend, [.. masks]);
    }

    /// <summary>A group's content through its first filters.</summary>
    private PlanNode Filtered(GroupNode group, int filters, Frame frame, Func<BoundingBox> box)
    {
        if (filters == 0) return Sequence(group.Children, frame, []);
        var filter = group.Filters[filters - 1];
        // The box lies in the group's own space, and is asked for before what is kept apart.
        foreach (var any in group.Filters)
            if (any.BoundingBoxUnits || any.BoundingBoxPrimitives) box();
        if (!filter.BoundingBoxUnits) onFilter?.Invoke(filter, box());
        return new FilterPlan(this, filter, frame, filter.BoundingBoxUnits || filter.BoundingBoxPrimitives ? box() : null,
            inner => Filtered(group, filters - 1, inner, box));
    }

    private SequencePlan Shape(ShapeNode shape, Frame parent, Scalar[] opacities)
    {
        var frame = Child(parent, shape.Transform);
        var path = PathOf(shape.Geometry);
        var device = Register(new DevicePath(path, frame));
        BoundingBox? box = null;
        BoundingBox Box() => box ??= Register(new BoundingBox([(path, null)]));
        bool HasArea() => Box().HasArea;
        List<PlanNode> parts = [];
        if (shape.Fill is { } fill)
            parts.Add(Painted(fill, () => new FillOutline(device, shape.AntiAlias), [.. opacities, shape.FillOpacity], shape.FillRule));
        if (shape.Stroke is { } stroke)
            parts.Add(Painted(stroke.Paint, () => new StrokeOutline(stroke.IsNonScaling ? InHost() : device, stroke, shape.AntiAlias && IsLeaf(stroke.Width)),
                [.. opacities, stroke.Opacity], FillRule.NonZero));
        if (shape.StrokeFirst) parts.Reverse();
        return new([.. parts]);

        DevicePath InHost() => _host is { } host && frame != host
            ? Register(new DevicePath(Register(new HostPath(path, frame, host)), host)) : device;

        PlanNode Painted(Paint paint, Func<Outline> outline, Scalar[] factors, FillRule rule)
        {
            PlanNode Plain() => new FillPlan(outline(), Emitter(paint, frame, Box), new(factors), rule, shape.AntiAlias);
            var pattern = paint is not PatternPaint p ? null : new PatternPlan(
                this, p, outline(), frame, Box, new(factors), new() { Paint = new DrawSolid(), Rule = rule, AntiAlias = shape.AntiAlias });
            if (paint.Fallback is not { } fallback) return pattern ?? Plain();
            Func<bool> canPaint = pattern is null ? HasArea : () => pattern.HasTile;
            return new FallbackPlan(pattern ?? Plain(), Painted(fallback, outline, factors, rule), canPaint);
        }
    }

    /// <summary>True where an optimiser moves a number.</summary>
    public bool IsLeaf(Scalar scalar) => !scalar.IsConstant && parameters[scalar.Index].IsLeaf;

    private ImagePlan Image(ImageNode image, Frame parent)
    {
        var rect = Rectangle(Scalar.Constant(0), Scalar.Constant(0), Scalar.Constant(image.PixelWidth), Scalar.Constant(image.PixelHeight));
        return new(image, Register(new DevicePath(PathOf(rect), Child(parent, image.Transform))));
    }

    private PaintEmitter Emitter(Paint paint, Frame frame, Func<BoundingBox> box)
    {
        Frame Space(GradientPaint gradient)
        {
            List<FrameStep> steps = gradient.BoundingBoxUnits ? [new BoundingBoxStep(box())] : [];
            FrameStep.AppendWhereInvertible(gradient.Transform, steps);
            return steps.Count == 0 ? frame : Register(new Frame(frame, steps));
        }
        return paint switch
        {
            SolidPaint solid => new SolidEmitter(solid.Color),
            LinearGradientPaint linear => new LinearEmitter(linear, Space(linear)),
            RadialGradientPaint radial => new RadialEmitter(radial, Space(radial)),
            _ => throw new NotSupportedException(paint.GetType().Name),
        };
    }

    /// <summary>A clip path and those on the clip path itself: each is one more factor, all in the clipped element's space.</summary>
    private void AddClips(ClipNode? clip, Frame frame, Func<BoundingBox> box, List<MaskPlan> masks)
    {
        for (; clip is not null; clip = clip.Clip)
        {
            var steps = Frame.Steps(clip.Transform);
            if (clip.BoundingBoxUnits) steps.Add(new BoundingBoxStep(box()));
            var space = steps.Count == 0 ? frame : Register(new Frame(frame, steps));
            masks.Add(new(MaskKind.Alpha, Sequence(clip.Children, space, [])));
        }
    }

    /// <summary>A mask is two factors: its region and its content.</summary>
    private void AddMask(MaskNode mask, Frame frame, Func<BoundingBox> box, List<MaskPlan> masks)
    {
        Frame Fractions() => Register(new Frame(frame, [new BoundingBoxStep(box())]));
        var region = Rectangle(mask.X, mask.Y, mask.Width, mask.Height);
        var device = Register(new DevicePath(PathOf(region), mask.BoundingBoxUnits ? Fractions() : frame));
        masks.Add(new(MaskKind.Alpha, Opaque(new FillOutline(device), FillRule.NonZero)));
        PlanNode content = Sequence(mask.Children, mask.BoundingBoxContent ? Fractions() : frame, []);
        if (mask.Clip is not null)
        {
            List<MaskPlan> clips = [];
            AddClips(mask.Clip, frame, box, clips);
            content = new LayerPlan(content, new(), BlendMode.Normal, [.. clips]);
        }
        masks.Add(new(mask.Alpha ? MaskKind.Alpha : MaskKind.Luminance, content));
    }

    private static FillPlan Opaque(Outline outline, FillRule rule) =>
        new(outline, new SolidEmitter(_white), new(), rule, antiAlias: true);

    /// <summary>The outlines of everything below a node, in the space of its parent.</summary>
    private List<(UserPath Path, Frame? Frame)> Parts(ImmutableArray<SceneNode> nodes)
    {
        List<(UserPath, Frame?)> parts = [];
        foreach (var node in nodes) Collect(node, _identity);
        return parts;

        void Collect(SceneNode node, Frame parent)
        {
            switch (node)
            {
                case GroupNode group:
                    var inner = Child(parent, group.Transform);
                    if (group.Box is { } box) Add(PathOf(box), inner);
                    else foreach (var child in group.Children) Collect(child, inner);
                    break;
                case ShapeNode shape:
                    Add(PathOf(shape.Geometry), Child(parent, shape.Transform));
                    break;
                case ImageNode image:
                    var rect = Rectangle(Scalar.Constant(0), Scalar.Constant(0), Scalar.Constant(image.PixelWidth), Scalar.Constant(image.PixelHeight));
                    Add(PathOf(rect), Child(parent, image.Transform));
                    break;
            }
        }

        void Add(UserPath path, Frame frame) => parts.Add((path, frame == _identity ? null : frame));
    }

    private UserPath PathOf(ShapeGeometry geometry)
    {
        if (_paths.TryGetValue(geometry, out var path)) return path;
        path = UserPath.Of(geometry);
        _paths.Add(geometry, path);
        Paths.Add(path);
        return path;
    }

    private static RectGeometry Rectangle(Scalar x, Scalar y, Scalar width, Scalar height) =>
        new() { X = x, Y = y, Width = width, Height = height, Rx = Scalar.Constant(0), Ry = Scalar.Constant(0) };

    private static bool IsOne(Scalar opacity) => opacity is { IsConstant: true, Offset: 1 };

    private static bool IsOnePaint(SceneNode node) => node switch
    {
        ShapeNode shape => shape.Fill is null || shape.Stroke is null,
        GroupNode { Clip: null, Mask: null, Blend: BlendMode.Normal, Filters: [], Children.Length: 1 } group => IsOnePaint(group.Children[0]),
        _ => false,
    };

    private static bool HasBlending(GroupNode group) =>
        group.Children.Any(c => c is GroupNode g && (g.Blend != BlendMode.Normal || HasBlending(g)));
}
