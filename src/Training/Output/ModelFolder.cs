using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Data;
using SvgDistill.Training.Stages;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Output;

/// <summary>
/// The trained model as a diffusers folder in fp16, with a card, the list of subjects, recommendations for edits, and a known input and
/// output of each part. It is opened once before it goes to its place.
/// </summary>
internal static class ModelFolder
{
    private const string KnownTimestep = "timestep", DefaultsName = "svgdistill.json", StylesKey = "styles";

    // Models of other programs have the first, not the others.
    private static readonly string[] _marksOfOurs = ["model_index.json", DefaultsName, "selfcheck.safetensors"];

    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(StageContext context, string autoencoderFile, string unetFile, ClipTextConfig text, double scalingFactor) => PlacedFolder.Write(context.Config.Output, IsOurs, folder =>
    {
        var config = context.Config;
        string Part(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        Json(folder, "model_index.json", ConfigWriter.Pipeline());
        Json(Part("unet"), "config.json", ConfigWriter.Unet(config.Unet));
        Json(Part("vae"), "config.json", ConfigWriter.Autoencoder(config.Autoencoder with { ScalingFactor = scalingFactor }));
        Json(Part("text_encoder"), "config.json", ConfigWriter.Text(text));
        Json(Part("scheduler"), "scheduler_config.json", ConfigWriter.Schedule(config.Schedule));
        WriteDefaults(context, folder);
        CopyTokenizer(context, Part("tokenizer"));
        Weights(autoencoderFile, "", Path.Combine(folder, "vae", "diffusion_pytorch_model.safetensors"));
        Weights(unetFile, "unet.", Path.Combine(folder, "unet", "diffusion_pytorch_model.safetensors"));
        Weights(unetFile, "text.", Path.Combine(folder, "text_encoder", "model.safetensors"));
        var subjects = context.Split.Learnt.Select(i => context.Icons[i]).SelectMany(i => i.OtherWords.Prepend(i.Subject)).Where(s => s.Length > 0).GroupBy(s => s).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        File.WriteAllText(Path.Combine(folder, "subjects.txt"), string.Concat(subjects.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key}\t{s.Count()}\n"))));
        // Everyday words still stand for what was taught, unless they were taught themselves.
        var words = config.From?.Words.Names.Where(w => Array.TrueForAll(subjects, s => s.Key != w.Key)).OrderBy(w => w.Key, StringComparer.Ordinal).ToArray() ?? [];
        if (words.Length > 0) File.WriteAllText(Path.Combine(folder, ModelCard.Words), string.Concat(words.Select(w => $"{w.Key}\t{w.Value}\n")));
        using var model = DiffusionModel.Open(folder, new ModelOptions { Device = context.Device });
        File.WriteAllText(Path.Combine(folder, "README.md"), Card(context, model));
        Known(context, model, Path.Combine(folder, "selfcheck.safetensors"));
    });

    /// <summary>Finds out, before hours of training, whether the folder may go to its place: only what this program made is replaced.</summary>
    /// <exception cref="TrainingException">Something else is there.</exception>
    public static void RequirePlace(string output) => PlacedFolder.RequirePlace(output, IsOurs);

    /// <summary>Writes JSON for people and programs.</summary>
    public static void Json(string folder, string name, JsonNode json) => File.WriteAllText(Path.Combine(folder, name), json.ToJsonString(_indented) + "\n");

    /// <summary>Copies the run's tokenizer into a folder.</summary>
    public static void CopyTokenizer(StageContext context, string folder)
    {
        foreach (var file in Directory.EnumerateFiles(context.Place("tokenizer"))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    /// <summary>Writes a stage's tensors whose names begin alike in fp16, without that beginning; with a mark where one is given.</summary>
    public static void Weights(string source, string prefix, string destination, string? mark = null)
    {
        using var scope = NewDisposeScope();
        using var file = new SafetensorsFile(source);
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        if (mark is not null) metadata[mark] = "train";
        SafetensorsWriter.Write(destination, file.Tensors.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(n => n[prefix.Length..], n => file.Load(n, ScalarType.Float16)), metadata);
    }

    /// <summary>A card's section on what was learnt.</summary>
    public static string Data(StageContext context)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"## Data\n\n{context.Split.Learnt.Length} icons, {context.Config.Views} drawings of each; {context.Split.HeldOut.Length} held out.");
        text.Append("\n\n| source | style | licence |\n|---|---|---|\n");
        foreach (var source in context.Config.Data)
            text.Append(CultureInfo.InvariantCulture, $"| {Path.GetFileName(source.Path)} | {source.Style} | {(source.Licence.Length > 0 ? source.Licence : "not given")} |\n");
        return text.ToString();
    }

    private static bool IsOurs(string folder) => _marksOfOurs.All(name => File.Exists(Path.Combine(folder, name)));

    // A model that goes on from another knows that one's styles, too; without new ones its file stays as it is, byte for byte.
    private static void WriteDefaults(StageContext context, string folder)
    {
        var from = context.Config.From?.DefaultsFile;
        var defaults = from is null ? Defaults(context.Config) : JsonNode.Parse(File.ReadAllText(from))!.AsObject();
        string[] known = [.. (defaults[StylesKey] as JsonArray ?? []).Select(s => (string)s!)];
        string[] taught = [.. context.Split.Learnt.Select(i => context.Icons[i].Style).Where(ModelDefaults.IsStyle).Distinct().Except(known).Order(StringComparer.Ordinal)];
        if (taught.Length > 0) defaults[StylesKey] = new JsonArray([.. known.Concat(taught).Take(ModelDefaults.MostStyles).Select(s => (JsonNode)s)]);
        if (from is not null && taught.Length == 0) File.Copy(from, Path.Combine(folder, DefaultsName));
        else Json(folder, DefaultsName, defaults);
    }

    private static JsonObject Defaults(TrainConfig config) => new()
    {
        ["image_size"] = config.ImageSize, ["frame_margin"] = config.FrameMargin, ["background"] = "#ffffff", ["prompt_suffix"] = "", ["method"] = "ids",
        ["guidance"] = 7.5, ["steps"] = 200, ["timesteps"] = new JsonArray(50, 949), ["point_rate"] = .0033, ["color_rate"] = .02,
    };

    private static void Known(StageContext context, DiffusionModel model, string path)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var icon = context.Split.HeldOut.Concat(context.Split.Learnt).First();
        var ids = tensor(model.Tokenizer.Encode(context.Icons[icon].Subject), [1, model.Tokenizer.Length], device: context.Device);
        var (image, timestep) = (context.Pictures.Load([(icon, 0)]).to(context.Device), tensor([500L], device: context.Device));
        var (hidden, latents) = (model.TextEncoder.Forward(ids).LastHiddenState, new Draws(context.Config.Seed, 0, Purpose.Sample).Normal(model.LatentShape()).to(context.Device));
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor>
        {
            ["ids"] = ids, ["text.last_hidden_state"] = hidden, ["latents"] = latents, [KnownTimestep] = timestep, ["image"] = image,
            ["noise_prediction"] = model.Denoiser.PredictNoise(latents, timestep, hidden), ["image_latents"] = model.EncodeImage(image),
            ["decoded"] = (model.Decode(latents) * 2 - 1).to(ScalarType.Float16),
        });
    }

