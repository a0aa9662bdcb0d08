using System.Text.Json;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Tests;

namespace SvgDistill.Diffusion.Tests;

public class TokenizerTests
{
    private static readonly ClipTokenizer _clip = ClipTokenizer.Open(TestPaths.Fixture("clip-tokenizer"));

    private sealed record Entry(string text, long[] ids);

    [Fact, Trait("Category", "Parity")]
    public void EveryReferenceTextHasTheReferenceIds()
    {
        var entries = JsonSerializer.Deserialize<Entry[]>(File.ReadAllText(TestPaths.Fixture("tokens.json")))!;
        Assert.NotEmpty(entries);
        Assert.All(entries, entry => Assert.Equal(entry.ids, _clip.Encode(entry.text)));
    }

    [Fact]
    public void TheVocabularyThatShipsIsClips()
    {
        var builtIn = ClipTokenizer.OpenBuiltIn();
        Assert.Equal(_clip.VocabularySize, builtIn.VocabularySize);
        Assert.Equal(_clip.Encode("an owl, naïve café"), builtIn.Encode("an owl, naïve café"));
        Assert.Equal(0, ClipTokenizer.OpenBuiltIn(77, "!").Encode("an owl")[^1]);
    }

    [Fact]
    public void LongTextsAreCutAndStillEnd()
    {
        var ids = _clip.Encode(string.Concat(Enumerable.Repeat("owl ", 200)));
        Assert.Equal(77, ids.Length);
        Assert.Equal(_clip.EndToken, ids[^1]);
        Assert.Equal(ids[1], ids[^2]);
    }

    [Fact]
    public void OneEndlessWordEnds()
    {
        // Merging pair by pair through the whole word would take hours: the run's own limit of time would tell.
        Assert.Equal(77, _clip.Encode(new string('x', 3_000_000)).Length);
    }

    [Fact]
    public void MergesAreThoseOfTheNaiveAlgorithm()
    {
        // All pairs of the best rank at a time, from the left, as the definition has it; the queue must agree.
        var merges = File.ReadLines(TestPaths.Fixture("clip-tokenizer", "merges.txt")).Skip(1).Where(l => l.Length > 0)
            .Select((line, rank) => (Pair: line.Split(' '), rank)).ToDictionary(m => (m.Pair[0], m.Pair[1]), m => m.rank);
        var vocabulary = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(TestPaths.Fixture("clip-tokenizer", "vocab.json")))!;
        var random = new Random(1);
        for (var n = 0; n < 200; n++)
        {
            var word = new string([.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => "aaeiounrstlh"[random.Next(12)])]);
            var symbols = word.Select((c, i) => i == word.Length - 1 ? c + "</w>" : c.ToString()).ToList();
            while (symbols.Count > 1)
            {
                var best = Enumerable.Range(0, symbols.Count - 1).Select(i => merges.GetValueOrDefault((symbols[i], symbols[i + 1]), int.MaxValue)).Min();
                if (best == int.MaxValue) break;
                for (var i = 0; i < symbols.Count - 1; i++)
                    if (merges.GetValueOrDefault((symbols[i], symbols[i + 1]), int.MaxValue) == best)
                    {
                        symbols[i] += symbols[i + 1];
                        symbols.RemoveAt(i + 1);
                    }
            }
            Assert.Equal(symbols.Select(s => vocabulary[s]), _clip.Tokens(word));
        }
    }

    [Theory]
    [InlineData("e\u0301", "\u00e9")] // A letter and its accent.
    [InlineData("\u0065\u0323\u0302", "\u1ec7")] // Two marks, in canonical order.
    [InlineData("\u0065\u0302\u0323", "\u1ec7")] // The same, to be reordered.
    [InlineData("\u212b", "\u00e5")] // A singleton: the Angstrom sign (and lower case).
    [InlineData("\u1112\u1161\u11ab", "\ud55c")] // Hangul.
    [InlineData("\u0958", "\u0915\u093c")] // Excluded from composition.
    [InlineData("a\u0301\u0301", "\u00e1\u0301")] // The second mark is blocked by the first.
    public void EquivalentTextsHaveEqualIds(string one, string other) => Assert.Equal(_clip.Encode(other), _clip.Encode(one));

    [Fact]
    public void WordsKeepTheirIdsTogether()
    {
        var words = _clip.Words("An owl's photo!").ToArray();
        Assert.Equal(["an", "owl", "'s", "photo", "!"], words.Select(w => w.Word));
        Assert.Equal(_clip.Encode("An owl's photo!").Skip(1).Take(words.Sum(w => w.Ids.Length)), words.SelectMany(w => w.Ids).Select(i => (long)i));
    }

    [Fact]
    public void AnEncoderOfOneTokenIsRefusedWhetherOrNotTheFolderSaysALength()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            foreach (var name in new[] { "vocab.json", "merges.txt" }) File.Copy(TestPaths.Fixture("clip-tokenizer", name), Path.Combine(folder, name));
            Assert.Contains("fewer than 2 tokens", Assert.Throws<ModelException>(() => ClipTokenizer.Open(folder, maxLength: 1)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("vocab.json", "{\"a\":")]
    [InlineData("vocab.json", "[]")]
    [InlineData("vocab.json", "{\"a\": 0}")]
    [InlineData("merges.txt", "#version: 0.2\nab\n")]
    [InlineData("tokenizer_config.json", "{\"model_max_length\": 1}")]
    [InlineData("special_tokens_map.json", "{\"pad_token\": 3}")]
    [InlineData("special_tokens_map.json", "{\"pad_token\": \"nowhere\"}")]
    [InlineData("special_tokens_map.json", "{\"pad_token\": null, \"eos_token\": {\"content\": \"nowhere\"}}")]
    public void BrokenFilesAreNamed(string name, string content)
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(TestPaths.Fixture("clip-tokenizer"))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            File.WriteAllText(Path.Combine(folder, name), content);
            Assert.StartsWith(folder, Assert.Throws<ModelException>(() => ClipTokenizer.Open(folder)).Path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
