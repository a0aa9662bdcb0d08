using System.Numerics;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>A filter's primitives as steps, with the colour spaces between them; what nothing reads is left out.</summary>
internal sealed class FilterGraph<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<FilterOp<T>> _ops = [];
    private readonly Dictionary<(FilterOp<T>, bool), FilterOp<T>> _converted = [];
    private readonly (FilterOp<T> Op, bool IsLinear)?[] _results;
    private readonly IReadOnlyList<DrawPrimitive> _primitives;
    private FilterOp<T>? _alpha;

    public FilterGraph(IReadOnlyList<DrawPrimitive> primitives)
    {
        (_primitives, _results) = (primitives, new (FilterOp<T>, bool)?[primitives.Count]);
        var isRead = new bool[primitives.Count];
        isRead[^1] = true;
        for (int i = primitives.Count - 1; i >= 0; i--)
            foreach (int input in primitives[i].Primitive.Inputs)
                if (isRead[i] && input >= 0) isRead[input] = true;
        for (int i = 0; i < primitives.Count; i++)
            if (isRead[i]) _results[i] = Make(primitives[i]);
        Result = In(primitives.Count - 1, isLinear: false);
    }

    /// <summary>SourceGraphic.</summary>
    public SourceOp<T> Source { get; } = new();

    /// <summary>The pictures of <c>feImage</c>.</summary>
    public List<(DrawPrimitive Primitive, SourceOp<T> Op)> Images { get; } = [];

    /// <summary>What is drawn, in sRGB.</summary>
    public FilterOp<T> Result { get; }

    /// <summary>Computes the result; <see cref="Source"/> and <see cref="Images"/> have been written.</summary>
    public void Forward(int width, int height, ReadOnlySpan<double> scalars)
    {
        foreach (var op in _ops) op.Run(width, height, scalars);
    }

    /// <summary>Readies all gradients; that of <see cref="Result"/> is to be written then.</summary>
    public void BeginBackward()
    {
        Source.BeginBackward();
        foreach (var (_, op) in Images) op.BeginBackward();
        foreach (var op in _ops) op.BeginBackward();
    }

    /// <summary>Carries the gradient of <see cref="Result"/> to the sources and the scalars.</summary>
    public void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient)
    {
        for (int i = _ops.Count - 1; i >= 0; i--) _ops[i].RunBackward(scalars, scalarGradient);
    }

    private TOp Add<TOp>(TOp op) where TOp : FilterOp<T>
    {
        _ops.Add(op);
        return op;
    }

    private FilterOp<T> In(int input, bool isLinear)
    {
        var (op, isOpLinear) = Unconverted(input);
        // Black is black in both.
        if (isOpLinear == isLinear || op.IsAlphaOnly) return op;
        if (_converted.TryGetValue((op, isLinear), out var known)) return known;
        return _converted[(op, isLinear)] = Add(new ColorSpaceOp<T>(op, isLinear));
    }

    private (FilterOp<T> Op, bool IsLinear) Unconverted(int input) => input switch
    {
        FilterPrimitive.SourceGraphic => (Source, false),
        FilterPrimitive.SourceAlpha => (_alpha ??= Add(new AlphaOp<T>(Source)), false),
        _ => _results[input]!.Value,
    };

    private (FilterOp<T> Op, bool IsLinear) Make(DrawPrimitive draw)
    {
        var (primitive, isLinear) = (draw.Primitive, draw.Primitive.IsLinear);
        int First() => draw.Scalars;
        FilterOp<T> Input(int i) => In(primitive.Inputs[i], isLinear);
        switch (primitive)
        {
            case GaussianBlurPrimitive:
                return (Add(new GaussianBlurOp<T>(Input(0), First) { Primitive = draw, Cut = draw }), isLinear);
            case OffsetPrimitive:
                // It moves pixels as they are.
                var (op, isOpLinear) = Unconverted(primitive.Inputs[0]);
                return (Add(new OffsetOp<T>(op, First) { Cut = primitive.IsWhole ? null : draw }), isOpLinear);
            case DropShadowPrimitive:
                var input = Input(0);
                var blur = Add(new GaussianBlurOp<T>(Add(new AlphaOp<T>(input)), () => draw.Scalars + 2) { Primitive = draw });
                var shadow = Add(new FloodOp<T>(() => draw.Scalars + 4, isLinear, Add(new OffsetOp<T>(blur, First))));
                return (Add(new CompositeOp<T>(input, shadow, CompositeOperator.Over) { Cut = draw }), isLinear);
            case FloodPrimitive:
                return (Add(new FloodOp<T>(First, isLinear) { Cut = draw }), isLinear);
            case BlendPrimitive { Mode: BlendMode.Normal }:
                return (Add(new CompositeOp<T>(Input(0), Input(1), CompositeOperator.Over) { Cut = draw }), isLinear);
            case BlendPrimitive blend:
                return (Add(new BlendOp<T>(Input(0), Input(1), blend.Mode) { Cut = draw }), isLinear);
            case CompositePrimitive { Operator: CompositeOperator.Arithmetic } arithmetic:
                return (Add(new ArithmeticOp<T>(Input(0), Input(1), arithmetic) { Cut = draw }), isLinear);
            case CompositePrimitive composite:
                return (Add(new CompositeOp<T>(Input(0), Input(1), composite.Operator) { Cut = draw }), isLinear);
            case MergePrimitive:
                if (primitive.Inputs.IsEmpty) return (Add(new TransparentOp<T>()), isLinear);
                var merged = Input(0);
                for (int i = 1; i < primitive.Inputs.Length - 1; i++) merged = Add(new CompositeOp<T>(Input(i), merged, CompositeOperator.Over));
                return primitive.Inputs.Length == 1 ? (Add(new PassOp<T>(merged) { Cut = draw }), isLinear)
                    : (Add(new CompositeOp<T>(Input(primitive.Inputs.Length - 1), merged, CompositeOperator.Over) { Cut = draw }), isLinear);
            case TilePrimitive:
                (op, isOpLinear) = Unconverted(primitive.Inputs[0]);
                return (Add(new TileOp<T>(op, primitive.Inputs[0] < 0 ? null : _primitives[primitive.Inputs[0]]) { Cut = draw }), isOpLinear);
            case ImagePrimitive:
                var image = new SourceOp<T>();
                Images.Add((draw, image));
                return (Add(new PassOp<T>(image) { Cut = draw }), false);
            case ComponentTransferPrimitive transfer:
                return (Add(new ComponentTransferOp<T>(Input(0), transfer) { Cut = draw }), isLinear);
            case ColorMatrixPrimitive matrix:
                return (Add(new ColorMatrixOp<T>(Input(0), matrix) { Cut = draw }), isLinear);
            case ConvolveMatrixPrimitive convolution:
                return (Add(new ConvolveMatrixOp<T>(Input(0), convolution) { Cut = draw }), isLinear);
            case MorphologyPrimitive morphology:
                return (Add(new MorphologyOp<T>(Input(0), morphology, First) { Cut = draw }), isLinear);
            case DisplacementMapPrimitive displacement:
                return (Add(new DisplacementMapOp<T>(Input(0), Input(1), displacement, First) { Cut = draw }), isLinear);
            case TurbulencePrimitive turbulence:
                return (Add(new TurbulenceOp<T>(turbulence, First) { Cut = draw }), isLinear);
            case LightingPrimitive lighting:
                return (Add(new LightingOp<T>(Input(0), lighting, First) { Cut = draw }), isLinear);
            default:
                throw new ArgumentException($"Unknown filter primitive {primitive.GetType().Name}.", nameof(draw));
        }
    }
}
