using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Css;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>CSS's basic shapes (CSS Shapes Level 1, section 3; <c>rect()</c> and <c>xywh()</c> of Level 2) as outlines in a reference box.</summary>
/// <param name="Corner">Where the box begins.</param>
/// <param name="Width">Its width, which horizontal percentages refer to.</param>
/// <param name="Height">Its height.</param>
/// <param name="FontSize">What <c>em</c> is.</param>
internal sealed record BasicShape(Point Corner, double Width, double Height, double FontSize)
{
    // A quarter of an ellipse as one cubic.
    private const double Handle = 0.5522847498307936;

    /// <summary>A function's outline and rule; null where it is not understood.</summary>
    /// <param name="function">The function as written.</param>
    /// <param name="mostPoints">Points that a path may have.</param>
    public (ShapeGeometry Outline, FillRule Rule)? Read(string function, int mostPoints)
    {
        var open = function.IndexOf('(');
        if (open < 0 || function[^1] != ')') return null;
        var (name, inside) = (function[..open].ToLowerInvariant(), function[(open + 1)..^1]);
        if (name is "polygon" or "path") return name == "path" ? Path(inside, mostPoints) : Polygon(inside.ToLowerInvariant());
        var words = CssText.Words(inside.ToLowerInvariant().Replace("/", " / ", StringComparison.Ordinal));
        ShapeGeometry? outline = name switch
        {
            "circle" or "ellipse" => Ellipse(words, name == "circle"),
            "inset" or "rect" or "xywh" => Rectangle(name, words),
            _ => null,
        };
        return outline is null ? null : (outline, FillRule.NonZero);
    }

    /// <summary>The whole box.</summary>
    public PathGeometry Whole() => Rounded(0, 0, Width, Height, [default, default, default, default]);

    private double? Measure(string word, double percentBase) => Length.Parse(word) is { } length && (length.Unit.Length > 0 || length.Number == 0)
        && length.Factor(percentBase, FontSize) is { } factor ? length.Number * factor : null;

    private EllipseGeometry? Ellipse(List<string> words, bool isCircle)
    {
        var at = words.IndexOf("at");
        var radii = at < 0 ? words : words[..at];
        if ((at < 0 ? (Width / 2, Height / 2) : Position(words[(at + 1)..])) is not { } center) return null;
        var (x, y) = center;
        double[] horizontal = [Math.Abs(x), Math.Abs(Width - x)], vertical = [Math.Abs(y), Math.Abs(Height - y)];
        double? Radius(string word, double percentBase, double[] sides) => word switch
        {
            "closest-side" => sides.Min(),
            "farthest-side" => sides.Max(),
            _ => Measure(word, percentBase) is >= 0 and var radius ? radius : null,
        };
        if (radii.Count != 0 && radii.Count != (isCircle ? 1 : 2)) return null;
        var (first, last) = radii.Count == 0 ? ("closest-side", "closest-side") : (radii[0], radii[^1]);
        double[] all = [.. horizontal, .. vertical];
        var (rx, ry) = isCircle && Radius(first, Math.Sqrt((Width * Width + Height * Height) / 2), all) is { } r ? (r, r)
            : isCircle ? default : (Radius(first, Width, horizontal), Radius(last, Height, vertical));
        return rx is null || ry is null ? null : new EllipseGeometry
        {
            Center = new ScalarPoint(Scalar.Constant(Corner.X + x), Scalar.Constant(Corner.Y + y)),
            Rx = Scalar.Constant(rx.Value), Ry = Scalar.Constant(ry.Value),
        };
    }

    // CSS Values Level 4, section 9: one word, two, or two pairs of a side and a distance from it.
    private (double X, double Y)? Position(List<string> words)
    {
        if (words.Count == 4)
        {
            if (words[0] is "top" or "bottom") words = [words[2], words[3], words[0], words[1]];
            return words[0] is "left" or "right" && words[2] is "top" or "bottom" && Measure(words[1], Width) is { } dx && Measure(words[3], Height) is { } dy
                ? (words[0] == "left" ? dx : Width - dx, words[2] == "top" ? dy : Height - dy) : null;
        }
        if (words.Count is not (1 or 2)) return null;
        var (first, second) = (words[0], words.Count == 2 ? words[1] : "center");
        if (first is "top" or "bottom" || second is "left" or "right") (first, second) = (second, first);
        var x = first switch { "left" => 0, "center" => Width / 2, "right" => Width, _ => Measure(first, Width) };
        var y = second switch { "top" => 0, "center" => Height / 2, "bottom" => Height, _ => Measure(second, Height) };
        return x is null || y is null ? null : (x.Value, y.Value);
    }

