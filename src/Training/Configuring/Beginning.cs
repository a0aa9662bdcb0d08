using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Configuring;

/// <summary>A model that a run begins with instead of random weights: its networks, its words, its weights.</summary>
internal sealed class Beginning
{
    private readonly string _folder;

    private Beginning(string folder, ModelFiles files)
    {
        _folder = folder;
        (Unet, Autoencoder, Text, Schedule) = (files.Unet, files.Autoencoder, files.Text, files.Schedule);
        ImageSize = files.Defaults.ImageSize ?? files.Unet.SampleSize * files.Autoencoder.Downscale;
        FrameMargin = files.Defaults.FrameMargin ?? .0625;
        Words = files.Aliases;
        Hash = ModelHash.OfFiles(files.Path, files.Files);
    }

    /// <summary>The folder's name.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(_folder));

    public UnetConfig Unet { get; }

    public AutoencoderConfig Autoencoder { get; }

    public ClipTextConfig Text { get; }

    public ScheduleConfig Schedule { get; }

    /// <summary>Side of its pictures.</summary>
    public int ImageSize { get; }

    /// <summary>Border on each edge, as a part of the side.</summary>
    public double FrameMargin { get; }

    /// <summary>Everyday words for what it was taught.</summary>
    public PromptAliases Words { get; }

    /// <summary>SHA-256 of all its files, in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>What it recommends for edits; null where it says nothing.</summary>
    public string? DefaultsFile => Path.Combine(_folder, "svgdistill.json") is var path && File.Exists(path) ? path : null;

    /// <summary>Reads what a model's folder says of it.</summary>
    /// <exception cref="ModelException">It is no such folder.</exception>
    public static Beginning Read(string folder)
    {
        if (!Directory.Exists(folder)) throw new ModelException(folder, "no such folder", "from", "Name a model's folder in diffusers' layout");
        using var files = ModelFiles.Read(folder, null);
        return new Beginning(folder, files);
    }

    /// <summary>Its files, as long as networks are built of them.</summary>
    public ModelFiles Open() => ModelFiles.Read(_folder, null);

    /// <summary>A part's weights by name; null without a model.</summary>
    public static Func<string, Tensor>? Weights(ModelFiles? files, ModelPart part) => files is null ? null
        : name => files.Parameters[part].TryGetValue(name, out var stored) ? stored.File.Load(stored.Entry.Name)
            : throw new ModelException(files.Path, "this parameter is missing", name);

    /// <summary>Copies its tokenizer's files.</summary>
    /// <exception cref="TrainingException">They cannot be copied.</exception>
    public void CopyTokenizer(string destination)
    {
        try
        {
            Directory.CreateDirectory(destination);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(_folder, "tokenizer"))) File.Copy(file, Path.Combine(destination, Path.GetFileName(file)), overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{destination}: the tokenizer of {_folder} cannot be copied: {error.Message}", error);
        }
    }
}
