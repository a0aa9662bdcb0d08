namespace SvgDistill.Rasterizer.Svg.Xml;

/// <summary>
/// A piece of the document's text with its references resolved: an attribute's value or a run of character data.
/// </summary>
internal sealed class SourceText
{
    /// <summary>
    /// The text, entity and character references replaced. Line ends and white space stay as written.
    /// </summary>
    public required string Value { get; init; }
    /// <summary>Where the written form begins in the document's characters.</summary>
    public required int Start { get; init; }
    /// <summary>How many characters the written form takes.</summary>
    public required int RawLength { get; init; }
    /// <summary>True where the written form is the value, so that a part of it can be replaced in place.</summary>
    public required bool IsVerbatim { get; init; }
    /// <summary>False where it stands in an entity's text, which several places share.</summary>
    public required bool IsEditable { get; init; }
    /// <summary>The quotation mark around it, or '\0' for character data.</summary>
    public char Quote { get; init; }
}

/// <summary>A part of a <see cref="SourceText"/>, in positions of its value.</summary>
internal readonly record struct SourceSpan(SourceText Text, int Start, int Length)
{
    /// <summary>The part's characters.</summary>
    public ReadOnlySpan<char> Characters => Text.Value.AsSpan(Start, Length);

    /// <summary>A part of this part.</summary>
    public SourceSpan Slice(int start, int length) => new(Text, Start + start, length);
}
