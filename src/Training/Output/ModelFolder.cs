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
/// output of each part. The folder is made beside its place and opened once before it goes there.
/// </summary>
internal static class ModelFolder
{
    private const string KnownTimestep = "timestep";

    // Models of other programs have the first, not the others.
    private static readonly string[] MarksOfOurs = ["model_index.json", "svgdistill.json", "selfcheck.safetensors"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(StageContext context, string autoencoderFile, string unetFile, ClipTextConfig text, double scalingFactor)
    {
        var config = context.Config;
        var output = config.Output.TrimEnd('/', '\\');
        // A name that nothing but a run that was killed here has: what is there goes.
        var temporary = output + ".svgdistill-unfinished";
        try
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            void Json(string part, string name, JsonNode json)
            {
                Directory.CreateDirectory(Path.Combine(temporary, part));
                File.WriteAllText(Path.Combine(temporary, part, name), json.ToJsonString(Indented) + "\n");
            }
            Json("", "model_index.json", ConfigWriter.Pipeline());
            Json("unet", "config.json", ConfigWriter.Unet(config.Unet));
            Json("vae", "config.json", ConfigWriter.Autoencoder(config.Autoencoder with { ScalingFactor = scalingFactor }));
            Json("text_encoder", "config.json", ConfigWriter.Text(text));
            Json("scheduler", "scheduler_config.json", ConfigWriter.Schedule(config.Schedule));
            if (config.From?.DefaultsFile is { } defaults) File.Copy(defaults, Path.Combine(temporary, "svgdistill.json"));
            else Json("", "svgdistill.json", Defaults(config));
            Directory.CreateDirectory(Path.Combine(temporary, "tokenizer"));
            foreach (var file in Directory.EnumerateFiles(context.Place("tokenizer"))) File.Copy(file, Path.Combine(temporary, "tokenizer", Path.GetFileName(file)));
            Weights(autoencoderFile, "", Path.Combine(temporary, "vae", "diffusion_pytorch_model.safetensors"));
            Weights(unetFile, "unet.", Path.Combine(temporary, "unet", "diffusion_pytorch_model.safetensors"));
            Weights(unetFile, "text.", Path.Combine(temporary, "text_encoder", "model.safetensors"));
            var subjects = context.Split.Learnt.Select(i => context.Icons[i]).SelectMany(i => i.OtherWords.Prepend(i.Subject)).Where(s => s.Length > 0).GroupBy(s => s).OrderBy(g => g.Key, StringComparer.Ordinal);
            File.WriteAllText(Path.Combine(temporary, "subjects.txt"), string.Concat(subjects.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key}\t{s.Count()}\n"))));
            using (var model = DiffusionModel.Open(temporary, new ModelOptions { Device = context.Device }))
            {
                File.WriteAllText(Path.Combine(temporary, "README.md"), Card(context, model));
                Known(context, model, Path.Combine(temporary, "selfcheck.safetensors"));
            }
            Place(temporary, output);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{output}: cannot be written: {error.Message}", error);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>Finds out, before hours of training, whether the folder may go to its place: only what this program made is replaced.</summary>
    /// <exception cref="TrainingException">Something else is there.</exception>
    public static void RequirePlace(string output)
    {
        if (File.Exists(output) || Directory.Exists(output) && !MarksOfOurs.All(name => File.Exists(Path.Combine(output, name))) && Directory.EnumerateFileSystemEntries(output).Any())
            throw new TrainingException($"{output}: something is there that is no model of this program. Name another folder as \"output\", or remove it.");
    }

    private static void Place(string temporary, string output)
    {
        RequirePlace(output);
        if (Directory.Exists(output))
        {
            var old = temporary + ".old";
            if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
            Directory.Move(output, old);
            Directory.Move(temporary, output);
            Directory.Delete(old, recursive: true);
            return;
        }
        if (Path.GetDirectoryName(output) is { } parent) Directory.CreateDirectory(parent);
        Directory.Move(temporary, output);
    }

    private static void Weights(string source, string prefix, string destination)
    {
        using var scope = NewDisposeScope();
        using var file = new SafetensorsFile(source);
        SafetensorsWriter.Write(destination, file.Tensors.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(n => n[prefix.Length..], n => file.Load(n, ScalarType.Float16)),
            new Dictionary<string, string> { ["format"] = "pt" });
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
            .Append(CultureInfo.InvariantCulture, $"| `text_encoder` | {config.Text.Tower.Layers} layers of {config.Text.Tower.Channels}, {config.Text.MaxTokens} tokens | {Millions(model.TextEncoder.ParameterCount)} |\n\n## Data\n\n")
            .Append(CultureInfo.InvariantCulture, $"{context.Split.Learnt.Length} icons, {config.Views} drawings of each; {context.Split.HeldOut.Length} held out. `subjects.txt` lists what they show.\n\n| source | style | licence |\n|---|---|---|\n");
        foreach (var source in config.Data)
            card.Append(CultureInfo.InvariantCulture, $"| {Path.GetFileName(source.Path)} | {source.Style} | {(source.Licence.Length > 0 ? source.Licence : "not given")} |\n");
        card.Append(CultureInfo.InvariantCulture, $"\n## Training\n\nAutoencoder: {config.AutoencoderPlan.Steps} steps of {config.AutoencoderPlan.Batch}; held-out PSNR {Number("vae", "psnr")} dB. ")
            .Append(CultureInfo.InvariantCulture, $"UNet and text encoder: {config.UnetPlan.Steps} steps of {config.UnetPlan.Batch}; held-out weighted loss {Number("unet", "held_out")}. AdamW, cosine, min-SNR, average of weights {config.Average}.\n");
        if (config.From is { } from) card.Append(CultureInfo.InvariantCulture, $"Begun with the weights of {from.Name} ({from.Hash[..12]}).\n");
        return card.ToString();
    }
}
