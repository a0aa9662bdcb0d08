using System.Globalization;

namespace SvgDistill.Rasterizer.Text.Bidi;

/// <summary>Bidi_Class (UAX #9, table 4).</summary>
internal enum BidiClass : byte { L, R, AL, EN, ES, ET, AN, CS, NSM, BN, B, S, WS, ON, LRE, LRO, RLE, RLO, PDF, LRI, RLI, FSI, PDI }

/// <summary>The class of each code point, from the Unicode Character Database.</summary>
internal static class BidiClasses
{
    private static readonly (int[] Starts, BidiClass[] Classes) _runs = Read();

    public static BidiClass Of(int codePoint)
    {
        var i = Array.BinarySearch(_runs.Starts, codePoint);
        return _runs.Classes[i >= 0 ? i : ~i - 1];
    }

    private static (int[], BidiClass[]) Read()
    {
        using var stream = typeof(BidiClasses).Assembly.GetManifestResourceStream("bidi-classes.txt")!;
        using var reader = new StreamReader(stream);
        var (starts, classes) = (new List<int>(), new List<BidiClass>());
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var space = line.IndexOf(' ');
            starts.Add(int.Parse(line.AsSpan(0, space), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            classes.Add(Enum.Parse<BidiClass>(line.AsSpan(space + 1)));
        }
        return ([.. starts], [.. classes]);
    }
}
