using System.Collections.Immutable;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Filter functions (Filter Effects section 12): each is a primitive in sRGB without a region.</summary>
internal sealed partial class SceneBuilder
{
    /// <summary>The function whose arguments stand at [start, end) of the value; null where it is in error.</summary>
    private FilterPrimitive? ReadFilterFunction(Frame frame, StyleValue value, string name, int start, int end)
    {
        ImmutableArray<int> source = [FilterPrimitive.SourceGraphic];
        var arguments = value.Text[start..end];
        if (name == "blur")
        {
            if (arguments.AsSpan().Trim().IsEmpty) return new GaussianBlurPrimitive { Inputs = source, DeviationX = Scalar.Constant(0), DeviationY = Scalar.Constant(0) };
            return FunctionLength(frame, value, start, end, _notNegative) is { } deviation
                ? new GaussianBlurPrimitive { Inputs = source, DeviationX = deviation, DeviationY = deviation } : null;
        }
        if (name == "drop-shadow") return ReadShadowFunction(frame, value, start, end, source);
        if (name == "hue-rotate") return Angle(arguments) is { } degrees ? new ColorMatrixPrimitive { Inputs = source, Values = HueRotation(degrees) } : null;
        if (Amount(arguments) is not { } amount) return null;
        var part = Math.Min(amount, 1);
        TransferFunction? function = name switch
        {
            "brightness" => new LinearFunction(amount, 0),
            "contrast" => new LinearFunction(amount, .5 - .5 * amount),
            "invert" => new TableFunction([part, 1 - part], IsDiscrete: false),
            "opacity" => new TableFunction([0, part], IsDiscrete: false),
            _ => null,
        };
        if (function is not null)
            return new ComponentTransferPrimitive { Inputs = source, Functions = name == "opacity" ? [null, null, null, function] : [function, function, function, null] };
        return name switch
        {
            "saturate" => new ColorMatrixPrimitive { Inputs = source, Values = Saturation(amount) },
            "grayscale" => new ColorMatrixPrimitive { Inputs = source, Values = Mixed(part, .2126, .7152, .0722, .2126, .7152, .0722, .2126, .7152, .0722) },
            "sepia" => new ColorMatrixPrimitive { Inputs = source, Values = Mixed(part, .393, .769, .189, .349, .686, .168, .272, .534, .131) },
            _ => null,
        };
    }

    /// <summary>Between the colours as they are and a matrix.</summary>
    private static ImmutableArray<double> Mixed(double amount, params ReadOnlySpan<double> m)
    {
        Span<double> mixed = stackalloc double[9];
        for (var i = 0; i < 9; i++) mixed[i] = amount * m[i] + (i % 4 == 0 ? 1 - amount : 0);
        return Colors(mixed);
    }

    private DropShadowPrimitive? ReadShadowFunction(Frame frame, StyleValue value, int start, int end, ImmutableArray<int> source)
    {
        List<Scalar> lengths = [];
        ScalarColor? color = null;
        for (var at = CssText.SkipSpace(value.Text, start); at < end; at = CssText.SkipSpace(value.Text, at))
        {
            var stop = Math.Min(CssText.Find(value.Text, at, " \t\r\n\f)"), end);
            if (FunctionLength(frame, value, at, stop, lengths.Count == 2 ? _notNegative : _any) is { } length) lengths.Add(length);
            else
            {
                // One colour, before or behind the lengths.
                var word = value with { Text = value.Text[at..stop], Span = value.Span?.Slice(at, stop - at), Earlier = null };
                if (color is not null || lengths.Count == 1 || DeclaredColor(frame, word, 0, "filter") is not { } declared) return null;
                color = declared;
            }
            at = stop;
        }
        if (lengths.Count is not (2 or 3)) return null;
        var deviation = lengths.Count == 3 ? lengths[2] : Scalar.Constant(0);
        return new DropShadowPrimitive
        {
            Inputs = source, Dx = lengths[0], Dy = lengths[1], DeviationX = deviation, DeviationY = deviation, Color = color ?? CurrentColor(frame),
        };
    }

    /// <summary>A length at [start, end) of a value, in user units; null where there is none, or one out of range.</summary>
    private Scalar? FunctionLength(Frame frame, StyleValue value, int start, int end, (double Least, double) range)
    {
        if (Length.Parse(value.Text.AsSpan(start, end - start)) is not { Unit: not "%" } length || length.Number < range.Least
            || length.Factor(1, FontSize(frame.Style)) is not { } factor) return null;
        return _table.Number(value.Span?.Slice(start + length.Start, length.NumberLength), length.Number, factor, ParameterKind.Filter,
            frame.Unit(_diagonal, factor), range, frame.Freedom, value.Element, "filter", length.Unit.Length == 0 && !value.IsAttribute ? "px" : "");
    }

    /// <summary>A number or percentage that is not negative; 1 where there is none.</summary>
    private static double? Amount(string text)
    {
        if (text.AsSpan().Trim().IsEmpty) return 1;
        return Length.Parse(text) is { Unit: "" or "%", Number: >= 0 } length ? length.Number * (length.Unit == "%" ? .01 : 1) : null;
    }

    /// <summary>An angle in degrees, of which 0 alone needs no unit; 0 where there is none.</summary>
    private static double? Angle(string text)
    {
        if (text.AsSpan().Trim().IsEmpty) return 0;
        return Length.Parse(text) is { Unit: "deg" or "rad" or "grad" or "turn" or "" } length && (length.Unit.Length > 0 || length.Number == 0)
            ? length.Number * TransformItem.Factor(length, 1) : null;
    }
}
