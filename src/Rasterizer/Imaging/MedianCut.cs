namespace SvgDistill.Rasterizer.Imaging;

/// <summary>
/// A palette for pictures by median cut (Heckbert 1982): boxes of colours are halved by count along their longest side until there are
/// enough. Pictures of few colours keep them exactly, and so does a box that one colour fills by half: flat areas stay what they are.
/// Alpha is not looked at.
/// </summary>
public sealed class MedianCut
{
    // Six bits a channel: what falls together is taken for one colour when places are looked up.
    private const int Bits = 6, Bins = 1 << (3 * Bits);

    private readonly short[] _nearest = new short[Bins];
    private readonly Dictionary<int, byte> _exact = [];

    private MedianCut(int[] colors)
    {
        Colors = colors;
        Array.Fill(_nearest, (short)-1);
        for (int i = 0; i < colors.Length; i++) _exact.TryAdd(colors[i], (byte)i);
    }

    /// <summary>The colours, 0xRRGGBB.</summary>
    public IReadOnlyList<int> Colors { get; }

    /// <summary>Finds a palette of at most <paramref name="most"/> colours, 2 to 256. Deterministic.</summary>
    public static MedianCut Of(IEnumerable<RgbaImage> images, int most)
    {
        var counts = new Dictionary<int, int>();
        foreach (var image in images)
            for (int i = 0; i < image.Pixels.Length; i += 4)
            {
                int color = Color(image.Pixels, i);
                counts[color] = counts.GetValueOrDefault(color) + 1;
            }
        var all = counts.Select(c => new Counted(c.Key, c.Value)).OrderBy(c => c.Color).ToArray();
        if (all.Length <= most) return new([.. all.Select(c => c.Color)]);
        var boxes = new List<Box> { new(all) };
        while (boxes.Count < most && boxes.Where(b => b.Colors.Length > 1).MaxBy(b => b.Weight) is { } largest)
        {
            var (low, high) = largest.Halves();
            boxes[boxes.IndexOf(largest)] = low;
            boxes.Add(high);
        }
        return new([.. boxes.Select(b => b.Center).Distinct()]);
    }

    /// <summary>The palette's place for each pixel.</summary>
    public byte[] Map(RgbaImage image)
    {
        var places = new byte[image.Width * image.Height];
        for (int i = 0; i < places.Length; i++) places[i] = Nearest(Color(image.Pixels, 4 * i));
        return places;
    }

    private byte Nearest(int color)
    {
        if (_exact.TryGetValue(color, out byte exact)) return exact;
        ref short known = ref _nearest[(color >> 18 << 12) | ((color >> 10 & 63) << 6) | (color >> 2 & 63)];
        if (known >= 0) return (byte)known;
        int best = 0, least = int.MaxValue;
        for (int i = 0; i < Colors.Count; i++)
        {
            int r = (Colors[i] >> 16) - (color >> 16), g = (Colors[i] >> 8 & 255) - (color >> 8 & 255), b = (Colors[i] & 255) - (color & 255);
            // About what the eye makes of the three.
            int distance = 3 * r * r + 6 * g * g + b * b;
            if (distance < least) (least, best) = (distance, i);
        }
        known = (short)best;
        return (byte)best;
    }

    private static int Color(byte[] pixels, int at) => pixels[at] << 16 | pixels[at + 1] << 8 | pixels[at + 2];

    private readonly record struct Counted(int Color, int Count)
    {
        public int Channel(int channel) => Color >> (8 * channel) & 255;
    }

    private sealed class Box
    {
        private readonly int _longest;
        private readonly long _count;

        public Box(Counted[] colors)
        {
            Colors = colors;
            _count = colors.Sum(c => (long)c.Count);
            var side = Enumerable.Range(0, 3).Select(channel => colors.Max(c => c.Channel(channel)) - colors.Min(c => c.Channel(channel))).ToArray();
            _longest = Array.IndexOf(side, side.Max());
            // Large boxes first, but one of a thin edge's colours counts too.
            Weight = Math.Sqrt(_count) * side[_longest];
        }

        public Counted[] Colors { get; }
        public double Weight { get; }

        public int Center
        {
            get
            {
                var first = Colors.MaxBy(c => c.Count);
                if (2L * first.Count >= _count) return first.Color;
                int Mean(int channel) => (int)Math.Round(Colors.Sum(c => (double)c.Count * c.Channel(channel)) / _count);
                return Mean(2) << 16 | Mean(1) << 8 | Mean(0);
            }
        }

        public (Box, Box) Halves()
        {
            var sorted = Colors.OrderBy(c => c.Channel(_longest)).ThenBy(c => c.Color).ToArray();
            int cut = 0;
            for (long sum = 0; cut < sorted.Length - 1 && 2 * sum < _count; cut++) sum += sorted[cut].Count;
            cut = Math.Max(cut, 1);
            return (new(sorted[..cut]), new(sorted[cut..]));
        }
    }
}
