using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Editing;
using SvgDistill.Editor.Controlling;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Editing;

/// <summary>The record of an edit: every option as it was resolved, what was read and written, what changed.</summary>
internal static class EditRecord
{
    private const int GainDigits = 3;

    private static readonly JsonSerializerOptions _methodOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Everything that decides the result: options, input and model. A saved state belongs to one of these.</summary>
    public static JsonObject Options(EditSession session)
    {
        var (request, settings) = (session.Request, session.Settings);
        var options = new JsonObject
        {
            ["src"] = session.SourcePrompt,
            ["trg"] = request.Target,
            ["negative"] = request.Negative,
            ["method"] = session.Run.Name,
            ["method_options"] = Serialized(session.Run.Options),
            ["steps"] = session.Steps,
            ["seed"] = request.Seed,
            ["point_rate"] = settings.PointRate,
            ["color_rate"] = settings.ColorRate,
            ["fairness"] = settings.Fairness,
            ["anchor_shape"] = settings.AnchorShape,
            ["filter_width"] = settings.FilterWidth,
            ["background"] = session.Background,
            ["precision"] = ModelChoice.Name(session.Model.Unet.Type),
            ["device"] = request.Device ?? "cpu",
            ["image_size"] = session.Model.ImageSize,
            ["prediction"] = ModelChoice.Name(session.Model.Schedule.Config.Prediction),
            ["frame_margin"] = session.Model.Defaults.FrameMargin ?? 0,
            ["prompt_suffix"] = session.Model.Defaults.PromptSuffix ?? "",
            ["optimize"] = Names(request.Scene.Optimize),
            ["move"] = request.Scene.Move.ToString().ToLowerInvariant(),
            ["only"] = Names(request.Scene.Only),
            ["lock"] = Names(request.Scene.Lock),
            ["lock_colors"] = Names(request.Scene.LockColors),
            ["free_shapes"] = request.Scene.FreeShapes,
            ["symmetry"] = request.Symmetry.ToString().ToLowerInvariant(),
            ["clean"] = request.Clean,
            ["prune"] = request.Prune,
            ["add_paths"] = session.AddPaths,
            ["restructure"] = request.Restructure,
            ["pictures"] = request.Pictures,
            ["refine"] = request.Refine,
            ["simplify"] = request.Simplify,
        };
        if (session.Clip is { } clip) options["clip_guidance"] = new JsonObject { ["options"] = JsonSerializer.SerializeToNode(clip, _methodOptions), ["model"] = IconClip.Shared!.Network.Hash };
        if (request.Style is not (null or PromptStyle.No)) options["style"] = session.Style.Name;
        if (request.Still != new DrawingEditOptions().Still) options["still"] = request.Still;
        if (request.KeepBest) options["keep_best"] = true;
        if (request.PutBack) options["put_back"] = true;
        if (!request.Losses) options["losses"] = false;
        if (session.Limits.Record is { } limits) options["limits"] = limits;
        if (request.Maker != MakerRequest.None)
            options["maker"] = new JsonObject
            {
                ["units"] = request.Maker.Units, ["min_feature"] = request.Maker.MinFeature, ["widen"] = request.Maker.Widen, ["separate_colors"] = request.Maker.SeparateColors,
            };
        if (RunRecord.Resources(session.Svg) is { } resources) options["resources"] = resources;
        if (session.Request.OutlineText) options["outline_text"] = true;
        if (RunRecord.Fonts(session.Fonts) is { } fonts) options["fonts"] = fonts;
        if (Adapters(session.Model, session.Control) is { } adapters) options["adapters"] = adapters;
        if (session.LoraPlace is { } place) options["lora_in"] = LoraPlaces.Name(place);
        return options;
    }

    /// <summary>LoRA files, embeddings and the ControlNet, each with its hash and scale; null where there are none.</summary>
    public static JsonArray? Adapters(DiffusionModel model, ControlGuide? guide)
    {
        var adapters = AdapterLoader.Record(model);
        if (guide is not { } control) return adapters;
        adapters ??= [];
        adapters.Add((JsonNode)control.Record.DeepClone());
        return adapters;
    }

    /// <summary>The options that a method runs with.</summary>
    public static JsonArray Serialized(IEnumerable<object> options) =>
        new([.. options.Select(o => JsonSerializer.SerializeToNode(o, o.GetType(), _methodOptions))]);

    /// <summary>What a saved state is bound to, as one text.</summary>
    public static string RunKey(EditSession session) => new JsonObject
    {
        ["options"] = Options(session),
        ["input"] = Hashes.Of(session.Document.ToBytes()),
        ["model"] = session.Model.Hash,
    }.ToJsonString();

    /// <summary>The record.</summary>
    public static RunRecord Create(EditSession session, EditResult result, ReadOnlySpan<byte> output, JsonObject? metrics, JsonObject timing) => new("edit", Options(session))
    {
        ["engine"] = new JsonObject { ["version"] = TensorEngine.Version, ["threads"] = TensorEngine.Threads },
        ["model"] = ModelChoice.Record(session.Model),
        ["input"] = RunRecord.File(session.Request.Input, session.Document.FileBytes.Span),
        // Its name is the record's own without ".json".
        ["output"] = new JsonObject { ["bytes"] = output.Length, ["sha256"] = Hashes.Of(output) },
        ["steps_done"] = result.Steps,
        ["interrupted"] = result.Interrupted,
        ["notes"] = Names([.. session.Notes, .. session.PromptNotes]),
        ["style_check"] = session.Style.Record,
        ["source_check"] = session.SourceCheck?.Record,
        ["strength_gains"] = session.Ending.Scale.Gains is { Count: > 0 } gains ? new JsonArray([.. gains.Select(g => (JsonNode)FollowUp.Rounded(g, GainDigits))]) : null,
        ["cleaning"] = session.Finished is { } finished ? JsonSerializer.SerializeToNode(finished, _methodOptions) : null,
        ["thin_features"] = session is { Ended: { } ended, Request.Maker: { MinFeature: not null } maker } ? ThinFeatures(ended, maker) : null,
        ["added"] = session.Grown is { } grown ? new JsonObject { ["groups"] = Names(grown.Groups), ["shapes"] = grown.Added.Count } : null,
        ["metrics"] = metrics,
        ["timing"] = timing,
    };

    // Widths in the unit that was asked in, places in CSS pixels of the drawing.
    private static JsonObject ThinFeatures(FinishedEdit ended, MakerRequest maker) => new()
    {
        ["below"] = new JsonArray([.. ended.ThinFeatures.Select(f => (JsonNode)new JsonObject
        {
            ["element"] = f.Element?.TagName, ["id"] = f.Element?.Id, ["line"] = f.Element?.Line, ["kind"] = f.IsStroke ? "stroke" : "fill",
            ["width"] = FollowUp.Rounded(f.Width / MakerRequest.Pixels[maker.Units], 4), ["x"] = FollowUp.Rounded(f.At.X, 2), ["y"] = FollowUp.Rounded(f.At.Y, 2),
        })]),
        ["widened"] = ended.Widened,
    };

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(n => (JsonNode)n)]);

    private static JsonArray Names(OptimizeKinds kinds) =>
        Names(OptimizeWords.All.Where(w => kinds.HasFlag(w.Kind)).Select(w => w.Word));
}
