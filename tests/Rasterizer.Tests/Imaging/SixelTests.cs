using System.Globalization;
using System.Text.RegularExpressions;
using SvgDistill.Rasterizer.Imaging;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Imaging;

public sealed class SixelTests
{
    // A terminal's half of it: colours in percent, bands of six rows, repeats.
    private static (int Width, int Height, int[] Colors) Draw(string text)
    {
        var head = Regex.Match(text, "^\u001bP0;1q\"1;1;(\\d+);(\\d+)(.*)\u001b\\\\$", RegexOptions.Singleline);
        Assert.True(head.Success);
        int width = Number(head.Groups[1].Value), height = Number(head.Groups[2].Value);
        var (colors, pixels) = (new Dictionary<int, int>(), Enumerable.Repeat(-1, width * height).ToArray());
        int x = 0, top = 0, color = 0;
        foreach (Match token in Regex.Matches(head.Groups[3].Value, @"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|[?-~]|[$-]"))
        {
            if (token.Groups[1].Success)
                colors[Number(token.Groups[1].Value)] = Number(token.Groups[2].Value) << 16 | Number(token.Groups[3].Value) << 8 | Number(token.Groups[4].Value);
            else if (token.Groups[5].Success) color = Number(token.Groups[5].Value);
            else if (token.Value == "$") x = 0;
            else if (token.Value == "-") (x, top) = (0, top + 6);
            else
            {
                int count = token.Groups[6].Success ? Number(token.Groups[6].Value) : 1;
                int bits = (token.Groups[6].Success ? token.Groups[7].Value[0] : token.Value[0]) - 63;
                for (; count > 0; count--, x++)
                    for (int y = 0; y < 6; y++)
                        if ((bits >> y & 1) != 0) pixels[(top + y) * width + x] = colors[color];
            }
        }
        return (width, height, pixels);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [Fact]
    public void A_terminal_draws_the_same_picture()
    {
        var image = new RgbaImage(50, 20);
        for (int i = 0; i < 1000; i++)
            for (int c = 0; c < 4; c++) image.Pixels[4 * i + c] = c == 3 ? (byte)255 : (byte)(51 * ((i / 50 / 3 + i % 50 / 9 + c) % 6));
        var (width, height, colors) = Draw(SixelWriter.Encode(image));
        Assert.Equal((50, 20), (width, height));
        for (int i = 0; i < 1000; i++)
            Assert.Equal((image.Pixels[4 * i] * 20 / 51) << 16 | (image.Pixels[4 * i + 1] * 20 / 51) << 8 | image.Pixels[4 * i + 2] * 20 / 51, colors[i]);
    }
}
