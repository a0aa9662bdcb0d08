using System.Text.Json.Nodes;
using SvgDistill.Distill.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Restoring;

/// <summary>The record of a restoration: every option as it was resolved, what was read and written, how near it came.</summary>
internal static class RestoreRecord
{
    /// <summary>What a saved state is bound to, as one text.</summary>
    public static string RunKey(RestoreSession session) => new JsonObject
    {
        ["command"] = session.Request.Command,
        ["options"] = Options(session),
        ["input"] = Hashes.Of(session.Input.Bytes),
        ["model"] = session.Model.Hash,
    }.ToJsonString();

    /// <summary>The record.</summary>
    public static RunRecord Create(RestoreSession session, EditResult result, byte[] output, JsonObject metrics, JsonObject timing) =>
        new(session.Request.Command, Options(session))
        {
            ["engine"] = new JsonObject { ["version"] = TensorEngine.Version, ["threads"] = TensorEngine.Threads },
            ["model"] = ModelChoice.Record(session.Model),
            ["input"] = RunRecord.File(session.Request.Input, session.Input.Bytes),
            ["output"] = new JsonObject { ["bytes"] = output.Length, ["sha256"] = Hashes.Of(output) },
            ["steps_done"] = result.Steps,
            ["interrupted"] = result.Interrupted,
            ["metrics"] = metrics,
            ["timing"] = timing,
        };

    private static JsonObject Options(RestoreSession session)
    {
        var (request, settings) = (session.Request, session.Settings);
        var options = new JsonObject
        {
            ["degradation"] = request.Degradation.Description,
            ["factor"] = request.Factor,
            ["trg"] = request.Target,
            ["negative"] = request.Negative,
            ["prompt_suffix"] = request.Target is null ? null : session.Suffix,
            ["paths"] = request.Paths,
            ["start"] = request.Start.ToString().ToLowerInvariant(),
            ["steps"] = request.Steps,
            ["seed"] = request.Seed,
            ["gamma"] = settings.Gamma,
            ["point_rate"] = settings.PointRate,
            ["color_rate"] = settings.ColorRate,
            ["guidance"] = request.Target is null ? null : settings.Guidance,
            ["t_range"] = settings.Timesteps.ToString(),
            ["eta"] = session.MethodOptions.Eta,
            ["fairness"] = settings.Fairness,
            ["self_intersection"] = settings.SelfIntersection,
            ["background"] = session.Background,
            ["precision"] = ModelChoice.Name(session.Model.Unet.Type),
            ["device"] = request.Device ?? "cpu",
            ["image_size"] = session.Model.ImageSize,
            ["frame_margin"] = session.Model.Defaults.FrameMargin ?? 0,
        };
        var adapters = AdapterLoader.Record(session.Model) ?? [];
        if (session.Control is { } control) adapters.Add((JsonNode)control.Record.DeepClone());
        if (adapters.Count > 0) options["adapters"] = adapters;
        return options;
    }
}
