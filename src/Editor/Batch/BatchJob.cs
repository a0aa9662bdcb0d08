using System.Text;
using System.Text.Json.Nodes;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Batch;

/// <summary>A job of a batch.</summary>
/// <param name="Line">Its line in the list.</param>
/// <param name="Name">The name that its row gives it; null where it gives none.</param>
/// <param name="Words">What decides its result, as arguments of <c>edit</c>, the input as the list has it.</param>
/// <param name="Input">The input as the list has it.</param>
/// <param name="Request">The edit; null where its row asks for none that can be made.</param>
/// <param name="Error">Why it cannot.</param>
internal sealed record BatchJob(int Line, string? Name, IReadOnlyList<string> Words, string Input, EditRequest? Request, string? Error)
{
    /// <summary>Its folder: the name, else input, target and a part of a hash of all words. Equal rows are one job.</summary>
    public string Id => Name ?? $"{Word(Path.GetFileNameWithoutExtension(Input))}.{Word(Request?.Target ?? "")}.{WordsHash[..8]}";

    /// <summary>What a finished run must have been made by, so that it counts: the words and the input's bytes.</summary>
    public string Key(ReadOnlySpan<byte> input) => Hashes.Of(Encoding.UTF8.GetBytes(WordsHash + Hashes.Of(input)));

    // Letters of three bytes would make a name that no file system takes.
    private static string Word(string text) => OutputNames.Cut(OutputNames.Slug(text), 100);

    private string WordsHash { get; } = Hashes.Of(Encoding.UTF8.GetBytes(new JsonArray([.. Words.Select(w => (JsonNode)w)]).ToJsonString()));
}

/// <summary>A part of a batch's jobs.</summary>
/// <param name="Number">Which, counted from 1.</param>
/// <param name="Count">Of how many.</param>
internal sealed record BatchShard(int Number, int Count)
{
    /// <summary>Whether the job at a place of the list, counted from 0, is its.</summary>
    public bool Has(int place) => place % Count == Number - 1;

    /// <summary>Reads I/N; null where it is none.</summary>
    public static BatchShard? Parse(string text) => text.Split('/') is [var number, var count]
        && int.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var i)
        && int.TryParse(count, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var n)
        && i >= 1 && i <= n ? new(i, n) : null;
}