    private static string Card(StageContext context, DiffusionModel model)
    {
        var config = context.Config;
        static string Millions(long count) => string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:f2} M");
        string Number(string stage, string what) => context.Log.Last(stage, what) is { } x ? x.ToString("g4", CultureInfo.InvariantCulture) : "not measured";
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"# {config.Name}\n\nA text-to-icon latent diffusion model of {config.ImageSize} px, made by `svgdistill train {Path.GetFileName(config.File)}`. Diffusers layout, fp16; ")
            .Append(config.Schedule.Prediction == Diffusion.Schedules.PredictionType.Epsilon ? "noise" : "velocity").Append(" prediction.\n\n| part | architecture | parameters |\n|---|---|---|\n");
        card.Append(CultureInfo.InvariantCulture, $"| `vae` | channels {string.Join('-', config.Autoencoder.Channels)}, latents {string.Join(" x ", model.LatentShape().Skip(1))} | {Millions(model.Autoencoder.ParameterCount)} |\n")
            .Append(CultureInfo.InvariantCulture, $"| `unet` | channels {string.Join('-', config.Unet.Channels)} | {Millions(model.Unet.ParameterCount)} |\n")
            .Append(CultureInfo.InvariantCulture, $"| `text_encoder` | {config.Text.Tower.Layers} layers of {config.Text.Tower.Channels}, {config.Text.MaxTokens} tokens | {Millions(model.TextEncoder.ParameterCount)} |\n\n")
            .Append(Data(context)).Append("\n`subjects.txt` lists what they show.\n");
        card.Append(CultureInfo.InvariantCulture, $"\n## Training\n\nAutoencoder: {config.AutoencoderPlan.Steps} steps of {config.AutoencoderPlan.Batch}; held-out PSNR {Number("vae", "psnr")} dB. ")
            .Append(CultureInfo.InvariantCulture, $"UNet and text encoder: {config.UnetPlan.Steps} steps of {config.UnetPlan.Batch}; held-out weighted loss {Number("unet", "held_out")}. AdamW, cosine, min-SNR, average of weights {config.Average}.\n");
        if (config.From is { } from) card.Append(CultureInfo.InvariantCulture, $"Begun with the weights of {from.Name} ({from.Hash[..12]}).\n");
        return card.ToString();
    }
}
