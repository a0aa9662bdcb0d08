using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Models;

/// <summary>
/// Writes a model anew: as a diffusers folder or as a single file, in fp32, fp16 or bf16. What is written loads to the same
/// numbers up to the element type; the destination appears whole or not at all.
/// </summary>
public static class ModelConverter
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    private static readonly string[] _companions = ["README.md", "subjects.txt", ModelCard.Words, "svgdistill.json", "selfcheck.safetensors"];

    /// <summary>Writes a diffusers folder, with the files for people and this program that the source folder has.</summary>
    /// <param name="model">The model, opened in fp32 so that nothing is rounded twice.</param>
    /// <param name="destination">A folder that does not exist.</param>
    /// <param name="type">Element type of the weights.</param>
    /// <exception cref="ModelException">The destination exists, or cannot be written.</exception>
    public static void ToFolder(DiffusionModel model, string destination, ScalarType type = ScalarType.Float16)
    {
        RequireFree(destination);
        var temporary = $"{destination.TrimEnd('/', '\\')}.{Environment.ProcessId}.tmp";
        try
        {
            void Json(string part, string name, JsonObject json)
            {
                Directory.CreateDirectory(Path.Combine(temporary, part));
                File.WriteAllText(Path.Combine(temporary, part, name), json.ToJsonString(_indented) + "\n");
            }
            Json("", "model_index.json", ConfigWriter.Pipeline());
            Json("unet", "config.json", ConfigWriter.Unet(model.Unet.Config));
            Json("vae", "config.json", ConfigWriter.Autoencoder(model.Autoencoder.Config));
            Json("text_encoder", "config.json", ConfigWriter.Text(model.TextEncoder.Config));
            Json("scheduler", "scheduler_config.json", ConfigWriter.Schedule(model.Schedule.Config));
            Json("tokenizer", "tokenizer_config.json", model.Tokenizer.Settings());
            foreach (var name in new[] { "vocab.json", "merges.txt", Tokenization.ClipTokenizer.AddedName }.Where(n => File.Exists(Path.Combine(model.Tokenizer.Folder, n))))
                File.Copy(Path.Combine(model.Tokenizer.Folder, name), Path.Combine(temporary, "tokenizer", name));
            foreach (var name in _companions.Where(name => File.Exists(Path.Combine(model.Path, name))))
                File.Copy(Path.Combine(model.Path, name), Path.Combine(temporary, name));
            Weights(model.Unet, Path.Combine(temporary, "unet", "diffusion_pytorch_model.safetensors"), type);
            Weights(model.Autoencoder, Path.Combine(temporary, "vae", "diffusion_pytorch_model.safetensors"), type);
            Weights(model.TextEncoder, Path.Combine(temporary, "text_encoder", "model.safetensors"), type);
            Directory.Move(temporary, destination);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(destination, $"it cannot be written ({error.Message.TrimEnd('.')})", inner: error);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>
    /// Writes a single file with the original names. What shapes cannot tell goes into its metadata, so that any model
    /// comes back as it was; the tokenizer's vocabulary cannot be in it and must be CLIP's own.
    /// </summary>
    /// <exception cref="ModelException">The destination exists or cannot be written, or the vocabulary is another.</exception>
    public static void ToSingleFile(DiffusionModel model, string destination, ScalarType type = ScalarType.Float16)
    {
        RequireFree(destination);
        if (ModelHash.OfFile(Path.Combine(model.Tokenizer.Folder, "vocab.json")) != ModelHash.OfFile(Path.Combine(Tokenization.ClipTokenizer.BuiltInFolder, "vocab.json")))
            throw new ModelException(model.Path, "its vocabulary is its own, and single files carry none", "tokenizer/vocab.json", "Convert it to a folder");
        var config = new JsonObject
        {
            ["unet"] = ConfigWriter.Unet(model.Unet.Config),
            ["vae"] = ConfigWriter.Autoencoder(model.Autoencoder.Config),
            ["text_encoder"] = ConfigWriter.Text(model.TextEncoder.Config),
            ["scheduler"] = ConfigWriter.Schedule(model.Schedule.Config),
            ["tokenizer"] = model.Tokenizer.Settings(),
        };
        using var scope = NewDisposeScope();
        var writer = new OriginalNameWriter(model.Unet.Config, model.Autoencoder.Config.Channels.Count);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (part, network) in new (ModelPart, Network)[] { (ModelPart.Unet, model.Unet), (ModelPart.Autoencoder, model.Autoencoder), (ModelPart.TextEncoder, model.TextEncoder) })
            foreach (var (name, tensor) in network.Parameters)
            {
                var original = writer.Original(part, name);
                // The autoencoder's attention has 1x1 convolutions there.
                var isPointwise = part == ModelPart.Autoencoder && original.Contains(".attn_1.", StringComparison.Ordinal) && tensor.dim() == 2;
                tensors.Add(original, (isPointwise ? tensor.unsqueeze(-1).unsqueeze(-1) : tensor).to(type));
            }
        try
        {
            SafetensorsWriter.Write(destination, tensors, new Dictionary<string, string> { ["format"] = "pt", [SingleFileModel.ConfigKey] = config.ToJsonString() });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(destination, $"it cannot be written ({error.Message.TrimEnd('.')})", inner: error);
        }
    }

    private static void Weights(Network network, string path, ScalarType type)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(path, network.Parameters.ToDictionary(p => p.Key, p => p.Value.to(type)), new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static void RequireFree(string destination)
    {
        if (File.Exists(destination) || Directory.Exists(destination))
            throw new ModelException(destination, "it exists already", remedy: "Give another name, or remove it first");
    }
}
