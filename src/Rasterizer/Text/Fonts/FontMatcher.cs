using SkiaSharp;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>Font matching (CSS Fonts Level 4 section 5).</summary>
internal static class FontMatcher
{
    /// <summary>The faces that a request asks for, the best first: its families, then the initial font, then every other.</summary>
    public static IEnumerable<FontFace> Candidates(FontRequest request, FontDatabase fonts)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var family in Names(request, fonts))
            if (seen.Add(family) && Best(fonts.Family(family), request) is { } face) yield return face;
        foreach (var face in fonts.Faces)
            if (seen.Add(face.Family) && Best(fonts.Family(face.Family), request) is { } other) yield return other;
    }

    /// <summary>The named families of a request, where none of them is in a database; else none.</summary>
    public static IReadOnlyList<string> Missing(FontRequest request, FontDatabase fonts)
    {
        var named = request.Families.Where(f => !f.IsGeneric).Select(f => f.Name).ToList();
        return named.Exists(n => fonts.Family(n).Any()) ? [] : named;
    }

    // The initial value of font-family is the user agent's choice: a serif font, as browsers have it.
    private static IEnumerable<string> Names(FontRequest request, FontDatabase fonts)
    {
        foreach (var family in request.Families.Append(new FamilyName("serif", true)))
        {
            if (!family.IsGeneric) yield return family.Name;
            else
                foreach (var name in GenericFamily.Families(family.Name, fonts)) yield return name;
        }
    }

    // Stretch comes first, then style, then weight.
    private static FontFace? Best(IEnumerable<FontFace> family, FontRequest request)
    {
        FontFace? best = null;
        var least = (double.PositiveInfinity, 0, double.PositiveInfinity);
        foreach (var face in family)
        {
            var distance = (StretchDistance(face, request.Stretch), SlantDistance(face, request.Slant), WeightDistance(face, request.Weight));
            if (best is null || distance.CompareTo(least) < 0) (best, least) = (face, distance);
        }
        return best;
    }

    // Values on the preferred side are all nearer than those on the other.
    private const double OtherSide = 10_000;

    private static double StretchDistance(FontFace face, double wanted)
    {
        if (wanted >= face.MinimumStretch && wanted <= face.MaximumStretch) return 0;
        var (isNarrower, distance) = face.MaximumStretch < wanted ? (true, wanted - face.MaximumStretch) : (false, face.MinimumStretch - wanted);
        return distance + (isNarrower == wanted <= 100 ? 0 : OtherSide);
    }

    private static int SlantDistance(FontFace face, FontSlant wanted) => (wanted, face.Slant) switch
    {
        (FontSlant.Normal, SKFontStyleSlant.Upright) => 0,
        (FontSlant.Normal, SKFontStyleSlant.Oblique) => 1,
        (FontSlant.Italic, SKFontStyleSlant.Italic) or (FontSlant.Oblique, SKFontStyleSlant.Oblique) => 0,
        (_, SKFontStyleSlant.Upright) => face.Leans ? 0 : 2,
        (FontSlant.Normal, _) => 2,
        _ => 1,
    };

    private static double WeightDistance(FontFace face, double wanted)
    {
        if (wanted >= face.MinimumWeight && wanted <= face.MaximumWeight) return 0;
        var (isLighter, distance) = face.MaximumWeight < wanted ? (true, wanted - face.MaximumWeight) : (false, face.MinimumWeight - wanted);
        if (wanted is >= 400 and <= 500)
        {
            // Up to 500 first, then lighter ones, then heavier ones.
            if (!isLighter && face.MinimumWeight <= 500) return distance;
            return distance + (isLighter ? OtherSide : 2 * OtherSide);
        }
        return distance + (isLighter == wanted < 400 ? 0 : OtherSide);
    }
}
