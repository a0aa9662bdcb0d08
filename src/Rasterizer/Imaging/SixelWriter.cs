using System.Globalization;
using System.Text;

namespace SvgDistill.Rasterizer.Imaging;

/// <summary>Pictures as text that terminals with sixel graphics draw (DEC STD 070, section on sixel): six rows at a time, colour by colour.</summary>
public static class SixelWriter
{
    private const int MostColors = 128;

    /// <summary>The control sequence that draws an opaque picture at the cursor; alpha is not looked at.</summary>
    public static string Encode(RgbaImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var palette = MedianCut.Of([image], MostColors);
        var places = palette.Map(image);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\eP0;1q\"1;1;{image.Width};{image.Height}");
        for (int i = 0; i < palette.Colors.Count; i++)
        {
            int color = palette.Colors[i];
            text.Append(CultureInfo.InvariantCulture, $"#{i};2;{Percent(color >> 16)};{Percent(color >> 8 & 255)};{Percent(color & 255)}");
        }
        for (int top = 0; top < image.Height; top += 6)
        {
            if (top > 0) text.Append('-');
            AppendBand(text, places, image.Width, top, Math.Min(6, image.Height - top));
        }
        return text.Append("\e\\").ToString();
    }

    private static void AppendBand(StringBuilder text, byte[] places, int width, int top, int rows)
    {
        var band = places.AsSpan(top * width, rows * width);
        bool[] used = new bool[256];
        foreach (byte place in band) used[place] = true;
        bool first = true;
        for (int color = 0; color < used.Length; color++)
        {
            if (!used[color]) continue;
            if (!first) text.Append('$');
            first = false;
            text.Append('#').Append(color);
            int repeats = 0;
            char last = '\0';
            for (int x = 0; x < width; x++)
            {
                int bits = 0;
                for (int y = 0; y < rows; y++)
                    if (band[y * width + x] == color) bits |= 1 << y;
                char sixel = (char)(63 + bits);
                if (sixel != last) AppendRun(text, last, repeats);
                (repeats, last) = (sixel == last ? repeats + 1 : 1, sixel);
            }
            // Empty ones at the end draw nothing.
            if (last != '?') AppendRun(text, last, repeats);
        }
    }

    private static void AppendRun(StringBuilder text, char sixel, int repeats)
    {
        if (repeats > 3) text.Append('!').Append(repeats).Append(sixel);
        else text.Append(sixel, repeats);
    }

    private static int Percent(int component) => (int)Math.Round(component / 2.55);
}
