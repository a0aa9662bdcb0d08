using System.Globalization;
using System.Text;

namespace SvgDistill.Rasterizer.Tests.Conformance;

/// <summary>docs/svg-support.md, made from the cases and known.txt.</summary>
internal static class SupportDocument
{
    private const string Choices =
        """
        ## Style sheets, images and motions

        - Selectors: Level 3 whole, with namespaces and escapes; `:is() :where() :not() :has()` of lists, `of` in `:nth-child()`, `i` and `s`
          behind attribute values, nested rules. `:hover` and its like, and pseudo-elements, match nothing and void no list; a selector
          that is not understood voids its list. `--only` and `--lock` take the same; there an id or class that begins with a digit needs
          no escape, and prefixes are those of the file's root.
        - A declaration or presentation attribute whose value is none of its property's is dropped, and what stood before it holds.
          `!important`, `inherit initial unset revert revert-layer` and `var()` are as CSS has them: what `var()` makes invalid is unset. A colour that is one `var()` moves where its custom property is written.
        - `media` and `type` of `style`, `@media`, `@supports` and `@namespace` are read. A picture is a light sRGB screen without pointer,
          as large as its own `width` and `height` (else its view box) say; conditions that are not known hold neither plainly nor negated. The geometry properties
          `x y cx cy r rx ry width height` of rectangles, circles, ellipses, images, viewports and `use`, and `d` of paths, are read, too (not in a file whose root
          says `version="1.0"` or `"1.1"`, where they are attributes only); there a number without unit counts as pixels.
        - Kept and passed over: `@import`, `@layer`, `@font-face` and other at-rules, `calc()` and relative colours (`rgb(from ...)`): such
          a declaration is dropped; the shorthand `all`. `color-interpolation` on a mask changes nothing: so the suite's picture has it
          (`masking/mask/color-interpolation=linearRGB.svg`).
        - Colours of CSS Color Level 4 in style sheets and `style` (attributes take those of Level 3 and `hwb()` alone): names, hexadecimal, `rgb() hsl() hwb() lab() lch() oklab() oklch()`
          and `color()` in `srgb srgb-linear display-p3 a98-rgb prophoto-rgb rec2020 xyz xyz-d50 xyz-d65`; of Level 5 `color-mix()` of two and
          `light-dark()` (the light one). What lies outside sRGB is clipped in each channel, as browsers do on such a screen. One that stands
          behind a plain sRGB colour of the same property in the same block (`fill:#2563EB;fill:color(display-p3 ...)`, as Figma writes) gives
          way to it where sRGB lacks the colour: the author's choice and not the nearest colour.
        - A colour that moves keeps its form: `hwb lab lch oklab oklch color()` keep function, units, slash and spaces with new numbers, to
          less than an eighth of a byte's step; names and `hsl() rgb() color-mix()` become `#rrggbb` or `rgba()`. The sRGB colour before a
          newer form, as above, moves with it. A `color-mix()` with `currentColor` is drawn and stays.
        - A `switch` shows the first child whose conditions hold; a foreign object is passed over for what stands in for it (draw.io writes both).
        - A value that is drawn in several places (by `use`, by a rule for a class) is one number in all of them, and moves as the place allows where it is drawn
          largest. An attribute that a selector tests (`[fill="red"]`) stays as it is. `--move` gives no transform to what a `use` draws again, nor where a selector tests
          for one. `--free-shapes` leaves shapes, and `--outline-text` text, as they are where the sheet has rules for paths (or, for text, rules for groups, or gives it an opacity, a filter, a clip path, a mask or a transform; text with links or animations in it stays, too).
        - Kept, drawn without, and named in a note that counts them: flowed text (`flowRoot`), foreign objects, images outside the file (unless `--resources`
          allows their folder) or in other formats than PNG, JPEG, WebP, GIF, BMP and SVG, references to other files, clip paths by `shape()`, or by a basic shape on a mask or `clipPath`, masks by gradients and `mask-image`, transforms in three dimensions, the properties `rotate`, `scale`,
          `translate` and `offset-path`, `color-interpolation: linearRGB`, mesh gradients and hatches, `plus-lighter`, animations, scripts,
          and vector effects other than `non-scaling-stroke`. A note also names what an edit leaves as it is: shapes whose markers
          are painted by `context-fill` or `context-stroke`, paths that text lies on, and rectangles, circles and ellipses with markers.
        - Filters: all primitives of Filter Effects Level 1, the functions `blur() drop-shadow() brightness() contrast() grayscale() hue-rotate()
          invert() opacity() saturate() sepia()` and lists of both; `color-interpolation-filters` is linearRGB where nothing is said. Regions
          and subregions are whole pixels along the picture's axes, around what a rotation or skew makes of them; a function has no region.
          An unknown `in` is the last result, `BackgroundImage`, `BackgroundAlpha`, `FillPaint` and `StrokePaint` are what is filtered; a
          primitive in error is transparent; what refers to no filter at all is not drawn; a filter whose `feImage` leads back to the
          element is left out. `kernelUnitLength` and `filterRes` are passed over. `flood-color` and `lighting-color` move by default,
          `--optimize filters` frees standard deviations and offsets. Refused: more than 128 primitives in a filter, kernels of more than
          1,024 numbers, more filtered pixels than memory holds; octaves of `feTurbulence` beyond 16 are left out.
        - A stroke with `vector-effect: non-scaling-stroke` is as wide as it says in the picture's own size (`width` and `height`, else the
          view box's), its paint lies in the shape's space; drawn larger, the whole picture grows. `pathLength` measures dashes in the
          space that the stroke is made in.
        - Stars, arcs, spirals, offsets, boxes, path effects and connectors of Inkscape, which draws them from their own numbers, lose these
          where their path moves, and are plain paths then.
        - Text is drawn as outlines of its fonts: `x y dx dy rotate` lists, `tspan`, `tref`, `textPath` (`startOffset`, `side`; along `path` and basic
          shapes), `text-anchor`, `letter-spacing`, `word-spacing`, `textLength` with `lengthAdjust`, `baseline-shift`, `dominant-baseline` and
          `alignment-baseline`, `writing-mode`, `text-orientation`, `text-decoration`, `text-rendering`, `white-space` and `xml:space`, `direction` and `unicode-bidi`
          (UAX #9 whole), `font`, `font-family` (lists, generic names), `font-size`, `font-weight`, `font-style`, `font-stretch`, `font-variant` and
          `font-kerning`, `font-feature-settings`, `font-variation-settings`, `font-optical-sizing`, `xml:lang`. Fills, strokes and opacities move as those of shapes
          do; boxes that paints, clip paths and masks refer to are those of the characters' cells (ascent to descent, advance). Points of
          glyphs, and where they lie, are constants; `--move` moves the text as a whole, `--outline-text` makes paths of it first.
        - Fonts are the system's (`/usr/share/fonts`, `/usr/local/share/fonts`, `~/.local/share/fonts`, `~/.fonts`; the font folders of Windows and macOS) or, with
          `--fonts DIR`, those below a folder and no others. A font that is missing is named in a note with the one that is drawn instead, and the
          record names each font file with its hash. What a font lacks is drawn in the next of the list, then in any that has it. `@font-face` and SVG fonts are not
          loaded: nothing in a file reads another one. A bold face that a family lacks (600 and
          heavier) is made up by growing outlines by a thirty-second of an em, an italic or oblique one by leaning them by 14 degrees, unless
          `font-synthesis` forbids it; small capitals are not made up.
        - Glyphs in colours are drawn, frozen: layers (COLR) and SVG documents as shapes, bitmaps (CBDT, sbix) and graphs of paints (COLR version 1) as pixels that Skia draws.
        - Vertical lines lay characters upright or on their side by UAX #50 and `text-orientation`; upright ones take their vertical forms (the feature
          `vert`; `vrt2` is not used) and, where the font has them (table vmtx), vertical metrics; else they take as much of the line as they are wide. Brackets
          and dashes without such a form lie on their side. `glyph-orientation` changes nothing.
          Text of the same font is shaped across elements, so that letters join, but not across an `x` or `y`. Behind a `textPath` text goes on where
          its last character ends, as by resvg.
        - Where `transform-box` is `fill-box` or `stroke-box`, and under a clip path by `circle() ellipse() inset() rect() xywh() polygon()
          path()` or a box alone (the stroke's unless named), the box is the file's: the points, sizes and transforms that span it stand still
          in an edit, and colours are free. A stroke counts for half its width on every side, whatever its joins.
        - Pictures are converted to sRGB by their profile or gamma, and stand upright as their EXIF orientation says, unless
          `image-orientation` is `none`; of an animation the first frame is shown. Drawn to less than half their size they are averaged by
          twos before they are sampled. An SVG image has the size that its `width` and `height` say, else its view box's; it reads no files,
          and SVG images in it are drawn, four deep.
        - With `--resources DIR` images may be files whose real path, links followed, is below DIR; addresses start at the folder of the SVG.
        - The pixels of an image and its attributes stay as they are; `--move` moves the image, or the group that it is in, as it moves shapes.


        """;

