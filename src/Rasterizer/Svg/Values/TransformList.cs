using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>One transform function with its arguments as written (defaults not filled in).</summary>
internal sealed record TransformItem(TransformFunction Function, List<Length> Arguments)
{
    /// <summary>All arguments as numbers in SVG's units (user units, degrees), defaults filled in.</summary>
    public double[] Values(double fontSize)
    {
        double At(int i, double missing) => i < Arguments.Count ? Number(Arguments[i], fontSize) : missing;
        return Function switch
        {
            TransformFunction.Matrix => [At(0, 1), At(1, 0), At(2, 0), At(3, 1), At(4, 0), At(5, 0)],
            TransformFunction.Translate => [At(0, 0), At(1, 0)],
            TransformFunction.Scale => [At(0, 1), At(1, At(0, 1))],
            TransformFunction.Rotate => [At(0, 0), At(1, 0), At(2, 0)],
            _ => [At(0, 0)],
        };
    }

    /// <summary>The factor from an argument as written to SVG's unit.</summary>
    public static double Factor(Length length, double fontSize) => length.Unit switch
    {
        "" or "deg" => 1,
        "rad" => 180 / Math.PI,
        "grad" => .9,
        "turn" => 360,
        _ => length.Factor(0, fontSize) ?? 1,
    };

    private static double Number(Length length, double fontSize) => length.Number * Factor(length, fontSize);
}

/// <summary>SVG's <c>transform</c> grammar (CSS Transforms Level 1), 2D functions.</summary>
internal static class TransformList
{
    /// <summary>Parses a list of functions; null where it is not understood, in which case it has no effect.</summary>
    public static List<TransformItem>? Parse(ReadOnlySpan<char> text)
    {
        var scanner = new NumberScanner(text);
        var result = new List<TransformItem>();
        for (scanner.SkipSpace(); !scanner.AtEnd; scanner.SkipSeparator())
        {
            var start = scanner.Position;
            while (char.IsAsciiLetter(scanner.Current)) scanner.Position++;
            var name = text[start..scanner.Position].ToString();
            if (name == "none" && start == 0) return [];
            scanner.SkipSpace();
            if (!scanner.Take('(')) return null;
            var close = text[scanner.Position..].IndexOf(')');
            if (close < 0 || Length.ParseList(text.Slice(scanner.Position, close)) is not { } arguments) return null;
            var offset = scanner.Position;
            arguments = arguments.ConvertAll(a => a with { Start = a.Start + offset });
            scanner.Position += close + 1;
            if (Items(name, arguments) is not { } items) return null;
            result.AddRange(items);
        }
        return result;
    }

    private static List<TransformItem>? Items(string name, List<Length> a) => (name.ToLowerInvariant(), a.Count) switch
    {
        ("matrix", 6) => [new(TransformFunction.Matrix, a)],
        ("translate", 1 or 2) => [new(TransformFunction.Translate, a)],
        ("translatex", 1) => [new(TransformFunction.Translate, a)],
        ("translatey", 1) => [new(TransformFunction.Translate, [new Length(0, "", -1, 0), a[0]])],
        ("scale", 1 or 2) => [new(TransformFunction.Scale, a)],
        ("scalex", 1) => [new(TransformFunction.Scale, [a[0], new Length(1, "", -1, 0)])],
        ("scaley", 1) => [new(TransformFunction.Scale, [new Length(1, "", -1, 0), a[0]])],
        ("rotate", 1 or 3) => [new(TransformFunction.Rotate, a)],
        ("skewx", 1) => [new(TransformFunction.SkewX, a)],
        ("skewy", 1) => [new(TransformFunction.SkewY, a)],
        _ => null,
    };

    /// <summary>The matrix of one function with all its arguments.</summary>
    public static Matrix MatrixOf(TransformFunction function, ReadOnlySpan<double> v) => function switch
    {
        TransformFunction.Matrix => new(v[0], v[1], v[2], v[3], v[4], v[5]),
        TransformFunction.Translate => Matrix.Translation(v[0], v[1]),
        TransformFunction.Scale => Matrix.Scaling(v[0], v[1]),
        TransformFunction.Rotate => Matrix.Translation(v[1],
            v[2]) * Matrix.Rotation(v[0] * Math.PI / 180) * Matrix.Translation(-v[1], -v[2]),
        TransformFunction.SkewX => Matrix.SkewX(v[0] * Math.PI / 180),
        _ => Matrix.SkewY(v[0] * Math.PI / 180),
    };
}
