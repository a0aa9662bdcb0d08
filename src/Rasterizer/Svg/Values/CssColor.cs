namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>A colour as read: straight sRGB, every component 0..1.</summary>
/// <param name="R">Red.</param>
/// <param name="G">Green.</param>
/// <param name="B">Blue.</param>
/// <param name="A">Alpha.</param>
/// <param name="HasAlpha">True where alpha was written, so that it must be written back.</param>
public readonly record struct CssColor(double R, double G, double B, double A, bool HasAlpha)
{
    /// <summary>
    /// Reads a colour (CSS Color Level 4 and 5's <c>color-mix()</c>) that fills the text but for white space; null where it
    /// is none or a word such as <c>currentColor</c>. What lies outside sRGB is clipped.
    /// </summary>
    public static CssColor? Parse(ReadOnlySpan<char> text) =>
        CssColorReader.Read(text.ToString()) is { DependsOnContext: false } read ? read.Color : null;

    /// <summary>A colour in CIELAB relative to D50, as CSS and ICC profiles have it; clipped to sRGB.</summary>
    public static CssColor OfLab(double lightness, double a, double b)
    {
        var rgb = ColorSpace.Lab.To(ColorSpace.Srgb, new Triple(lightness, a, b)).Map(v => Math.Clamp(v, 0, 1));
        return new(rgb.X, rgb.Y, rgb.Z, 1, false);
    }

    /// <summary>The colour's place in Oklab, where equal distances look about equally far.</summary>
    public (double L, double A, double B) ToOklab()
    {
        var lab = ColorSpace.Srgb.To(ColorSpace.Oklab, new Triple(R, G, B));
        return (lab.X, lab.Y, lab.Z);
    }
}

/// <summary>A component as written: where its number or <c>none</c> stands, and what one of it is in its space's unit.</summary>
internal readonly record struct ColorComponent(int Start, int Length, double Scale);

/// <summary>A colour written as a function of its space, which it is written back in.</summary>
internal sealed record ColorForm(ColorSpace Space, ColorComponent First, ColorComponent Second, ColorComponent Third, ColorComponent? Alpha)
{
    /// <summary>The same with places counted from a later beginning.</summary>
    public ColorForm From(int start)
    {
        ColorComponent Moved(ColorComponent c) => c with { Start = c.Start - start };
        return new ColorForm(Space, Moved(First), Moved(Second), Moved(Third), Alpha is { } alpha ? Moved(alpha) : null);
    }
}

/// <summary>A colour with what its notation says beyond its sRGB value.</summary>
/// <param name="Color">The colour, clipped to sRGB.</param>
/// <param name="Space">The space that it is declared in.</param>
/// <param name="Components">Its components there; NaN for <c>none</c>.</param>
/// <param name="Start">Where the part that holds the colour begins in the text read.</param>
/// <param name="Length">How long that part is.</param>
internal sealed record ReadColor(CssColor Color, ColorSpace Space, Triple Components, int Start, int Length)
{
    /// <summary>How it is written back, or null where plain sRGB takes its place.</summary>
    public ColorForm? Form { get; init; }
    /// <summary>True for notations of CSS Color Level 4 and 5, which older readers drop.</summary>
    public bool IsModern { get; init; }
    /// <summary>True where <c>currentColor</c> or another word is part of it.</summary>
    public bool DependsOnContext { get; init; }

    /// <summary>Whether sRGB has the colour, to an eighth of a byte's step.</summary>
    public bool IsInGamut
    {
        get
        {
            var rgb = Space.To(ColorSpace.Srgb, Components.Map(v => double.IsNaN(v) ? 0 : v));
            const double tolerance = 1 / 2040.0;
            bool Inside(double v) => v is >= -tolerance and <= 1 + tolerance;
            return Inside(rgb.X) && Inside(rgb.Y) && Inside(rgb.Z);
        }
    }
}
