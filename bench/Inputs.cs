using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Bench;

/// <summary>What is measured.</summary>
internal static class Inputs
{
    /// <summary>bench/inputs, found above the program.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>The seven icons, and apart from them one of 512 translucent shapes.</summary>
    public static IReadOnlyList<string> Icons { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.svg").Where(p => !p.Contains("synthetic")).Order(StringComparer.Ordinal)];

    /// <summary>Twenty icons of Fluent Emoji (Microsoft, MIT licence), which are full of filters.</summary>
    public static IReadOnlyList<string> Filtered { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Folder, "filtered"), "*.svg").Order(StringComparer.Ordinal)];

    public static string Synthetic { get; } = Path.Combine(Folder, "synthetic-512.svg");

    /// <summary>A fixed dL/dpicture.</summary>
    public static float[] Gradient(int width, int height)
    {
        var random = new Random(1);
        var gradient = new float[4 * width * height];
        for (int i = 0; i < gradient.Length; i++) gradient[i] = random.NextSingle() - .5f;
        return gradient;
    }

    /// <summary>
    /// Theta, and theta with what is chosen moved by some thousandths: steps take them in turn, so that what moves in an edit moves here.
    /// </summary>
    public static double[][] TwoThetas(Scene scene, Func<Parameter, bool> moves)
    {
        double[] first = scene.InitialValues(), second = [.. first];
        var random = new Random(2);
        for (int i = 0; i < second.Length; i++)
        {
            var p = scene.Parameters[i];
            if (moves(p)) second[i] = Math.Clamp(second[i] + .002 * p.Unit * (random.NextDouble() - .5), p.Minimum, p.Maximum);
        }
        return [first, second];
    }

    /// <summary>
    /// A drawing of <paramref name="count"/> blobs of four curves each, whose areas add up to twice the canvas however many they are:
    /// covered pixels stay the same, edges grow with the square root of the count.
    /// </summary>
    public static string Blobs(int count)
    {
        var random = new Random(count);
        var text = new System.Text.StringBuilder("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1000 1000'>");
        double radius = Math.Sqrt(2 * 1e6 / (Math.PI * count)) * .5, handle = .55 * radius;
        for (int i = 0; i < count; i++)
        {
            double x = 1000 * random.NextDouble(), y = 1000 * random.NextDouble(), r = radius * (1 + random.NextDouble());
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"<path fill='#{random.Next(1 << 24):x6}' d='M{x - r:f2} {y:f2}c0-{handle:f2} {r - handle:f2}-{r:f2} {r:f2}-{r:f2}" +
                $"s{r:f2} {r - handle:f2} {r:f2} {r:f2}-{r - handle:f2} {r:f2}-{r:f2} {r:f2}-{r:f2}-{r - handle:f2}-{r:f2}-{r:f2}z'/>");
        }
        return text.Append("</svg>").ToString();
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "bench", "inputs"))) return Path.Combine(folder.FullName, "bench", "inputs");
        throw new DirectoryNotFoundException("bench/inputs is not above the program.");
    }
}
