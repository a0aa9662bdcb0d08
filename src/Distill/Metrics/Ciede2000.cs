namespace SvgDistill.Distill.Metrics;

/// <summary>
/// The CIEDE2000 colour difference (Sharma, Wu and Dalal 2005, "The CIEDE2000 color-difference formula: implementation
/// notes"), with unit weights, between sRGB colours or CIELAB ones under D65.
/// </summary>
public static class Ciede2000
{
    /// <summary>The difference of two sRGB colours with components 0..1; about 1 is just noticeable.</summary>
    public static double Difference((double R, double G, double B) a, (double R, double G, double B) b) =>
        LabDifference(ToLab(a), ToLab(b));

    /// <summary>CIELAB (D65) of an sRGB colour (IEC 61966-2-1).</summary>
    public static (double L, double A, double B) ToLab((double R, double G, double B) color)
    {
        var (r, g, b) = (Linear(color.R), Linear(color.G), Linear(color.B));
        var x = F((.4124564 * r + .3575761 * g + .1804375 * b) / .95047);
        var y = F(.2126729 * r + .7151522 * g + .0721750 * b);
        var z = F((.0193339 * r + .1191920 * g + .9503041 * b) / 1.08883);
        return (116 * y - 16, 500 * (x - y), 200 * (y - z));

        static double Linear(double c) => c <= .04045 ? c / 12.92 : Math.Pow((c + .055) / 1.055, 2.4);
        static double F(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    }

    /// <summary>The difference of two CIELAB colours; the numbers in the comments are the paper's equations.</summary>
    public static double LabDifference((double L, double A, double B) p, (double L, double A, double B) q)
    {
        // (2)-(7): chroma and hue, with a* stretched so that greys come out neutral.
        var meanC7 = Math.Pow((Hypot(p.A, p.B) + Hypot(q.A, q.B)) / 2, 7);
        var stretch = 1 + .5 * (1 - Math.Sqrt(meanC7 / (meanC7 + Pow25)));
        var (a1, a2) = (stretch * p.A, stretch * q.A);
        var (c1, c2) = (Hypot(a1, p.B), Hypot(a2, q.B));
        var (h1, h2) = (Hue(a1, p.B), Hue(a2, q.B));

        // (8)-(11): differences; hues are taken the short way round.
        var dh = c1 * c2 == 0 ? 0 : Math.IEEERemainder(h2 - h1, 360);
        var dH = 2 * Math.Sqrt(c1 * c2) * Sin(dh / 2);
        var (dL, dC) = (q.L - p.L, c2 - c1);

        // (12)-(14): means.
        var (meanL, meanC) = ((p.L + q.L) / 2, (c1 + c2) / 2);
        var meanH = c1 * c2 == 0 ? h1 + h2
            : Math.Abs(h1 - h2) <= 180 ? (h1 + h2) / 2
            : h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;

        // (15)-(22): weights and the rotation of blue.
        var t = 1 - .17 * Cos(meanH - 30) + .24 * Cos(2 * meanH) + .32 * Cos(3 * meanH + 6) - .20 * Cos(4 * meanH - 63);
        var dTheta = 30 * Math.Exp(-Square((meanH - 275) / 25));
        var rc = 2 * Math.Sqrt(Math.Pow(meanC, 7) / (Math.Pow(meanC, 7) + Pow25));
        var l50 = Square(meanL - 50);
        var (l, c, h) = (dL / (1 + .015 * l50 / Math.Sqrt(20 + l50)), dC / (1 + .045 * meanC), dH / (1 + .015 * meanC * t));
        return Math.Sqrt(l * l + c * c + h * h - Sin(2 * dTheta) * rc * c * h);
    }

    private const double Pow25 = 6103515625; // 25^7

    private static double Hue(double a, double b)
    {
        if (a == 0 && b == 0) return 0;
        var degrees = Math.Atan2(b, a) * 180 / Math.PI;
        return degrees < 0 ? degrees + 360 : degrees;
    }

    private static double Hypot(double x, double y) => Math.Sqrt(x * x + y * y);
    private static double Square(double x) => x * x;
    private static double Sin(double degrees) => Math.Sin(degrees * Math.PI / 180);
    private static double Cos(double degrees) => Math.Cos(degrees * Math.PI / 180);
}
