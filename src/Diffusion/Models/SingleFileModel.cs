using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;

namespace SvgDistill.Diffusion.Models;

/// <summary>
/// Reads a single-file checkpoint with the original names. The architecture comes from the tensors' shapes, never from
/// the file's name. What shapes cannot tell follows the published models: 1.x has 8 heads everywhere and predicts noise;
/// 2.x, known by its linear projections, has heads of 64 channels, OpenCLIP's text encoder (exact GELU, padding by "!")
/// and predicts velocity unless told otherwise. Models too narrow for that (this project's tiny ones) have 8 normalisation
/// groups where 32 do not divide a width, heads of 8 channels in a 2.x UNet, and 4 heads in the text encoder. A file
/// that carries <c>svgdistill.config</c> in its metadata, as <c>model convert</c> writes it, needs none of these rules.
/// </summary>
internal static class SingleFileModel
{
    private const string Advice = "Use a Stable Diffusion 1.x or 2.x checkpoint, or the embedded prior";

    public const string ConfigKey = "svgdistill.config";

    public static ModelFiles Read(string path, PredictionType? prediction)
    {
        var file = new SafetensorsFile(path);
        try
        {
            Recognise(file);
            var names = new OriginalNames(file.Tensors.Keys);
            var parameters = Translate(file, names);
            var embedded = file.Metadata.TryGetValue(ConfigKey, out var text) ? JsonConfig.Parse(path, text) : null;
            var shapes = new ArchitectureFromShapes(path, parameters, names);
            var unet = embedded?.Object("unet") is { } u ? UnetConfig.Read(u) : shapes.Unet();
            var textConfig = embedded?.Object("text_encoder") is { } t ? ClipTextConfig.Read(t) : shapes.Text();
            var schedule = embedded?.Object("scheduler") is { } s ? ScheduleConfig.Read(s) : new ScheduleConfig
            {
                StepsOffset = 1,
                Prediction = shapes.IsSecondGeneration ? PredictionType.Velocity : PredictionType.Epsilon,
            };
            // Marks that checkpoints of other programs carry, without numbers in them.
            if (file.Tensors.ContainsKey("ztsnr")) throw new ModelException(path, "schedules that end in pure noise are not supported", "ztsnr");
            if (embedded is null && file.Tensors.ContainsKey("v_pred")) schedule = schedule with { Prediction = PredictionType.Velocity };
            if (prediction is { } given) schedule = schedule with { Prediction = given };
            return new ModelFiles
            {
                Path = path,
                Layout = "single file",
                Unet = embedded is not null ? unet
                    : unet with { SampleSize = schedule.Prediction == PredictionType.Velocity ? 96 : 64 },
                Autoencoder = embedded?.Object("vae") is { } v ? AutoencoderConfig.Read(v) : shapes.Autoencoder(),
                Text = textConfig,
                Schedule = schedule,
                Tokenizer = ClipTokenizer.OpenBuiltIn(textConfig.MaxTokens,
                    embedded?.Object("tokenizer")?.Text("pad_token") ?? (shapes.IsPublishedOpenClip ? "!" : null)),
                Parameters = parameters,
                Open = [file],
                Files = [System.IO.Path.GetFileName(path)],
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Says what a file is when it is not a checkpoint that can be used.</summary>
    private static void Recognise(SafetensorsFile file)
    {
        bool Any(params string[] parts) => file.Tensors.Keys.Any(name => parts.Any(p => name.Contains(p, StringComparison.Ordinal)));
        string? problem = null;
        if (Any("conditioner.embedders.", "model.diffusion_model.label_emb."))
            problem = "SDXL checkpoints have two text encoders and are not supported";
        else if (Any("joint_blocks.", "double_blocks.", "single_transformer_blocks.", "transformer_blocks.0.attn.add_k_proj"))
            problem = "flow-matching models (SD3, Flux) are not supported";
        else if (Any("lora_up", "lora_A", "lora.up", "lora_B", "lora_down"))
            throw new ModelException(file.Path, "it holds LoRA adapters, not a model", remedy: "Give the base model with --model and this file with --lora");
        else if (Any("controlnet_cond_embedding", "control_model."))
            throw new ModelException(file.Path, "it holds a ControlNet, not a model", remedy: "Give the base model with --model");
        else if (!Any(OriginalNames.UnetPrefix))
            throw new ModelException(file.Path, "it is no Stable Diffusion checkpoint: there is no " + OriginalNames.UnetPrefix + "*",
                remedy: "Give a whole checkpoint, or the model's folder");
        else if (!Any(OriginalNames.TextPrefix) || !Any(OriginalNames.AutoencoderPrefix))
            throw new ModelException(file.Path, "it holds the UNet only: text encoder or autoencoder are missing", remedy: "Give a whole checkpoint");
        if (problem is not null) throw new ModelException(file.Path, problem, remedy: Advice);
    }

    private static Dictionary<ModelPart, IReadOnlyDictionary<string, StoredParameter>> Translate(SafetensorsFile file, OriginalNames names)
    {
        var parts = Enum.GetValues<ModelPart>().ToDictionary(p => p, _ => new Dictionary<string, StoredParameter>(StringComparer.Ordinal));
        foreach (var entry in file.Tensors.Values)
        {
            try
            {
                foreach (var (part, name, third) in names.Translate(entry.Name))
                {
                    var rows = entry.Shape.Count == 0 ? 0 : entry.Shape[0] / 3;
                    if (!parts[part].TryAdd(name, third < 0 ? new StoredParameter(file, entry) : new StoredParameter(file, entry, third * rows, rows)))
                        throw new ModelException(file.Path, $"it holds this parameter twice, the other time as {parts[part][name].Entry.Name}", entry.Name);
                }
            }
            catch (KeyNotFoundException error)
            {
                throw new ModelException(file.Path, "a Stable Diffusion 1.x or 2.x checkpoint has no such tensor", entry.Name, Advice, error);
            }
        }
        return parts.ToDictionary(p => p.Key, p => (IReadOnlyDictionary<string, StoredParameter>)p.Value);
    }
}
