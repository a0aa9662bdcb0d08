using System.Collections.Immutable;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Filter primitives (Filter Effects section 9). One in error is transparent; a value in error is the default.</summary>
internal sealed partial class SceneBuilder
{
    // What more octaves add is less than a 16-bit step.
    private const int MostOctaves = 16;

    private static readonly ImmutableArray<double> _identity = [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0];

    private FilterPrimitive? ReadPrimitive(Frame frame, PrimitiveHeader h)
    {
        ImmutableArray<int> one = [h.Input("in")];
        ImmutableArray<int> Two() => [h.Input("in"), h.Input("in2")];
        var transparent = new FloodPrimitive
        {
            Color = ScalarColor.Constant(0, 0, 0, 0), IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height,
        };
        switch (frame.Element.LocalName)
        {
            case "feGaussianBlur":
                var (deviationX, deviationY) = ReadDeviation(frame, 0);
                return new GaussianBlurPrimitive { Inputs = one, IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, DeviationX = deviationX, DeviationY = deviationY };
            case "feOffset":
                return new OffsetPrimitive { Inputs = one, IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, Dx = ReadShift(frame, "dx", 0), Dy = ReadShift(frame, "dy", 0) };
            case "feDropShadow":
                (deviationX, deviationY) = ReadDeviation(frame, 2);
                return new DropShadowPrimitive
                {
                    Inputs = one, IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, DeviationX = deviationX, DeviationY = deviationY,
                    Dx = ReadShift(frame, "dx", 2), Dy = ReadShift(frame, "dy", 2), Color = ReadColor(frame, "flood-color", "flood-opacity"),
                };
            case "feFlood":
                return new FloodPrimitive { IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, Color = ReadColor(frame, "flood-color", "flood-opacity") };
            case "feBlend":
                return new BlendPrimitive { Inputs = Two(), IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, Mode = BlendModeOf(Word(frame, "mode")) };
            case "feComposite":
                return new CompositePrimitive
                {
                    Inputs = Two(), IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height,
                    Operator = Word(frame, "operator") switch
                    {
                        "in" => CompositeOperator.In,
                        "out" => CompositeOperator.Out,
                        "atop" => CompositeOperator.Atop,
                        "xor" => CompositeOperator.Xor,
                        "arithmetic" => CompositeOperator.Arithmetic,
                        _ => CompositeOperator.Over,
                    },
                    K = [Number(frame, "k1", 0), Number(frame, "k2", 0), Number(frame, "k3", 0), Number(frame, "k4", 0)],
                };
            case "feMerge":
                return new MergePrimitive
                {
                    Inputs = [.. frame.Element.Children.Where(c => c.Is("feMergeNode")).Take(_limits.FilterPrimitives).Select(c => h.Named(c.Attribute("in")?.Value.Value))],
                    IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height,
                };
            case "feTile":
                return new TilePrimitive { Inputs = one, IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height };
            case "feImage":
                return ReadFilterImage(frame) is not (var content, var size) ? transparent
                    : new ImagePrimitive { IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, Content = content, Image = size };
            case "feComponentTransfer":
                return new ComponentTransferPrimitive { Inputs = one, IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, Functions = ReadTransfer(frame.Element) };
            case "feColorMatrix":
                return new ColorMatrixPrimitive { Inputs = one, IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, Values = ReadColorMatrix(frame) };
            case "feConvolveMatrix":
                return (FilterPrimitive?)ReadConvolution(frame, h) ?? transparent;
            case "feMorphology":
                var (radiusX, radiusY) = ReadRadius(frame);
                return new MorphologyPrimitive
                {
                    Inputs = one, IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height,
                    IsDilation = Word(frame, "operator") == "dilate", RadiusX = radiusX, RadiusY = radiusY,
                };
            case "feDisplacementMap":
                return new DisplacementMapPrimitive
                {
                    Inputs = Two(), IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, Scale = Number(frame, "scale", 0),
                    ChannelX = Channel(frame, "xChannelSelector"), ChannelY = Channel(frame, "yChannelSelector"),
                };
            case "feTurbulence":
                var frequencies = Numbers(frame.Element, "baseFrequency") is { Length: 1 or 2 } f && f[0] >= 0 && f[^1] >= 0 ? f : [0];
                return new TurbulencePrimitive
                {
                    IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, FrequencyX = frequencies[0], FrequencyY = frequencies[^1],
                    Octaves = (int)Math.Clamp(Math.Round(Number(frame, "numOctaves", 1)), 0, MostOctaves),
                    Seed = (int)Math.Clamp(Math.Truncate(Number(frame, "seed", 0)), int.MinValue + 1, int.MaxValue),
                    Stitch = Word(frame, "stitchTiles") == "stitch", IsFractalNoise = Word(frame, "type") == "fractalNoise",
                };
            case "feDiffuseLighting" or "feSpecularLighting":
                return (FilterPrimitive?)ReadLighting(frame, h) ?? transparent;
            default:
                return null;
        }
    }

