using System.Globalization;
using System.Text;
using SvgDistill.Distill.Fitting;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Distill.Growing;

/// <summary>The outline of a new shape, in pixels: an ellipse with upright axes, or a closed chain of cubics.</summary>
internal sealed record NewOutline(CubicChain Chain, (Point Center, double Rx, double Ry)? Round = null)
{
    // A straight side has its handles within so much of its chord.
    private const double Straight = .4;
    // Radii that differ by less are those of a circle.
    private const double Circular = .12;
    // For handles of a quarter of an ellipse.
    private const double Quarter = .5522847498;

    /// <summary>An ellipse.</summary>
    public static NewOutline Ellipse(Point center, double rx, double ry)
    {
        if (Math.Abs(rx - ry) < Circular * (rx + ry) / 2) rx = ry = Math.Sqrt(rx * ry);
        Point At(double x, double y) => center + new Point(rx * x, ry * y);
        const double H = Quarter;
        return new(new(
            [At(1, 0), At(0, 1), At(-1, 0), At(0, -1)],
            [At(1, H), At(H, 1), At(-H, 1), At(-1, H), At(-1, -H), At(-H, -1), At(H, -1), At(1, -H)]), (center, rx, ry));
    }

    /// <summary>The outline's image, drawn the same way round.</summary>
    public NewOutline Image(MirrorAxis axis)
    {
        var n = Chain.Nodes.Count;
        List<Point> nodes = [], controls = [];
        // Backwards, so that inside stays inside.
        for (var i = 0; i < n; i++)
        {
            nodes.Add(axis.Image(Chain.Nodes[(n - i) % n]));
            var curve = (2 * n - 1 - i) % n;
            controls.Add(axis.Image(Chain.Controls[2 * curve + 1]));
            controls.Add(axis.Image(Chain.Controls[2 * curve]));
        }
        return new(new(nodes, controls), Round is { } r ? (axis.Image(r.Center), r.Rx, r.Ry) : null);
    }

    /// <summary>The element that draws it.</summary>
    /// <param name="toUser">From pixels to the space that it is written in.</param>
    /// <param name="paint">The attributes that say how it is painted.</param>
    public InsertedShape Element(in Matrix toUser, string paint)
    {
        // A fiftieth of a pixel.
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(toUser.MeanScale / 50)), 0, 9);
        string Number(double value)
        {
            var text = Math.Round(value, decimals).ToString("0." + new string('#', decimals), CultureInfo.InvariantCulture);
            return text == "-0" ? "0" : text;
        }

        if (Round is { } round && toUser is { B: 0, C: 0 })
        {
            var center = toUser.Apply(round.Center);
            var (rx, ry) = (round.Rx * Math.Abs(toUser.A), round.Ry * Math.Abs(toUser.D));
            return Number(rx) == Number(ry)
                ? new("circle", $"cx=\"{Number(center.X)}\" cy=\"{Number(center.Y)}\" r=\"{Number(rx)}\" {paint}")
                : new("ellipse", $"cx=\"{Number(center.X)}\" cy=\"{Number(center.Y)}\" rx=\"{Number(rx)}\" ry=\"{Number(ry)}\" {paint}");
        }
        var map = toUser;
        string Place(Point p) => map.Apply(p) is var q ? $"{Number(q.X)} {Number(q.Y)}" : "";
        var d = new StringBuilder().Append('M').Append(Place(Chain.Nodes[0]));
        for (var i = 0; i < Chain.Nodes.Count; i++)
        {
            var (from, to) = (Chain.Nodes[i], Chain.Nodes[(i + 1) % Chain.Nodes.Count]);
            var (c1, c2) = (Chain.Controls[2 * i], Chain.Controls[2 * i + 1]);
            if (!IsStraight(from, c1, c2, to)) d.Append(CultureInfo.InvariantCulture, $"C{Place(c1)} {Place(c2)} {Place(to)}");
            else if (i + 1 < Chain.Nodes.Count) d.Append('L').Append(Place(to));
        }
        return new("path", $"d=\"{d}Z\" {paint}");
    }

    private static bool IsStraight(Point from, Point c1, Point c2, Point to)
    {
        var chord = to - from;
        var length = chord.Length;
        return length > 0 && Off(c1) && Off(c2);

        bool Off(Point c) => Math.Abs(Point.Cross(chord, c - from)) < Straight * length;
    }
}
