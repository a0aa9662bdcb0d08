using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;

namespace SvgDistill.Diffusion.Models;

/// <summary>Reads a diffusers folder: model_index.json and one folder a part.</summary>
internal static class FolderModel
{
    private const string Advice = "Use a Stable Diffusion 1.x or 2.x model, or the embedded prior";

    public static ModelFiles Read(string path, PredictionType? prediction)
    {
        CheckPipeline(path);
        var open = new List<SafetensorsFile>();
        try
        {
            var text = ClipTextConfig.Read(Config(path, "text_encoder", "config.json"));
            var schedule = ScheduleConfig.Read(Config(path, "scheduler", "scheduler_config.json"));
            var defaults = System.IO.Path.Combine(path, "svgdistill.json");
            var model = new ModelFiles
            {
                Path = path,
                Layout = "diffusers folder",
                Unet = UnetConfig.Read(Config(path, "unet", "config.json")),
                Autoencoder = AutoencoderConfig.Read(Config(path, "vae", "config.json")),
                Text = text,
                Schedule = prediction is { } given ? schedule with { Prediction = given } : schedule,
                Tokenizer = ClipTokenizer.Open(System.IO.Path.Combine(path, "tokenizer"), text.MaxTokens),
                Aliases = PromptAliases.Read(path),
                Defaults = File.Exists(defaults) ? ModelDefaults.Read(JsonConfig.Read(defaults)) : ModelDefaults.None,
                Parameters = new Dictionary<ModelPart, IReadOnlyDictionary<string, StoredParameter>>
                {
                    [ModelPart.Unet] = Parameters(ModelPart.Unet, WeightFiles(path, "unet", "diffusion_pytorch_model", open)),
                    [ModelPart.Autoencoder] = Parameters(ModelPart.Autoencoder, WeightFiles(path, "vae", "diffusion_pytorch_model", open)),
                    [ModelPart.TextEncoder] = Parameters(ModelPart.TextEncoder, WeightFiles(path, "text_encoder", "model", open)),
                },
                Open = open,
                Files = [.. Used(path, open)],
            };
            return model;
        }
        catch
        {
            foreach (var file in open) file.Dispose();
            throw;
        }
    }

    /// <summary>The parameters of some files under their current names.</summary>
    public static Dictionary<string, StoredParameter> Parameters(ModelPart part, IEnumerable<SafetensorsFile> files)
    {
        var parameters = new Dictionary<string, StoredParameter>(StringComparer.Ordinal);
        foreach (var file in files)
            foreach (var entry in file.Tensors.Values)
                if (DiffusersNames.Current(part, entry.Name) is { } name && !parameters.TryAdd(name, new StoredParameter(file, entry)))
                    throw new ModelException(file.Path, $"it holds this parameter twice, the other time as {parameters[name].Entry.Name}", entry.Name);
        return parameters;
    }

    /// <summary>
    /// The safetensors files of a part: the plain name, else the fp16 variant, else the shards that an index lists.
    /// </summary>
    public static IReadOnlyList<SafetensorsFile> WeightFiles(string path, string part, string name, List<SafetensorsFile> open)
    {
        var folder = System.IO.Path.Combine(path, part);
        var before = open.Count;
        foreach (var candidate in new[] { $"{name}.safetensors", $"{name}.fp16.safetensors" })
        {
            if (!File.Exists(System.IO.Path.Combine(folder, candidate))) continue;
            open.Add(new SafetensorsFile(System.IO.Path.Combine(folder, candidate)));
            return open[before..];
        }
        var index = System.IO.Path.Combine(folder, $"{name}.safetensors.index.json");
        if (File.Exists(index))
        {
            var map = JsonConfig.Read(index).Object("weight_map") ?? throw new ModelException(index, "the key is missing", "weight_map");
            foreach (var shard in map.Keys.Select(key => map.Text(key) ?? throw map.Wrong(key, "a file's name")).Distinct().Order(StringComparer.Ordinal))
            {
                if (shard != System.IO.Path.GetFileName(shard)) throw new ModelException(index, "a file in another folder", shard);
                open.Add(new SafetensorsFile(System.IO.Path.Combine(folder, shard)));
            }
            return open[before..];
        }
        var pickled = Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.bin").Any();
        throw new ModelException(folder, $"there is no {name}.safetensors", remedy: pickled
            ? "Its weights are pickled (.bin); get the model's safetensors files" : "The model folder is incomplete");
    }

    private static JsonConfig Config(string path, string part, string name) =>
        JsonConfig.Read(System.IO.Path.Combine(path, part, name));

    /// <summary>Says what a folder is when it is not a model that can be used.</summary>
    private static void CheckPipeline(string path)
    {
        var index = System.IO.Path.Combine(path, "model_index.json");
        if (!File.Exists(index))
        {
            if (Directory.Exists(System.IO.Path.Combine(path, "unet"))) return; // Parts without an index are enough.
            var config = System.IO.Path.Combine(path, "config.json");
            var part = File.Exists(config) ? JsonConfig.Read(config).Text("_class_name") : null;
            throw part is null
                ? new ModelException(path, "it is no model folder: there is no model_index.json and no unet folder", remedy: Advice)
                : new ModelException(path, $"it holds one part only ({part})", remedy: "Give the folder that has model_index.json");
        }
        var pipeline = JsonConfig.Read(index).Text("_class_name", "");
        string? problem = pipeline switch
        {
            _ when pipeline.Contains("StableDiffusionXL", StringComparison.Ordinal) => "SDXL models have two text encoders and are not supported",
            _ when pipeline.Contains("StableDiffusion3", StringComparison.Ordinal) || pipeline.Contains("Flux", StringComparison.Ordinal)
                => "flow-matching models (SD3, Flux) are not supported",
            _ when pipeline.Contains("Inpaint", StringComparison.Ordinal) || pipeline.Contains("Pix2Pix", StringComparison.Ordinal)
                || pipeline.Contains("Depth", StringComparison.Ordinal) || pipeline.Contains("Upscale", StringComparison.Ordinal)
                => "models made for inpainting, depth, upscaling or instructions are not supported",
            _ when pipeline.StartsWith("StableDiffusion", StringComparison.Ordinal) => null,
            _ => $"'{pipeline}' is no Stable Diffusion pipeline",
        };
        if (problem is not null) throw new ModelException(index, problem, "_class_name", Advice);
    }

    private static IEnumerable<string> Used(string path, IEnumerable<SafetensorsFile> open)
    {
        string[] others =
        [
            "model_index.json", "scheduler/scheduler_config.json", "text_encoder/config.json", "tokenizer/merges.txt",
            "tokenizer/" + ClipTokenizer.AddedName, "tokenizer/special_tokens_map.json", "tokenizer/tokenizer_config.json", "tokenizer/vocab.json", "unet/config.json", "vae/config.json", ModelCard.Words,
        ];
        return others.Where(name => File.Exists(System.IO.Path.Combine(path, name)))
            .Concat(open.Select(file => System.IO.Path.GetRelativePath(path, file.Path).Replace('\\', '/')))
            .Order(StringComparer.Ordinal);
    }
}