    private static string? Word(Frame frame, string name) => frame.Element.Attribute(name)?.Value.Value.Trim();

    private double Number(Frame frame, string name, double fallback) => Number(frame.Element, name) ?? fallback;

    private double? Number(SvgElement element, string name) => Numbers(element, name) is { Length: 1 } list ? list[0] : null;

    private double[]? Numbers(SvgElement element, string name)
    {
        if (element.Attribute(name)?.Value.Value is not { } text || Length.ParseList(text) is not { Count: > 0 } list
            || list.Exists(l => l.Unit.Length > 0)) return null;
        foreach (var number in list) _table.Check(number.Number, element);
        return [.. list.Select(l => l.Number)];
    }

    /// <summary>A number of an attribute's list as a parameter.</summary>
    private Scalar FilterNumber(Frame frame, string name, Length number, (double, double) range)
    {
        var text = frame.Element.Attribute(name)!.Value;
        return _table.Number(text.IsEditable ? new SourceSpan(text, number.Start, number.NumberLength) : null, number.Number, 1, ParameterKind.Filter,
            frame.Unit(_diagonal), range, frame.Freedom, frame.Element, name);
    }

    private Scalar ReadShift(Frame frame, string name, double fallback) =>
        frame.Element.Attribute(name)?.Value.Value is { } text && Length.Parse(text) is { Unit: "" } number
            ? FilterNumber(frame, name, number, _any) : Scalar.Constant(fallback);

    /// <summary><c>stdDeviation</c>: one number or two that are not negative, else none.</summary>
    private (Scalar X, Scalar Y) ReadDeviation(Frame frame, double fallback)
    {
        if (frame.Element.Attribute("stdDeviation")?.Value.Value is not { } text) return (Scalar.Constant(fallback), Scalar.Constant(fallback));
        if (Length.ParseList(text) is not { Count: 1 or 2 } list || list.Exists(l => l.Unit.Length > 0)) return (Scalar.Constant(0), Scalar.Constant(0));
        var x = Deviation(list[0]);
        return (x, list.Count == 1 ? x : Deviation(list[1]));

        Scalar Deviation(Length number) => number.Number < 0 ? Scalar.Constant(0) : FilterNumber(frame, "stdDeviation", number, _notNegative);
    }

    private static int Channel(Frame frame, string name) => Word(frame, name) switch { "R" => 0, "G" => 1, "B" => 2, _ => 3 };

