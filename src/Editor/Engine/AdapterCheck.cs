using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Models;

namespace SvgDistill.Editor.Engine;

/// <summary>Whether an adapter can be used with a model: it is opened the way a run opens it.</summary>
internal static class AdapterCheck
{
    /// <summary>What was looked at; null where the file or folder is no adapter.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="modelPath">The model, null for the embedded one.</param>
    public static IReadOnlyList<ModelFinding>? Run(string path, string? modelPath)
    {
        if (!Path.Exists(path)) return null;
        AdapterInfo? info;
        try
        {
            info = AdapterInfo.Read(path);
        }
        catch (ModelException error)
        {
            return [new("file", false, error.Message)];
        }
        if (info is null) return null;
        using var model = ModelChoice.Open(modelPath, "fp32", null, null);
        try
        {
            Add(model, info);
        }
        catch (ModelException error)
        {
            return [new("fits", false, error.Message)];
        }
        return
        [
            new("fits", true, $"{model.Path}: every tensor has its layer and its shape ({string.Join(", ", info.Facts.Select(f => $"{f.Name} {f.Value}"))})"),
            AdapterInfo.NonFinite(path) is { } bad ? new("numbers", false, $"{bad} holds infinities or NaN") : new("numbers", true, "all finite"),
        ];
    }

    private static void Add(DiffusionModel model, AdapterInfo info)
    {
        switch (info.Kind)
        {
            case AdapterKind.Lora: model.AddLora(info.Path); break;
            case AdapterKind.TextualInversion: model.AddTextualInversion(info.Path); break;
            default: ControlNet.Open(info.Path, model).Dispose(); break;
        }
    }
}