    private PathGeometry? Rectangle(string name, List<string> words)
    {
        var round = words.IndexOf("round");
        var numbers = round < 0 ? words : words[..round];
        if (numbers.Count is 0 or > 4 || (name != "inset" && numbers.Count != 4)) return null;
        string Of(int side) => side < numbers.Count ? numbers[side] : numbers[side == 3 && numbers.Count > 1 ? 1 : 0];
        double left, top, width, height;
        if (name == "xywh")
        {
            if (Measure(Of(0), Width) is not { } x || Measure(Of(1), Height) is not { } y || Measure(Of(2), Width) is not (>= 0 and var w)
                || Measure(Of(3), Height) is not (>= 0 and var h)) return null;
            (left, top, width, height) = (x, y, w, h);
        }
        else
        {
            // rect() counts all four from the left and the top.
            var isRect = name == "rect";
            double? Edge(int side, double length, double automatic) => isRect && Of(side) == "auto" ? automatic : Measure(Of(side), length);
            if (Edge(0, Height, 0) is not { } t || Edge(1, Width, Width) is not { } r || Edge(2, Height, Height) is not { } b || Edge(3, Width, 0) is not { } l) return null;
            (left, top) = (l, t);
            (width, height) = isRect ? (r - l, b - t) : (Width - l - r, Height - t - b);
        }
        (width, height) = (Math.Max(0, width), Math.Max(0, height));
        return round < 0 ? Rounded(left, top, width, height, [default, default, default, default])
            : Radii(words[(round + 1)..], width, height) is { } radii ? Rounded(left, top, width, height, radii) : null;
    }

    // border-radius: one to four of each axis, clockwise from the top left; all are made smaller together until they fit.
    private (double X, double Y)[]? Radii(List<string> words, double width, double height)
    {
        var slash = words.IndexOf("/");
        var (across, down) = slash < 0 ? (words, words) : (words[..slash], words[(slash + 1)..]);
        if (across.Count is 0 or > 4 || down.Count is 0 or > 4) return null;
        static string Of(List<string> list, int corner) => corner < list.Count ? list[corner] : list[corner == 3 && list.Count > 1 ? 1 : 0];
        var radii = new (double X, double Y)[4];
        for (var i = 0; i < 4; i++)
        {
            if (Measure(Of(across, i), Width) is not (>= 0 and var x) || Measure(Of(down, i), Height) is not (>= 0 and var y)) return null;
            radii[i] = (x, y);
        }
        double[] sums = [radii[0].X + radii[1].X, radii[2].X + radii[3].X, radii[0].Y + radii[3].Y, radii[1].Y + radii[2].Y];
        var scale = Math.Min(1, sums.Select((sum, i) => sum > 0 ? (i < 2 ? width : height) / sum : 1).Min());
        return [.. radii.Select(r => (scale * r.X, scale * r.Y))];
    }

    private PathGeometry Rounded(double left, double top, double width, double height, (double X, double Y)[] radii)
    {
        var (commands, points) = (new List<PathCommand>(), new List<Point>());
        // Each corner: where it lies, and which way the outline comes to it and leaves it.
        (double X, double Y, double InX, double InY)[] corners =
            [(left, top, 0, -1), (left + width, top, 1, 0), (left + width, top + height, 0, 1), (left, top + height, -1, 0)];
        for (var i = 0; i < 4; i++)
        {
            var (x, y, inX, inY) = corners[i];
            var (outX, outY) = (-inY, inX);
            var (rx, ry) = radii[i];
            var (begin, end) = (new Point(x - inX * rx, y - inY * ry), new Point(x + outX * rx, y + outY * ry));
            commands.Add(i == 0 ? PathCommand.Move : PathCommand.Line);
            points.Add(begin);
            if (!(rx > 0 && ry > 0)) continue;
            commands.Add(PathCommand.Cubic);
            points.AddRange([new Point(begin.X + Handle * rx * inX, begin.Y + Handle * ry * inY), new Point(end.X - Handle * rx * outX, end.Y - Handle * ry * outY), end]);
        }
        commands.Add(PathCommand.Close);
        return Constant(commands, points);
    }

    private (ShapeGeometry, FillRule)? Polygon(string inside)
    {
        var parts = CssText.Split(inside, 0, inside.Length, ',').ConvertAll(p => inside[p.Start..p.End].Trim());
        var rule = Rule(parts);
        var points = new List<Point>();
        foreach (var part in parts)
        {
            if (CssText.Words(part) is not [var x, var y] || Measure(x, Width) is not { } px || Measure(y, Height) is not { } py) return null;
            points.Add(new Point(px, py));
        }
        return points.Count == 0 ? null
            : (Constant([.. points.Select((_, i) => i == 0 ? PathCommand.Move : PathCommand.Line), PathCommand.Close], points), rule);
    }

    private (ShapeGeometry, FillRule)? Path(string inside, int mostPoints)
    {
        var parts = CssText.Split(inside, 0, inside.Length, ',').ConvertAll(p => inside[p.Start..p.End].Trim());
        var rule = Rule(parts);
        var (text, at) = (string.Join(',', parts), 0);
        if (CssText.ReadString(text, ref at) is not { } data) return null;
        var (commands, points, overflow) = PathData.Parse(data, mostPoints);
        return overflow ? null : (Constant(commands, points), rule);
    }

    private static FillRule Rule(List<string> parts)
    {
        if (parts.Count == 0 || parts[0].ToLowerInvariant() is not ("evenodd" or "nonzero")) return FillRule.NonZero;
        var isEvenOdd = parts[0].Equals("evenodd", StringComparison.OrdinalIgnoreCase);
        parts.RemoveAt(0);
        return isEvenOdd ? FillRule.EvenOdd : FillRule.NonZero;
    }

    private PathGeometry Constant(List<PathCommand> commands, List<Point> points)
    {
        var corner = Corner;
        return new PathGeometry
        {
            Commands = [.. commands],
            Points = [.. points.Select(p => new ScalarPoint(Scalar.Constant(corner.X + p.X), Scalar.Constant(corner.Y + p.Y)))],
        };
    }
}
