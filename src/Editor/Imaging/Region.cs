using System.Text.Json.Nodes;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Imaging;

/// <summary>A part of a picture and what it should show, as <c>--region MASK=PROMPT</c> says it.</summary>
/// <param name="Mask">A picture, <c>#id</c> or <c>FILE.svg#id</c>.</param>
/// <param name="Prompt">The text.</param>
internal sealed record Region(string Mask, string Prompt)
{
    /// <summary>As records name it: the mask's file with its hash, where it is one, and the text.</summary>
    public JsonObject Record()
    {
        return new JsonObject
        {
            ["mask"] = Path.GetFileName(Mask), ["sha256"] = File is { } file ? Hashes.Of(InputFile.Picture(file)) : null, ["prompt"] = Prompt,
        };
    }

    /// <summary>The mask's file; null where it is an element of the picture itself.</summary>
    public string? File => Mask.Split('#')[0] is { Length: > 0 } file ? file : null;

    /// <summary>Reads MASK=PROMPT; null where there is no sign, or nothing before or after it.</summary>
    public static Region? Parse(string text) =>
        text.IndexOf('=') is var sign && sign > 0 && !string.IsNullOrWhiteSpace(text[(sign + 1)..]) ? new(text[..sign], text[(sign + 1)..]) : null;
}