    private const string SecondOpinionHead =
        """

        ## A second opinion

        The same cases, drawn by Svg.Skia 5.2 too (but those with text, which it draws in the system's fonts). Two pictures agree when they
        differ by at most 1/255, as above. From `tests/conformance/second-opinion.txt`;
        `SVGDISTILL_RECORD=1 ./test --all --filter SecondOpinionTests` makes it anew.

        | folder | cases | we and the reference | we and Svg.Skia | Svg.Skia and the reference |
        |---|---|---|---|---|

        """;

    // Made by hand: the packages are not in the repository.
    private const string UnseenSets =
        """

        ## Icon sets that nobody here had looked at

        3,115 files of 22 npm packages (up to 150 of each, chosen at random by a fixed seed), read, drawn at 128 pixels, moved and written in one process: no
        error; every file the same bytes at zero steps; every file, after all that may move was moved, read again and drawn the same (to .35/255). resvg
        (`@resvg/resvg-js` 2.6.2) drew 3,113 of them, and of those 3,045 (97.8 %) are within 1/255. By package: `@iconify-json/cif` 137 of 150,
        `@iconify-json/devicon` 147 of 150, `@iconify-json/flagpack` 150 of 150, `@iconify-json/fluent-emoji` 148 of 150, `@iconify-json/logos` 135 of 150,
        `@iconify-json/material-icon-theme` 150 of 150, `@iconify-json/meteocons` 150 of 150, `@iconify-json/noto-v1` 148 of 148, `@iconify-json/openmoji` 149
        of 150, `devicon` 147 of 150, `flag-icons` 139 of 150, `@lobehub/icons-static-svg` 146 of 150, `payment-icons` 63 of 66, `super-tiny-icons` 149 of
        150, `@bybas/weather-icons` 136 of 136, `@iconify-json/skill-icons` 150 of 150, `@iconify-json/streamline-freehand-color` 150 of 150,
        `@iconify-json/streamline-stickies-color` 146 of 150, `@iconify-json/streamline-ultimate-color` 147 of 150, `@iconify-json/token-branded` 150 of 150,
        `@iconify-json/unjs` 62 of 63, `@iconify-json/vscode-icons` 146 of 150.

        Of the 68 others none shows a fault of a kind that we found to be ours. Both resvg and Chromium put edges at quarters of a pixel, which counts in
        drawings of hairlines, dashes and thin stripes: of 67, resvg's pictures of 48 are within 1 when they are drawn four times as large and averaged. In
        the rest shapes abut, so that seams show through, or a banner is 18 pixels high; two flags have their stars as markers on a path without paint, which
        resvg leaves out (Chromium shows them, .5 and 1.3 from us); and four have blurs at the picture's border, where resvg cuts them (of three Chromium's
        picture is .5 to .8 from ours, the fourth is such a banner).

        2,296 icons of 213 further sets (`@iconify/json` 2.2.535: of sets in colours 50 of each, of others 7, evenly spaced): 2,286 (99.6 %) are within 1/255
        of resvg. Of the ten, all looked at, three have rims that lie twice in one path and count twice (`thesvg-color/create-react-app` 4.0,
        `marketeq/window-6` 2.1, `marketeq/files` 1.5), one is a banner, and six are drawings of thin lines at 1.0 to 1.3.

        Another 2,608 of all its 240 sets (30 of each in colours, 6 of each other, chosen by a hash of their names): 2,590 (99.3 %) are within 1/255. Of the 18 the five
        farthest were looked at: `unjs/nitro` 4.4 has `mask-type`, which resvg lacks, `selfhst/nzbget-light` 2.8 has rims twice in one path, `emojione-v1/chart-decreasing` 2.6 is
        hairlines, `logos/opencode` and `logos/codium` are banners. One icon of noto-v1 that makes resvg-js 2.6.2 end in a panic, `person-lifting-weights`, is drawn here.

        """;

