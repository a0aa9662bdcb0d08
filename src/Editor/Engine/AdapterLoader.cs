using System.Text.Json.Nodes;
using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Models;

namespace SvgDistill.Editor.Engine;

/// <summary>Adds adapters to a model that was just opened: the same way, and with the same errors, in every command.</summary>
internal static class AdapterLoader
{
    /// <summary>Refuses what is not there, before a model is loaded, and counts the numbers that the adapters will hold.</summary>
    /// <exception cref="ModelException">A file is missing, or is no adapter of its kind.</exception>
    public static long Parameters(AdapterRequest adapters)
    {
        foreach (var lora in adapters.Loras)
            RequireFile(LoraAdapter.Find(lora.Path), "--lora takes FILE or FILE:SCALE, as in style.safetensors:0.7" + StyleFolder.Advice());
        foreach (var embedding in adapters.Embeddings)
            RequireFile(embedding.Path, "--embedding takes FILE or FILE:WORD, as in style.safetensors:<style>");
        if (adapters.Control is { } net && !Path.Exists(net.Path))
            throw new ModelException(net.Path, "there is no such file or folder", remedy: "--control takes a ControlNet's folder (config.json and weights) or its .safetensors file");
        // An adapter that AdapterInfo does not know is refused with a better sentence when it is loaded.
        return adapters.Loras.Select(l => l.Path).Concat(adapters.Control is { } control ? [control.Path] : [])
            .Sum(path => AdapterInfo.Read(path)?.Parameters ?? 0);
    }

    /// <summary>LoRA files onto UNet and text encoder, then the prompts' new words.</summary>
    public static void Apply(DiffusionModel model, AdapterRequest adapters)
    {
        foreach (var lora in adapters.Loras) model.AddLora(lora.Path, lora.Scale);
        foreach (var embedding in adapters.Embeddings) model.AddTextualInversion(embedding.Path, embedding.Word);
    }

    /// <summary>The adapters that a model has, for records; null where it has none.</summary>
    public static JsonArray? Record(DiffusionModel model) => model.Adapters.Count == 0 ? null : new([.. model.Adapters.Select(Record)]);

    private static JsonNode Record(ModelAdapter adapter)
    {
        var record = new JsonObject
        {
            ["kind"] = Name(adapter.Kind), ["name"] = Path.GetFileName(adapter.Path), ["sha256"] = adapter.Sha256,
        };
        if (adapter.Scale is { } scale) record["scale"] = scale;
        if (adapter.Word is { } word) record["word"] = word;
        return record;
    }

    /// <summary>As records spell it.</summary>
    public static string Name(AdapterKind kind) => kind switch
    {
        AdapterKind.Lora => "lora",
        AdapterKind.ControlNet => "controlnet",
        _ => "textual_inversion",
    };

    private static void RequireFile(string path, string remedy)
    {
        if (!File.Exists(path)) throw new ModelException(path, "there is no such file", remedy: remedy);
    }
}
