using System.Text.Json.Nodes;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Svg;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Imaging;

/// <summary>What <c>image</c> and <c>inpaint</c> share: the picture in the model's square, the loaded model, the texts.</summary>
internal sealed class PictureSession : IDisposable
{
    private const int Digits = 5;

    private readonly SharedModel _shared;

    private PictureSession(EditRequest request, string negative, PictureInput input, SharedModel shared)
    {
        (Request, _shared) = (request, shared);
        var defaults = Model.Defaults;
        Background = request.Background ?? defaults.Background ?? "#ffffff";
        Frame = new PictureFrame(input, Model.ImageSize, defaults.FrameMargin ?? 0, Background,
            new SceneOptions { Fonts = request.Scene.Fonts, Resources = request.Scene.Resources });
        Source = PromptWords.Source(request.Source, Frame.Title, request.Input);
        Request = request with { Target = PromptWords.Filled(request.Target, Source) };
        Negative = negative;
        var suffix = defaults.PromptSuffix ?? "";
        LoraPlace = request.Via is { } method ? LoraPlaces.Of(request.LoraPlace, Model, method) : null;
        Prompts = new Prompts(Source + suffix, Request.Target + suffix, PromptWords.Filled(negative, Source + suffix), shared.Embed, Model.Tokenize,
            LoraPlaces.BaseEncoder(LoraPlace, Model));
        Image = Frame.ToTensor().to(Model.Unet.Device);
        Control = ControlGuide.Open(request.Adapters.Control, Model, Model.ImageSize, Image.ToPicture, Frame.Box, shared.Control(request.Adapters.Control));
        Denoiser = LoraPlaces.Denoiser(LoraPlace, ControlGuide.Guided(Model, Control, request.Via?.Descent), Model.Schedule, Prompts);
    }

    /// <summary>What was asked.</summary>
    public EditRequest Request { get; }
    /// <summary>The picture's place in the model's square.</summary>
    public PictureFrame Frame { get; }
    /// <summary>The picture, [1,3,S,S], on the model's device.</summary>
    public Tensor Image { get; }
    /// <summary>The model.</summary>
    public DiffusionModel Model => _shared.Model;
    /// <summary>Where the model's LoRAs are; null where it has none, or nothing is compared.</summary>
    public LoraPlace? LoraPlace { get; }
    /// <summary>The network, which counts its work.</summary>
    public Denoiser Denoiser { get; }
    /// <summary>The ControlNet with its picture; null where none was asked for.</summary>
    public ControlGuide? Control { get; }
    /// <summary>The encoded texts.</summary>
    public Prompts Prompts { get; }
    /// <summary>The source prompt, without the model's suffix.</summary>
    public string Source { get; }
    /// <summary>The null text.</summary>
    public string Negative { get; }
    /// <summary>The CSS colour beside and behind the picture.</summary>
    public string Background { get; }
    /// <summary>The model as an edit takes it.</summary>
    public PictureModel PictureModel => new(Denoiser, Prompts, image => Model.EncodeImage(image), z => Model.Decode(z), Control?.Condition);

    /// <summary>Reads the picture and loads the model.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="negative">The null text.</param>
    /// <param name="reporter">Where notes go.</param>
    /// <param name="texts">Prompts whose words the model should know.</param>
    public static PictureSession Open(EditRequest request, string negative, IReporter reporter, params string[] texts)
    {
        var input = PictureInput.Read(request.Input);
        var shared = SharedModel.Open(request);
        try
        {
            var session = new PictureSession(request, negative, input, shared);
            foreach (var note in session.Frame.Notes) reporter.Note(note);
            ModelChoice.NotePrompts(reporter, session.Model, texts);
            ModelChoice.NoteCutText(reporter, session.Model, negative);
            return session;
        }
        catch
        {
            shared.Dispose();
            throw;
        }
    }

    /// <summary>A text's embedding, with the model's suffix; the session's.</summary>
    public Tensor Embedding(string text) => Prompts.Of(text + (Model.Defaults.PromptSuffix ?? ""));

    /// <summary>A mask in the square, on the model's device.</summary>
    public Tensor Mask(string mask) => Frame.Mask(mask).to(Model.Unet.Device);

    /// <summary>The options that both commands have, for records.</summary>
    public JsonObject Options()
    {
        var options = Common();
        if (EditRecord.Adapters(Model, Control) is { } adapters) options["adapters"] = adapters;
        if (LoraPlace is { } place) options["lora_in"] = LoraPlaces.Name(place);
        return options;
    }

    private JsonObject Common() => new()
    {
        ["src"] = Source,
        ["trg"] = Request.Target.Length > 0 ? Request.Target : null,
        ["negative"] = Negative,
        ["seed"] = Request.Seed,
        ["background"] = Background,
        ["precision"] = ModelChoice.Name(Model.Unet.Type),
        ["device"] = Request.Device ?? "cpu",
        ["image_size"] = Model.ImageSize,
        ["frame_margin"] = Model.Defaults.FrameMargin ?? 0,
        ["prediction"] = ModelChoice.Name(Model.Schedule.Config.Prediction),
        ["prompt_suffix"] = Model.Defaults.PromptSuffix ?? "",
    };

    /// <summary>What decides the result, as one text.</summary>
    public string RunKey(JsonObject options) => new JsonObject
    {
        ["options"] = options.DeepClone(), ["input"] = Hashes.Of(Frame.Bytes), ["model"] = Model.Hash, ["fonts"] = RunRecord.Fonts(Frame.Fonts),
    }.ToJsonString();

    /// <summary>The record of a run.</summary>
    public RunRecord Record(string command, JsonObject options, JsonObject metrics, byte[] output) => new(command, options)
    {
        ["engine"] = new JsonObject { ["version"] = TensorEngine.Version, ["threads"] = TensorEngine.Threads },
        ["model"] = ModelChoice.Record(Model),
        ["input"] = RunRecord.File(Request.Input, Frame.Bytes),
        ["fonts"] = RunRecord.Fonts(Frame.Fonts),
        ["output"] = new JsonObject { ["bytes"] = output.Length, ["sha256"] = Hashes.Of(output) },
        ["notes"] = new JsonArray([.. Frame.Notes.Select(n => (JsonNode)n)]),
        ["metrics"] = metrics,
    };

    public void Dispose()
    {
        Control?.Dispose();
        Image.Dispose();
        Prompts.Dispose();
        Denoiser.Dispose();
        _shared.Dispose();
    }

    /// <summary>How near the result is to the source, in the model's square; null for what cannot be measured.</summary>
    public JsonObject Metrics(Tensor picture, FollowUp after)
    {
        var same = false;
        var psnr = after.Measure("PSNR", Digits, () => Psnr.Measure(Image.ToPicture(), picture.ToPicture()) is var db && (same = double.IsPositiveInfinity(db)) ? 0 : db);
        return new JsonObject
        {
            ["psnr_db"] = same ? null : psnr, // equal pictures have no ratio
            ["ssim"] = after.Measure("SSIM", Digits, () => Ssim.Measure(Image.ToPicture(), picture.ToPicture())),
        };
    }
}
