using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>One transform function with its arguments as written (defaults not filled in).</summary>
internal sealed record TransformItem(TransformFunction Function, List<Length> Arguments)
{
    /// <summary>All arguments as numbers in SVG's units (user units, degrees), defaults filled in.</summary>
    /// <param name="fontSize">The font size.</param>
    /// <param name="width">What percentages of a horizontal translation refer to.</param>
    /// <param name="height">The same for a vertical one.</param>
    public double[] Values(double fontSize, double width, double height)
    {
        double At(int i, double missing) => i < Arguments.Count
            ? Arguments[i].Number * Factor(Arguments[i], fontSize, PercentBase(i, width, height)) : missing;
        return Function switch
        {
            TransformFunction.Matrix => [At(0, 1), At(1, 0), At(2, 0), At(3, 1), At(4, 0), At(5, 0)],
            TransformFunction.Translate => [At(0, 0), At(1, 0)],
            TransformFunction.Scale => [At(0, 1), At(1, At(0, 1))],
            TransformFunction.Rotate => [At(0, 0), At(1, 0), At(2, 0)],
            _ => [At(0, 0)],
        };
    }

    /// <summary>What 100 % of an argument is: of the box in a translation, 1 elsewhere.</summary>
    public double PercentBase(int argument, double width, double height) =>
        Function != TransformFunction.Translate ? 1 : argument == 0 ? width : height;

    /// <summary>The factor from an argument as written to SVG's unit.</summary>
    public static double Factor(Length length, double fontSize, double percentBase = 1) => length.Unit switch
    {
        "" or "deg" => 1,
        "rad" => 180 / Math.PI,
        "grad" => .9,
        "turn" => 360,
        _ => length.Factor(percentBase, fontSize) ?? 1,
    };
}

/// <summary>SVG's <c>transform</c> grammar (CSS Transforms Level 1), 2D functions.</summary>
internal static class TransformList
{
    /// <summary>
    /// Parses a list of functions; null where it is not understood, in which case it has no effect. An attribute takes numbers without
    /// units, and SVG's six functions in their own case (CSS Transforms Level 1, section 9).
    /// </summary>
    public static List<TransformItem>? Parse(ReadOnlySpan<char> text, bool isAttribute = false)
    {
        // Commas only part.
        if (isAttribute && text.TrimEnd().EndsWith(',')) return null;
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
            if (isAttribute && (!IsAttributeFunction(name) || arguments.Exists(a => a.Unit.Length > 0)
                || text[offset..(scanner.Position - 1)].TrimEnd().EndsWith(','))) return null;
            if (Items(name, arguments) is not { } items) return null;
            result.AddRange(items);
        }
        return result;
    }

    /// <summary>Whether it names a function of CSS Transforms Level 2 that leaves the plane.</summary>
    public static bool IsThreeDimensional(string text) => new[] { "3d", "perspective", "rotateX", "rotateY", "rotateZ", "translateZ", "scaleZ" }
        .Any(name => text.Contains(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsAttributeFunction(string name) =>
        name is "matrix" or "translate" or "scale" or "rotate" or "skewX" or "skewY";

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
