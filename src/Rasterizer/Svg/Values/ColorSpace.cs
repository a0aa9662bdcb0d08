namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>Three components of a colour, or of its tristimulus values.</summary>
internal readonly record struct Triple(double X, double Y, double Z)
{
    public double this[int i] => i == 0 ? X : i == 1 ? Y : Z;
    public Triple Map(Func<double, double> f) => new(f(X), f(Y), f(Z));
}

/// <summary>A linear map of triples, by rows.</summary>
internal readonly record struct TripleMap(Triple A, Triple B, Triple C)
{
    public static Triple operator *(TripleMap m, Triple t) => new(Dot(m.A, t), Dot(m.B, t), Dot(m.C, t));

    public static TripleMap operator *(TripleMap m, TripleMap n)
    {
        var columns = n.Transposed;
        var (a, b, c) = (m * columns.A, m * columns.B, m * columns.C);
        return new TripleMap(a, b, c).Transposed;
    }

    public static TripleMap Diagonal(Triple t) => new(new(t.X, 0, 0), new(0, t.Y, 0), new(0, 0, t.Z));

    public TripleMap Transposed => new(new(A.X, B.X, C.X), new(A.Y, B.Y, C.Y), new(A.Z, B.Z, C.Z));

    public TripleMap Inverse
    {
        get
        {
            // The adjugate's columns are the cross products of the rows.
            var (p, q, r) = (Cross(B, C), Cross(C, A), Cross(A, B));
            var d = 1 / Dot(A, p);
            Triple Scaled(Triple t) => new(t.X * d, t.Y * d, t.Z * d);
            return new TripleMap(Scaled(p), Scaled(q), Scaled(r)).Transposed;
        }
    }

    private static double Dot(Triple a, Triple b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;
    private static Triple Cross(Triple a, Triple b) => new(a.Y * b.Z - a.Z * b.Y, a.Z * b.X - a.X * b.Z, a.X * b.Y - a.Y * b.X);
}

/// <summary>
/// A colour space of CSS Color Level 4: how its components stand to CIE XYZ of white point D65. Red, green, blue and XYZ
/// components are 0..1; lightness, chroma, saturation and the like as their functions write plain numbers; hues are degrees.
/// </summary>
internal sealed class ColorSpace
{
    private readonly Func<Triple, Triple> _toXyz, _fromXyz;

    private ColorSpace(string name, Func<Triple, Triple> toXyz, Func<Triple, Triple> fromXyz) =>
        (Name, _toXyz, _fromXyz) = (name, toXyz, fromXyz);

    private static readonly Triple _d65 = White(.3127, .3290), _d50 = White(.3457, .3585);
    // Bradford's cone responses: a white point is changed by scaling them (CSS Color 4 section 10.7).
    private static readonly TripleMap _bradford = new(new(.8951, .2664, -.1614), new(-.7502, 1.7135, .0367), new(.0389, -.0685, 1.0296));
    private static readonly TripleMap _fromD50 = Adaptation(_d50, _d65), _toD50 = Adaptation(_d65, _d50);
    // Oklab: section 9.2, from XYZ to cone responses, and from their cube roots to lightness and two opponents.
    private static readonly TripleMap _xyzToLms = new(
        new(.8190224379967030, .3619062600528904, -.1288737815209879), new(.0329836539323885, .9292868615863434, .0361446663506424),
        new(.0481771893596242, .2642395317527308, .6335478284694309));
    private static readonly TripleMap _lmsToOklab = new(
        new(.2104542683093140, .7936177747023054, -.0040720430116193), new(1.9779985324311684, -2.4285922420485799, .4505937096174110),
        new(.0259040424655478, .7827717124575296, -.8086757549230774));
    private static readonly TripleMap _lmsToXyz = _xyzToLms.Inverse, _oklabToLms = _lmsToOklab.Inverse;

    public string Name { get; }
    /// <summary>Which component is a hue, or -1.</summary>
    public int Hue { get; private init; } = -1;
    /// <summary>Decimals of each component that keep every sRGB component to less than an eighth of a byte's step.</summary>
    public (int First, int Second, int Third) Decimals { get; private init; } = (5, 5, 5);

    public static ColorSpace Srgb { get; } = Rgb("srgb", (.64, .33), (.30, .60), (.15, .06), _d65, SrgbToLinear, SrgbFromLinear);
    public static ColorSpace SrgbLinear { get; } = Rgb("srgb-linear", (.64, .33), (.30, .60), (.15, .06), _d65, v => v, v => v, 6);
    public static ColorSpace DisplayP3 { get; } = Rgb("display-p3", (.680, .320), (.265, .690), (.150, .060), _d65, SrgbToLinear, SrgbFromLinear);
    public static ColorSpace A98Rgb { get; } = Rgb("a98-rgb", (.64, .33), (.21, .71), (.15, .06), _d65, v => Power(v, 563.0 / 256), v => Power(v, 256.0 / 563));
    public static ColorSpace ProphotoRgb { get; } = Rgb("prophoto-rgb", (.734699, .265301), (.159597, .840403), (.036598, .000105), _d50,
        v => Math.Abs(v) <= 16.0 / 512 ? v / 16 : Power(v, 1.8), v => Math.Abs(v) >= 1.0 / 512 ? Power(v, 1 / 1.8) : 16 * v);
    public static ColorSpace Rec2020 { get; } = Rgb("rec2020", (.708, .292), (.170, .797), (.131, .046), _d65, v => Power(v, 2.4), v => Power(v, 1 / 2.4));
    public static ColorSpace XyzD65 { get; } = new("xyz-d65", v => v, v => v) { Decimals = (6, 6, 6) };
    public static ColorSpace XyzD50 { get; } = new("xyz-d50", v => _fromD50 * v, v => _toD50 * v) { Decimals = (6, 6, 6) };
    public static ColorSpace Lab { get; } = new("lab", LabToXyz, XyzToLab) { Decimals = (3, 3, 3) };
    public static ColorSpace Lch { get; } = new("lch", v => LabToXyz(FromPolar(v)), v => ToPolar(XyzToLab(v), .0015)) { Hue = 2, Decimals = (3, 3, 4) };
    public static ColorSpace Oklab { get; } = new("oklab", OklabToXyz, XyzToOklab) { Decimals = (6, 6, 6) };
    public static ColorSpace Oklch { get; } = new("oklch", v => OklabToXyz(FromPolar(v)), v => ToPolar(XyzToOklab(v), 4e-6)) { Hue = 2, Decimals = (6, 6, 4) };
    public static ColorSpace Hsl { get; } = new("hsl", v => Srgb._toXyz(HslToRgb(v)), v => RgbToHsl(Srgb._fromXyz(v))) { Hue = 0, Decimals = (4, 4, 4) };
    public static ColorSpace Hwb { get; } = new("hwb", v => Srgb._toXyz(HwbToRgb(v)), v => RgbToHwb(Srgb._fromXyz(v))) { Hue = 0, Decimals = (4, 4, 4) };

    /// <summary>The space of a name as <c>color()</c> and <c>color-mix()</c> have it, or null.</summary>
    public static ColorSpace? Named(string name) => name switch
    {
        "srgb" => Srgb,
        "srgb-linear" => SrgbLinear,
        "display-p3" => DisplayP3,
        "a98-rgb" => A98Rgb,
        "prophoto-rgb" => ProphotoRgb,
        "rec2020" => Rec2020,
        "xyz" or "xyz-d65" => XyzD65,
        "xyz-d50" => XyzD50,
        "lab" => Lab,
        "lch" => Lch,
        "oklab" => Oklab,
        "oklch" => Oklch,
        "hsl" => Hsl,
        "hwb" => Hwb,
        _ => null,
    };

    /// <summary>The same colour in another space, whatever its gamut.</summary>
    public Triple To(ColorSpace other, Triple components) => ReferenceEquals(this, other) ? components
        : other._fromXyz(_toXyz(components));

    private static ColorSpace Rgb(string name, (double, double) red, (double, double) green, (double, double) blue, Triple white,
        Func<double, double> toLinear, Func<double, double> fromLinear, int decimals = 5)
    {
        // The primaries as columns, each scaled so that they add up to the white point.
        var primaries = new TripleMap(White(red.Item1, red.Item2), White(green.Item1, green.Item2), White(blue.Item1, blue.Item2)).Transposed;
        var map = primaries * TripleMap.Diagonal(primaries.Inverse * white);
        if (white == _d50) map = _fromD50 * map;
        var inverse = map.Inverse;
        return new ColorSpace(name, v => map * v.Map(toLinear), v => (inverse * v).Map(fromLinear)) { Decimals = (decimals, decimals, decimals) };
    }

    // XYZ of luminance 1 from chromaticities.
    private static Triple White(double x, double y) => new(x / y, 1, (1 - x - y) / y);

    private static TripleMap Adaptation(Triple from, Triple to)
    {
        var (a, b) = (_bradford * from, _bradford * to);
        return _bradford.Inverse * TripleMap.Diagonal(new(b.X / a.X, b.Y / a.Y, b.Z / a.Z)) * _bradford;
    }

    private static double Power(double value, double exponent) => Math.CopySign(Math.Pow(Math.Abs(value), exponent), value);
    private static double SrgbToLinear(double v) => Math.Abs(v) <= .04045 ? v / 12.92 : Math.CopySign(Math.Pow((Math.Abs(v) + .055) / 1.055, 2.4), v);
    private static double SrgbFromLinear(double v) => Math.Abs(v) > .0031308 ? Math.CopySign(1.055 * Math.Pow(Math.Abs(v), 1 / 2.4) - .055, v) : 12.92 * v;

    private const double Kappa = 24389.0 / 27, Epsilon = 216.0 / 24389;

    private static Triple LabToXyz(Triple lab)
    {
        var y = (lab.X + 16) / 116;
        var (x, z) = (lab.Y / 500 + y, y - lab.Z / 200);
        static double Cubed(double f) => f * f * f > Epsilon ? f * f * f : (116 * f - 16) / Kappa;
        return _fromD50 * new Triple(Cubed(x) * _d50.X, lab.X > Kappa * Epsilon ? y * y * y : lab.X / Kappa, Cubed(z) * _d50.Z);
    }

    private static Triple XyzToLab(Triple xyz)
    {
        static double Root(double v) => v > Epsilon ? Math.Cbrt(v) : (Kappa * v + 16) / 116;
        var d50 = _toD50 * xyz;
        var (x, y, z) = (Root(d50.X / _d50.X), Root(d50.Y), Root(d50.Z / _d50.Z));
        return new(116 * y - 16, 500 * (x - y), 200 * (y - z));
    }

    private static Triple OklabToXyz(Triple lab) => _lmsToXyz * (_oklabToLms * lab).Map(v => v * v * v);
    private static Triple XyzToOklab(Triple xyz) => _lmsToOklab * (_xyzToLms * xyz).Map(Math.Cbrt);

    private static Triple FromPolar(Triple lch)
    {
        var (sin, cos) = Math.SinCos(lch.Z * Math.PI / 180);
        return new(lch.X, lch.Y * cos, lch.Y * sin);
    }

    // The hue of what is as good as grey means nothing.
    private static Triple ToPolar(Triple lab, double grey)
    {
        var chroma = Math.Sqrt(lab.Y * lab.Y + lab.Z * lab.Z);
        return chroma <= grey ? new(lab.X, 0, 0) : new(lab.X, chroma, Turned(Math.Atan2(lab.Z, lab.Y) * 180 / Math.PI));
    }

    private static double Turned(double degrees) => (degrees % 360 + 360) % 360;

    private static Triple HslToRgb(Triple hsl)
    {
        var (saturation, lightness) = (hsl.Y / 100, hsl.Z / 100);
        var chroma = saturation * Math.Min(lightness, 1 - lightness);
        return FromHue(hsl.X, lightness - chroma, lightness + chroma);
    }

    private static Triple HwbToRgb(Triple hwb)
    {
        var (white, black) = (hwb.Y / 100, hwb.Z / 100);
        if (white + black >= 1) (white, black) = (white / (white + black), black / (white + black));
        return FromHue(hwb.X, white, 1 - black);
    }

    // CSS Color 4 section 7: each component runs between the least and the greatest with the hue.
    private static Triple FromHue(double degrees, double low, double high)
    {
        var hue = Turned(degrees) / 30;
        double Component(double n)
        {
            var k = (n + hue) % 12;
            return high + (low - high) * Math.Clamp(Math.Min(k - 3, 9 - k) / 2 + .5, 0, 1);
        }
        return new(Component(0), Component(8), Component(4));
    }

    private static (double Hue, double Low, double High) HueOf(Triple c)
    {
        var (low, high) = (Math.Min(c.X, Math.Min(c.Y, c.Z)), Math.Max(c.X, Math.Max(c.Y, c.Z)));
        var d = high - low;
        var hue = d <= 1e-9 ? 0 : high == c.X ? (c.Y - c.Z) / d : high == c.Y ? (c.Z - c.X) / d + 2 : (c.X - c.Y) / d + 4;
        return (Turned(60 * hue), low, high);
    }

    private static Triple RgbToHsl(Triple c)
    {
        var (hue, low, high) = HueOf(c);
        var lightness = (low + high) / 2;
        var room = Math.Min(lightness, 1 - lightness);
        return new(hue, high - low <= 1e-9 || room <= 0 ? 0 : 100 * (high - lightness) / room, 100 * lightness);
    }

    private static Triple RgbToHwb(Triple c)
    {
        var (hue, low, high) = HueOf(c);
        return new(hue, 100 * low, 100 * (1 - high));
    }
}
