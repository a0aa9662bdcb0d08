using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;

namespace SvgDistill.Diffusion.Adapters;

/// <summary>
/// A ControlNet as it lies on disk: a diffusers folder, or a single file in diffusers' or in the original names
/// (<c>control_model.input_blocks ...</c>, also without the prefix). A single file tells no configuration: it copies the UNet
/// of the model that it was made for, so that model's configuration holds where the shapes agree.
/// </summary>
internal sealed class ControlNetFiles : IDisposable
{
    private const string ConfigName = "config.json", WeightsName = "diffusion_pytorch_model", OriginalPrefix = "control_model.";
    private const string Advice = "Give a folder with config.json and diffusion_pytorch_model.safetensors, or a .safetensors file";

    private readonly List<SafetensorsFile> _open;
    private readonly string _path;

    private ControlNetFiles(string path, JsonConfig? config, List<SafetensorsFile> open, IReadOnlyDictionary<string, StoredParameter> parameters)
    {
        (_path, Config, _open, Parameters) = (path, config, open, parameters);
        HintChannels = config?.WholeList("conditioning_embedding_out_channels") ?? Hints();
        TextWidth = parameters.Where(p => AdapterKinds.IsTextKey(p.Key) && p.Value.Shape.Count > 1)
            .OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => (int?)p.Value.Shape[1]).FirstOrDefault();
    }

    /// <summary>What config.json says; null for a single file.</summary>
    public JsonConfig? Config { get; }

    /// <summary>Where each parameter is, by diffusers' name.</summary>
    public IReadOnlyDictionary<string, StoredParameter> Parameters { get; }

    /// <summary>Widths of the picture's embedding.</summary>
    public IReadOnlyList<int> HintChannels { get; }

    /// <summary>Width of the text that it attends to; null where it attends to none.</summary>
    public int? TextWidth { get; }

    /// <summary>Whether a folder says that it is a ControlNet.</summary>
    public static bool IsFolder(string path)
    {
        var config = Path.Combine(path, ConfigName);
        return File.Exists(config) && JsonConfig.Read(config).Text("_class_name") == "ControlNetModel";
    }

    /// <summary>Opens a folder or a file.</summary>
    /// <exception cref="ModelException">It is no ControlNet that can be used, and why.</exception>
    public static ControlNetFiles Read(string path)
    {
        var open = new List<SafetensorsFile>();
        try
        {
            if (Directory.Exists(path))
            {
                if (!File.Exists(Path.Combine(path, ConfigName)))
                    throw new ModelException(path, "it is no ControlNet's folder: there is no config.json", remedy: Advice);
                var config = JsonConfig.Read(Path.Combine(path, ConfigName));
                if (config.Text("_class_name", "ControlNetModel") != "ControlNetModel")
                    throw new ModelException(config.Path, $"it is no ControlNet but {config.Text("_class_name")}", "_class_name");
                var files = FolderModel.WeightFiles(path, "", WeightsName, open);
                return new ControlNetFiles(path, config, open, FolderModel.Parameters(ModelPart.Unet, files));
            }
            if (!File.Exists(path)) throw new ModelException(path, "there is no such file or folder", remedy: Advice);
            open.Add(new SafetensorsFile(path));
            AdapterKinds.Require(open[0], AdapterKind.ControlNet);
            return new ControlNetFiles(path, null, open, open[0].Tensors.Keys.Any(n => n.Contains("input_hint_block.", StringComparison.Ordinal))
                ? Renamed(open[0]) : FolderModel.Parameters(ModelPart.Unet, open));
        }
        catch
        {
            foreach (var file in open) file.Dispose();
            throw;
        }
    }

    /// <summary>The architecture: the configuration's, or the model's own with the widths that this file has.</summary>
    public UnetConfig Architecture(UnetConfig model)
    {
        if (Config is not null) return UnetConfig.Read(Config, controlNet: true);
        int Rows(string name) => Parameters.TryGetValue(name, out var p) && p.Shape.Count > 0 ? (int)p.Shape[0] : 0;
        return model with
        {
            ContextChannels = TextWidth ?? 0,
            Channels = [.. Enumerable.Range(0, model.Levels).Select(level => Rows($"down_blocks.{level}.resnets.0.conv1.weight"))],
        };
    }

    /// <summary>SHA-256 of the file, or over the folder's configuration and weights.</summary>
    public string Hash() => Config is null ? ModelHash.OfFile(_path)
        : ModelHash.OfFiles(_path, [ConfigName, .. _open.Select(f => Path.GetRelativePath(_path, f.Path).Replace('\\', '/'))]);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _open) file.Dispose();
    }

    /// <summary>Width in, then that of every second block, which halves the size.</summary>
    private List<int> Hints()
    {
        var widths = new List<int>();
        for (var name = "conv_in"; Parameters.TryGetValue($"controlnet_cond_embedding.{name}.weight", out var p); name = $"blocks.{2 * widths.Count - 1}")
            widths.Add(p.Shape.Count > 0 ? (int)Math.Min(p.Shape[0], 1 << 20) : 0);
        return widths.Count is > 1 and <= 16 ? widths
            : throw new ModelException(_path, "the picture's embedding is missing", "controlnet_cond_embedding", "The file is incomplete");
    }

    /// <summary>The original names, which are those of the UNet's first half and a few more.</summary>
    private static Dictionary<string, StoredParameter> Renamed(SafetensorsFile file)
    {
        // Some files hold the base model, too.
        var whole = file.Tensors.Keys.Any(n => n.StartsWith(OriginalPrefix, StringComparison.Ordinal));
        var own = file.Tensors.Values.Where(t => !whole || t.Name.StartsWith(OriginalPrefix, StringComparison.Ordinal))
            .ToDictionary(t => whole ? t.Name[OriginalPrefix.Length..] : t.Name, StringComparer.Ordinal);
        var hints = Enumerable.Range(0, own.Count).Count(i => own.ContainsKey($"input_hint_block.{2 * i}.weight"));
        var unet = new OriginalNames(own.Keys.Select(n => OriginalNames.UnetPrefix + n));
        var parameters = new Dictionary<string, StoredParameter>(StringComparer.Ordinal);
        foreach (var (name, entry) in own)
        {
            try
            {
                parameters[Current(name, hints) ?? unet.Translate(OriginalNames.UnetPrefix + name).Single().Name] = new StoredParameter(file, entry);
            }
            catch (KeyNotFoundException error)
            {
                throw new ModelException(file.Path, "a ControlNet for Stable Diffusion 1.x or 2.x has no such tensor", entry.Name, Advice, error);
            }
        }
        return parameters;
    }

    private static string? Current(string name, int hints)
    {
        var parts = name.Split('.');
        return parts switch
        {
            ["input_hint_block", var i, var kind] when int.TryParse(i, out var at) && at % 2 == 0 =>
                "controlnet_cond_embedding." + (at == 0 ? "conv_in" : at == 2 * (hints - 1) ? "conv_out" : $"blocks.{at / 2 - 1}") + "." + kind,
            ["zero_convs", var i, "0", var kind] => $"controlnet_down_blocks.{i}.{kind}",
            ["middle_block_out", "0", var kind] => $"controlnet_mid_block.{kind}",
            _ => null,
        };
    }
}