    private ImmutableArray<TransferFunction?> ReadTransfer(SvgElement element)
    {
        var functions = new TransferFunction?[4];
        foreach (var child in element.Children)
        {
            var plane = child.IsSvg ? Array.IndexOf(["feFuncR", "feFuncG", "feFuncB", "feFuncA"], child.LocalName) : -1;
            if (plane < 0) continue;
            var values = Numbers(child, "tableValues");
            switch (child.Attribute("type")?.Value.Value.Trim())
            {
                case "identity":
                    functions[plane] = null;
                    break;
                case var type and ("table" or "discrete"):
                    functions[plane] = values is null ? null : new TableFunction([.. values], type == "discrete");
                    break;
                case "linear":
                    functions[plane] = new LinearFunction(Number(child, "slope") ?? 1, Number(child, "intercept") ?? 0);
                    break;
                case "gamma":
                    functions[plane] = new GammaFunction(Number(child, "amplitude") ?? 1, Number(child, "exponent") ?? 1, Number(child, "offset") ?? 0);
                    break;
            }
        }
        return [.. functions];
    }

    private ImmutableArray<double> ReadColorMatrix(Frame frame)
    {
        var isWritten = frame.Element.Attribute("values") is not null;
        var values = Numbers(frame.Element, "values");
        return Word(frame, "type") switch
        {
            "saturate" => isWritten ? Saturation(Math.Clamp(values?[0] ?? 1, 0, 1)) : _identity,
            "hueRotate" => isWritten ? HueRotation(values?[0] ?? 0) : _identity,
            "luminanceToAlpha" => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .2125, .7154, .0721, 0, 0],
            _ => values is { Length: 20 } ? [.. values] : _identity,
        };
    }

    private static ImmutableArray<double> Saturation(double s) => Colors(
        .213 + .787 * s, .715 - .715 * s, .072 - .072 * s, .213 - .213 * s, .715 + .285 * s, .072 - .072 * s, .213 - .213 * s, .715 - .715 * s, .072 + .928 * s);

    private static ImmutableArray<double> HueRotation(double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        return Colors(
            .213 + .787 * cos - .213 * sin, .715 - .715 * cos - .715 * sin, .072 - .072 * cos + .928 * sin,
            .213 - .213 * cos + .143 * sin, .715 + .285 * cos + .140 * sin, .072 - .072 * cos - .283 * sin,
            .213 - .213 * cos - .787 * sin, .715 - .715 * cos + .715 * sin, .072 + .928 * cos + .072 * sin);
    }

    /// <summary>A matrix of colours that leaves alpha as it is.</summary>
    private static ImmutableArray<double> Colors(params ReadOnlySpan<double> m) =>
        [m[0], m[1], m[2], 0, 0, m[3], m[4], m[5], 0, 0, m[6], m[7], m[8], 0, 0, 0, 0, 0, 1, 0];

    private ConvolveMatrixPrimitive? ReadConvolution(Frame frame, PrimitiveHeader h)
    {
        var (columns, rows) = (3, 3);
        if (Numbers(frame.Element, "order") is { } order && order[0] >= 1 && order[Math.Min(1, order.Length - 1)] >= 1)
            (columns, rows) = ((int)order[0], (int)order[Math.Min(1, order.Length - 1)]);
        if ((long)columns * rows > _limits.KernelSize)
            throw _document.Error(frame.Element, $"A convolution's kernel has more than {_limits.KernelSize} numbers.", "Use a smaller one, or a blur.");
        if (Numbers(frame.Element, "kernelMatrix") is not { } kernel || kernel.Length != columns * rows) return null;
        var sum = Math.Round(kernel.Sum(), 6);
        var divisor = Number(frame, "divisor", sum == 0 ? 1 : sum);
        var (targetX, targetY) = (Math.Truncate(Number(frame, "targetX", columns / 2)), Math.Truncate(Number(frame, "targetY", rows / 2)));
        if (divisor == 0 || !(targetX >= 0 && targetX < columns && targetY >= 0 && targetY < rows)) return null;
        return new ConvolveMatrixPrimitive
        {
            Inputs = [h.Input("in")], IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, Columns = columns, Rows = rows,
            Kernel = [.. kernel.Select(k => k / divisor)], TargetX = (int)targetX, TargetY = (int)targetY, Bias = Number(frame, "bias", 0),
            Edge = Word(frame, "edgeMode") switch { "none" => EdgeMode.None, "wrap" => EdgeMode.Wrap, _ => EdgeMode.Duplicate },
            PreserveAlpha = Word(frame, "preserveAlpha") == "true",
        };
    }

    /// <summary><c>radius</c>, as resvg has it: zeros and what is in error count as 1.</summary>
    private (double X, double Y) ReadRadius(Frame frame)
    {
        if (Numbers(frame.Element, "radius") is not { Length: 1 or 2 } radius) return (1, 1);
        var (x, y) = (radius[0] == 0 ? 1 : radius[0], radius[^1] == 0 ? 1 : radius[^1]);
        return x > 0 && y > 0 ? (x, y) : (1, 1);
    }

    private LightingPrimitive? ReadLighting(Frame frame, PrimitiveHeader h)
    {
        var light = frame.Element.Children.Find(c => c.IsSvg && c.LocalName is "feDistantLight" or "fePointLight" or "feSpotLight");
        if (light is null) return null;
        var (isSpecular, exponent) = (frame.Element.LocalName == "feSpecularLighting", Number(frame, "specularExponent", 1));
        if (isSpecular && !(exponent is >= 1 and <= 128)) return null;
        double Of(string name, double fallback = 0) => Number(light, name) ?? fallback;
        LightSource source = light.LocalName switch
        {
            "feDistantLight" => new DistantLight(Of("azimuth"), Of("elevation")),
            "fePointLight" => new PointLight(Of("x"), Of("y"), Of("z")),
            _ => new SpotLight(Of("x"), Of("y"), Of("z"), Of("pointsAtX"), Of("pointsAtY"), Of("pointsAtZ"),
                Of("specularExponent", 1) is > 0 and var focus ? focus : 1, Number(light, "limitingConeAngle")),
        };
        var color = frame.Style.Find("lighting-color") is { } value ? DeclaredColor(frame, value, 0, "lighting-color") : null;
        return new LightingPrimitive
        {
            Inputs = [h.Input("in")], IsLinear = h.IsLinear, X = h.X, Y = h.Y, Width = h.Width, Height = h.Height, IsSpecular = isSpecular,
            SurfaceScale = Number(frame, "surfaceScale", 1), Constant = Number(frame, isSpecular ? "specularConstant" : "diffuseConstant", 1), Exponent = exponent,
            Color = color ?? ScalarColor.Constant(1, 1, 1, 1), Light = source,
        };
    }

    /// <summary>What <c>feImage</c> shows: an element of the document, or an embedded picture with the size that is fitted into the subregion.</summary>
    private (ImmutableArray<SceneNode> Content, ViewBox? Size)? ReadFilterImage(Frame frame)
    {
        if (frame.Element.Href?.Value is not { } href) return null;
        if (Reference.Fragment(href.Value) is { } id)
        {
            if (_document.ById(id) is not { IsSvg: true } target || !IsGraphics(target)) return null;
            if (_filtered.Contains(target)) _selfShown.Add(target);
            if (!_active.Add(target)) return null;
            try
            {
                return ReadElement(Contained(frame, target)) is { } node ? ([node], null) : null;
            }
            finally
            {
                _active.Remove(target);
            }
        }
        if (Decode(frame, href) is not { } image) return null;
        var (alignX, alignY, fit) = ReadAspectRatio(frame.Element);
        CountNode(frame.Element);
        return (image.Pixels is not { } pixels ? image.Nodes
            : [new ImageNode
            {
                Element = _table.Source(frame.Element), Transform = TransformChain.Identity, PixelWidth = pixels.Width, PixelHeight = pixels.Height,
                Rgba = pixels.Pixels, Smooth = frame.Style.Word("image-rendering") is not ("optimizespeed" or "pixelated" or "crisp-edges"),
            }], new ViewBox(0, 0, image.Width, image.Height, alignX, alignY, fit));
    }
}
