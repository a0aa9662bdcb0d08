using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Tests;

namespace SvgDistill.Diffusion.Tests;

/// <summary>
/// Our tokenizer against Microsoft.ML.Tokenizers' byte-pair encoder composed for CLIP: suffix, byte level, CLIP's pattern, the same
/// cleaning. One difference is left, and it is the pattern's: .NET's expressions see a letter or a number beyond U+FFFF as two
/// halves that are neither (docs/dependencies.md). Cut into words as the pattern means it, all texts agree.
/// </summary>
public class TokenizerCrossCheckTests
{
    private const int Texts = 10_000;

    // CLIP's own, openai/CLIP clip/simple_tokenizer.py; the special tokens are the library's matter.
    private const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

    private static readonly ClipTokenizer _ours = ClipTokenizer.Open(TestPaths.Fixture("clip-tokenizer"));
    private static readonly Dictionary<string, int> _special = new() { ["<|startoftext|>"] = _ours.BeginToken, ["<|endoftext|>"] = _ours.EndToken };
    private static readonly BpeTokenizer _library = Compose(new RegexPreTokenizer(new Regex(Pattern, RegexOptions.CultureInvariant), _special));
    private static readonly BpeTokenizer _libraryCutByUs = Compose(new OurWords());

    [Fact]
    public void TheReferenceTextsAgree()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(TestPaths.Fixture("tokens.json")));
        string[] texts = [.. file.RootElement.EnumerateArray().Select(e => e.GetProperty("text").GetString()!)];
        Assert.NotEmpty(texts);
        Assert.All(texts, text => Assert.Equal(_library.EncodeToIds(text), _ours.Tokens(text)));
    }

    [Fact]
    public void RandomTextsAgreeButForLettersAndNumbersBeyondThePatternsSight()
    {
        var (random, differing) = (new Random(1), 0);
        for (var n = 0; n < Texts; n++)
        {
            var text = RandomText(random);
            int[] ids = [.. _ours.Tokens(text)];
            if (!_libraryCutByUs.EncodeToIds(text).SequenceEqual(ids)) Assert.Fail($"{JsonSerializer.Serialize(text)} differs whoever cuts it");
            if (_library.EncodeToIds(text).SequenceEqual(ids)) continue;
            differing++;
            Assert.True(_ours.Clean(text).EnumerateRunes().Any(IsUnseen), $"{JsonSerializer.Serialize(text)} differs for another reason");
        }
        // Once this is 0, the library can take our encoder's place.
        Assert.InRange(differing, 1, Texts / 4);
    }

    [Fact]
    public void WhatThePatternMissesIsOneWord()
    {
        // Two Deseret letters, lower case: a word by CLIP's pattern, four halves of characters by .NET's.
        const string deseret = "\U00010428\U00010429";
        Assert.Equal([deseret], ClipTokenizer.Split(deseret));
        Assert.NotEqual(_library.EncodeToIds("a" + deseret), _ours.Tokens("a" + deseret));
    }

    private static bool IsUnseen(Rune rune) => rune.Value > char.MaxValue && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    // ASCII, European letters, the rest of the first plane (lone surrogates among it), the other planes, spaces.
    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(1, 24); length > 0; length--)
            _ = random.Next(5) switch
            {
                0 => text.Append((char)random.Next(' ', 0x7f)),
                1 => text.Append((char)random.Next(0xa0, 0x250)),
                2 => text.Append((char)random.Next(0x250, 0x10000)),
                3 => text.Append(char.ConvertFromUtf32(random.Next(0x10000, 0x110000))),
                _ => text.Append(' '),
            };
        return text.ToString();
    }

    private static BpeTokenizer Compose(PreTokenizer cut) => BpeTokenizer.Create(
        new BpeOptions(JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(TestPaths.Fixture("clip-tokenizer", "vocab.json")))!)
        {
            Merges = [.. File.ReadLines(TestPaths.Fixture("clip-tokenizer", "merges.txt")).Skip(1).Where(l => l.Length > 0)],
            ByteLevel = true,
            EndOfWordSuffix = "</w>",
            UnknownToken = "<|endoftext|>",
            SpecialTokens = _special,
            PreTokenizer = cut,
            Normalizer = new Cleaning(),
        });

    private sealed class Cleaning : Normalizer
    {
        public override string Normalize(string original) => _ours.Clean(original);
        public override string Normalize(ReadOnlySpan<char> original) => _ours.Clean(original.ToString());
    }

    private sealed class OurWords : PreTokenizer
    {
        public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
        {
            var from = 0;
            foreach (var word in ClipTokenizer.Split(text))
            {
                var at = text.IndexOf(word, from, StringComparison.Ordinal);
                yield return (at, word.Length);
                from = at + word.Length;
            }
        }

        public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());
    }
}
