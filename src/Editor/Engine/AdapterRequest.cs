using System.Globalization;

namespace SvgDistill.Editor.Engine;

/// <summary>The adapters that a command was given, as its options say them; nothing is opened yet.</summary>
public sealed record AdapterRequest
{
    /// <summary>None.</summary>
    public static AdapterRequest None { get; } = new();

    /// <summary>LoRA files, applied together.</summary>
    public IReadOnlyList<LoraChoice> Loras { get; init; } = [];
    /// <summary>Textual-inversion files.</summary>
    public IReadOnlyList<EmbeddingChoice> Embeddings { get; init; } = [];
    /// <summary>A ControlNet, or null.</summary>
    public ControlChoice? Control { get; init; }
}

/// <summary>A LoRA file and its weight.</summary>
/// <param name="Path">The file.</param>
/// <param name="Scale">Its weight.</param>
public sealed record LoraChoice(string Path, double Scale)
{
    /// <summary>Weights beyond this are typing errors: the network's numbers overflow.</summary>
    public const double Largest = 100;

    /// <summary>
    /// Reads FILE or FILE:SCALE; null where SCALE is out of range. What follows the last colon is a scale where it is a
    /// number and no file has the whole text as its name, so that drive letters and colons in names stay. FILE may be the name of
    /// a style (<see cref="StyleFolder"/>).
    /// </summary>
    public static LoraChoice? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || System.IO.Path.Exists(text)
            || !double.TryParse(text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var scale))
            return text.Length > 0 ? new(StyleFolder.Find(text), 1) : null;
        return Math.Abs(scale) <= Largest ? new(StyleFolder.Find(text[..colon]), scale) : null; // NaN is not
    }
}

/// <summary>A textual-inversion file, and the word that it is to stand for; null for the file's own.</summary>
/// <param name="Path">The file.</param>
/// <param name="Word">The word.</param>
public sealed record EmbeddingChoice(string Path, string? Word)
{
    /// <summary>
    /// Reads FILE or FILE:WORD. What follows the last colon is a word unless it goes on as a path does, or a file has the whole
    /// text as its name, or only a drive letter stands before it.
    /// </summary>
    public static EmbeddingChoice? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || System.IO.Path.Exists(text) || text.AsSpan(colon + 1).IndexOfAny('/', '\\') >= 0
            || colon == 1 && char.IsAsciiLetter(text[0]) && !File.Exists(text[..1]))
            return text.Length > 0 ? new(text, null) : null;
        return colon < text.Length - 1 && !string.IsNullOrWhiteSpace(text[(colon + 1)..]) ? new(text[..colon], text[(colon + 1)..]) : null;
    }
}

/// <summary>A ControlNet and what it follows.</summary>
/// <param name="Path">Its folder or file.</param>
/// <param name="Image">A picture's file (PNG, JPEG, WebP, GIF, BMP), of the drawing's shape or square; null for lines drawn from the source picture.</param>
/// <param name="Scale">Weight of what it adds.</param>
public sealed record ControlChoice(string Path, string? Image, double Scale);
