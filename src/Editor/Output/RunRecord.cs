using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Editor.Output;

/// <summary>
/// The record that stands beside a result (<c>OUT.svg.json</c>) and is printed with <c>--json</c>: what was asked, with what,
/// and what came out. Two runs of the same command on the same files give the same record but for <c>timing</c>.
/// </summary>
internal sealed class RunRecord
{
    /// <summary>Raised when a field changes its meaning or goes; fields may be added without.</summary>
    public const int SchemaVersion = 1;

    // Relaxed: prompts stay readable; the text is a file of its own, never part of a page.
    private static readonly JsonSerializerOptions _format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _root;

    public RunRecord(string command, JsonObject options)
    {
        _root = new JsonObject
        {
            ["schema_version"] = SchemaVersion,
            ["command"] = command,
            ["options"] = options,
            ["program"] = new JsonObject { ["name"] = "svgdistill", ["version"] = ProgramInfo.Version },
        };
    }

    /// <summary>A top-level field.</summary>
    public JsonNode? this[string name]
    {
        get => _root[name];
        set => _root[name] = value;
    }

    /// <summary>A file that was read or written: its name (without folders, which differ between machines), size and hash.</summary>
    public static JsonObject File(string path, ReadOnlySpan<byte> bytes) => new()
    {
        ["file"] = Path.GetFileName(path),
        ["bytes"] = bytes.Length,
        ["sha256"] = Hashes.Of(bytes),
    };

    /// <summary>The files beside a drawing that were read for it; null where there are none.</summary>
    public static JsonArray? Resources(SvgScene svg) => svg.Resources.IsEmpty ? null
        : new([.. svg.Resources.Select(r => (JsonNode)new JsonObject { ["address"] = r.Address, ["sha256"] = r.Sha256 })]);

    /// <summary>The font files that text is drawn with, each with its hash; null where there are none.</summary>
    public static JsonArray? Fonts(ImmutableArray<FontFile> fonts) => fonts.IsEmpty ? null : new(
        [.. fonts.Select(f => (JsonNode)new JsonObject { ["file"] = Path.GetFileName(f.Path), ["family"] = f.Family, ["sha256"] = f.Sha256 })]);

    /// <summary>The record as UTF-8 JSON with a final line end.</summary>
    public override string ToString() => Text(_root);

    /// <summary>A record's fields as its file has them.</summary>
    public static string Text(JsonObject fields) => fields.ToJsonString(_format) + "\n";
}
