using System.Text.Json.Nodes;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor;

/// <summary>What an edit gave.</summary>
public sealed class EditedDrawing
{
    internal EditedDrawing() { }

    /// <summary>The SVG file.</summary>
    public required ReadOnlyMemory<byte> Svg { get; init; }

    /// <summary>The record: what was asked, with what, and what came out, as JSON; null where it could not be made (a note says why).</summary>
    public required string? Record { get; init; }

    /// <summary>What the edit changed; the record's <c>metrics</c>.</summary>
    public required JsonObject Metrics { get; init; }

    /// <summary>Steps done.</summary>
    public required int Steps { get; init; }

    /// <summary>Whether it was stopped before the last step; the drawing is what had been reached.</summary>
    public required bool Interrupted { get; init; }

    /// <summary>What the model sees is not drawn as the file means it: one sentence a kind.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Writes the SVG, and its record beside it (<c>FILE.json</c>); what stood there is replaced, each file whole or not at all.</summary>
    /// <param name="path">The file; compressed where it ends in <c>.svgz</c>.</param>
    /// <exception cref="EditorException">It cannot be written.</exception>
    public void Save(string path)
    {
        var files = ResultFiles.At(path);
        Outputs.Replace(files.Result, files.Packed(Svg.ToArray()));
        if (Record is not null) files.WriteRecord(Record);
    }
}
