using System.Globalization;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Writing;

namespace SvgDistill.Rasterizer.Svg.Animating;

/// <summary>Transforms in several states as functions that films have: SMIL knows no <c>matrix()</c>.</summary>
internal static class TransformTexts
{
    private const int Digits = 5;

    /// <summary>
    /// One function a row with its arguments in every state: those that are written where they are the same in all, else of the whole
    /// matrix's shift, turn, skew and scale. Null where a text is no list of an attribute's, or a matrix has no inverse.
    /// </summary>
    public static List<(string Function, string[] Arguments)>? Functions(string[] texts)
    {
        if (Array.ConvertAll(texts, t => TransformList.Parse(t, isAttribute: true)) is not { } lists || lists.Contains(null)) return null;
        var first = lists[0]!.ConvertAll(i => i.Function);
        if (first.Count > 0 && !first.Contains(TransformFunction.Matrix)
            && lists.All(list => list!.Select(i => i.Function).SequenceEqual(first)))
            return [.. first.Select((function, f) => (Name(function), Array.ConvertAll(lists, list => Numbers(list![f].Values(0, 0, 0)))))];
        return Parts(Array.ConvertAll(lists, list => MatrixOf(list!)));
    }

    /// <summary>A list's matrix, as CSS has it; null where it is no list of an attribute's.</summary>
    public static string? CssMatrix(string text)
    {
        if (TransformList.Parse(text, isAttribute: true) is not { } list) return null;
        var m = MatrixOf(list);
        return $"matrix({string.Join(',', new[] { m.A, m.B, m.C, m.D, m.E, m.F }.Select(v => NumberText.Format(v, Digits)))})";
    }

    // M = T R S K with K the scale, S the skew along x: R turns the x axis where M takes it.
    private static List<(string, string[])>? Parts(Matrix[] matrices)
    {
        var (shift, turn, skew, scale) = (new string[matrices.Length], new string[matrices.Length], new string[matrices.Length], new string[matrices.Length]);
        var before = 0.0;
        for (var k = 0; k < matrices.Length; k++)
        {
            var m = matrices[k];
            if (m.IsSingular) return null;
            var sx = Math.Sqrt(m.A * m.A + m.B * m.B);
            var sy = m.Determinant / sx;
            var angle = Math.Atan2(m.B, m.A) * 180 / Math.PI;
            angle += 360 * Math.Round((before - angle) / 360);
            before = angle;
            shift[k] = Numbers([m.E, m.F]);
            turn[k] = Numbers([angle]);
            skew[k] = Numbers([Math.Atan((m.A * m.C + m.B * m.D) / (sx * sy)) * 180 / Math.PI]);
            scale[k] = Numbers([sx, sy]);
        }
        return [("translate", shift), ("rotate", turn), ("skewX", skew), ("scale", scale)];
    }

    private static Matrix MatrixOf(List<TransformItem> list) =>
        list.Aggregate(Matrix.Identity, (m, item) => m * TransformList.MatrixOf(item.Function, item.Values(0, 0, 0)));

    private static string Name(TransformFunction function) => function switch
    {
        TransformFunction.SkewX => "skewX",
        TransformFunction.SkewY => "skewY",
        _ => function.ToString().ToLower(CultureInfo.InvariantCulture),
    };

    private static string Numbers(double[] values) => string.Join(' ', values.Select(v => NumberText.Format(v, Digits)));
}
