using System.Text.Encodings.Web;
using System.Text.Json;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Comparing;

/// <summary>What a reader of a report needs to repeat it, beside the command.</summary>
internal static class CompareFacts
{
    private static readonly JsonSerializerOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static IEnumerable<string> Adapters(EditSession session) =>
        EditRecord.Adapters(session.Model, session.Control)?.Select(a => a!.ToJsonString(_readable)) ?? [];

    /// <summary>A name and a value each.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(EditSession session, MeasuringTools tools)
    {
        var model = session.Model;
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Path));
        var margin = model.Defaults.FrameMargin ?? 0;
        return
        [
            ("input", $"{Path.GetFileName(session.Request.Input)}, SHA-256 {Hashes.Of(session.Document.FileBytes.Span)}"),
            ("model", $"{name}, {ModelChoice.Name(model.Unet.Type)}, SHA-256 {model.Hash}"),
            ("picture for the model", FormattableString.Invariant($"{model.ImageSize} px, margin {margin}, background {session.Background}")),
            ("pictures compared", $"{tools.Request.Side} px"),
            ("program", $"svgdistill {ProgramInfo.Version}, {TensorEngine.Version}, {Processors.Available} CPU cores"),
            .. Adapters(session).Select(a => ("adapter", a)),
            .. tools.Record.Select(t => (t.Key, t.Value!.ToJsonString(_readable))),
        ];
    }
}