    private static void AppendSecondOpinion(StringBuilder text)
    {
        text.Append(SecondOpinionHead);
        var rows = SecondOpinion.Recorded();
        foreach (var row in rows.Where(r => r.Length == 5)) text.AppendLine($"| `{row[0]}` | {row[1]} | {row[2]} | {row[3]} | {row[4]} |");
        var against = rows.Where(r => r.Length == 1).Select(r => r[0]).ToList();
        text.AppendLine().AppendLine(against.Count == 0 ? "No case in which the two agree against us." : "The two agree against us (why, stands above):").AppendLine();
        foreach (string path in against) text.AppendLine($"- `{path}`");
        text.Append(UnseenSets);
    }

    public static string Text()
    {
        var text = new StringBuilder(
            """
            # SVG support

            Made from `tests/conformance/known.txt`; `SVGDISTILL_RECORD=1 ./test --filter ConformanceGoalTests` makes it anew.

            A case is met when the mean difference to its reference picture, over the premultiplied red, green, blue and alpha of all
            pixels, is at most 1/255. The `icons` are whole drawings from seven icon sets at 128 pixels; the `resvg` cases test one thing each.

            | folder | cases | met | |
            |---|---|---|---|

            """);
        foreach (var folder in ConformanceCases.All.GroupBy(ConformanceCases.Folder))
        {
            int known = folder.Count(ConformanceCases.Known.ContainsKey), count = folder.Count();
            text.AppendLine(
                CultureInfo.InvariantCulture, $"| `{folder.Key}` | {count} | {count - known} | {100.0 * (count - known) / count:f1} % |");
        }
        text.AppendLine().Append(Choices).AppendLine("## Not met").AppendLine();
        foreach (var group in ConformanceCases.Known.GroupBy(k => k.Value).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {char.ToUpperInvariant(group.Key[0])}{group.Key[1..]}:");
            foreach (string path in group.Select(k => k.Key).Order(StringComparer.Ordinal)) text.AppendLine($"  - `{path}`");
        }
        AppendSecondOpinion(text);
        return text.Replace("\r\n", "\n").ToString();
    }
}
