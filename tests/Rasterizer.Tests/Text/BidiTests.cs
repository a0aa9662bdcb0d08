using SvgDistill.Rasterizer.Text.Bidi;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Text;

/// <summary>UAX #9, by cases in the style of its conformance file: R stands for U+05D0, L for a, and so on.</summary>
public sealed class BidiTests
{
    private static int CodePoint(string name) => name switch
    {
        "L" => 'a', "R" => 0x5D0, "AL" => 0x627, "EN" => '1', "AN" => 0x661, "ES" => '+', "ET" => '$', "CS" => ',', "WS" => ' ', "ON" => '!',
        "NSM" => 0x300, "(" => '(', ")" => ')', "[" => '[', "]" => ']', "LRE" => 0x202A, "RLE" => 0x202B, "PDF" => 0x202C, "LRO" => 0x202D,
        "RLO" => 0x202E, "LRI" => 0x2066, "RLI" => 0x2067, "FSI" => 0x2068, "PDI" => 0x2069, "B" => 0x2029, "S" => '\t', "BN" => 0x200B + 2,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private static byte[] Levels(string classes, byte level = 0) => BidiLevels.Of([.. classes.Split(' ').Select(CodePoint)], level);

    [Theory]
    [InlineData("L L L", 0, "0 0 0")]
    [InlineData("R L R", 0, "1 0 1")]
    [InlineData("R L R", 1, "1 2 1")]
    [InlineData("L WS R R WS R WS L", 0, "0 0 1 1 1 1 0 0")]
    [InlineData("R WS EN EN WS L", 0, "1 1 2 2 0 0")]
    [InlineData("AL EN CS EN", 0, "1 2 2 2")]
    [InlineData("EN CS EN R", 0, "0 0 0 1")]
    [InlineData("R EN ES EN ET", 0, "1 2 2 2 2")]
    [InlineData("AL EN ES EN", 0, "1 2 1 2")]
    [InlineData("R NSM L", 0, "1 1 0")]
    [InlineData("L R ON", 0, "0 1 0")]
    [InlineData("L R ON R ON", 0, "0 1 1 1 0")]
    [InlineData("L RLI L R PDI L", 0, "0 0 2 1 0 0")]
    [InlineData("L RLO L L PDF L", 0, "0 0 1 1 1 0")]
    [InlineData("R LRI R PDI R", 0, "1 1 3 1 1")]
    [InlineData("L FSI R L PDI L", 0, "0 0 1 2 0 0")]
    [InlineData("L ( R ) L", 0, "0 0 1 0 0")]
    [InlineData("R ( L ) R", 1, "1 1 2 1 1")]
    [InlineData("R ( L ) R", 0, "1 0 0 0 1")]
    [InlineData("R ( R [ L ] ) L", 1, "1 1 1 1 2 1 1 2")]
    [InlineData("L R WS WS", 0, "0 1 0 0")]
    public void Levels_are_those_of_the_algorithm(string classes, byte level, string expected)
    {
        // What rule X9 removes has no level that counts.
        var removed = classes.Split(' ').Select(c => c is "RLO" or "PDF").ToArray();
        var levels = Levels(classes, level);
        var wanted = expected.Split(' ').Select(byte.Parse).ToArray();
        for (var i = 0; i < wanted.Length; i++)
            if (!removed[i]) Assert.True(wanted[i] == levels[i], $"{classes}: {string.Join(' ', levels)}");
    }

    [Theory]
    [InlineData("0 0 1 1 0", "0 1 3 2 4")]
    [InlineData("1 1 2 2 1", "4 2 3 1 0")]
    [InlineData("0 1 2 2 1 0", "0 4 2 3 1 5")]
    public void Lines_are_reversed_from_the_highest_level_down(string levels, string order) =>
        Assert.Equal(order, string.Join(' ', BidiLevels.VisualOrder([.. levels.Split(' ').Select(byte.Parse)])));

    [Fact]
    public void Deep_embeddings_overflow_without_harm()
    {
        var levels = BidiLevels.Of([.. Enumerable.Repeat(0x202B, 300), 'a', .. Enumerable.Repeat(0x202C, 300), 'b'], 0);
        Assert.Equal(126, levels[300]);
        Assert.Equal(0, levels[^1]);
    }
}
