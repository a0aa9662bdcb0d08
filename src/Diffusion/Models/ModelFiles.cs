using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;

namespace SvgDistill.Diffusion.Models;

/// <summary>
/// A model as it lies on disk: architecture and places of the parameters, before any of them is loaded. Folders and
/// single files both end up here.
/// </summary>
internal sealed class ModelFiles : IDisposable
{
    /// <summary>The folder or file.</summary>
    public required string Path { get; init; }

    /// <summary>"diffusers folder" or "single file".</summary>
    public required string Layout { get; init; }

    public required UnetConfig Unet { get; init; }

    public required AutoencoderConfig Autoencoder { get; init; }

    public required ClipTextConfig Text { get; init; }

    public required ScheduleConfig Schedule { get; init; }

    public required ClipTokenizer Tokenizer { get; init; }

    /// <summary>Where each part's parameters are, by current name.</summary>
    public required IReadOnlyDictionary<ModelPart, IReadOnlyDictionary<string, StoredParameter>> Parameters { get; init; }

    /// <summary>Every file that has a say in the results, relative to the folder.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public required IReadOnlyList<SafetensorsFile> Open { get; init; }

    public ModelDefaults Defaults { get; init; } = ModelDefaults.None;

    public PromptAliases Aliases { get; init; } = PromptAliases.None;

    /// <summary>Opens a folder or a file.</summary>
    /// <exception cref="ModelException">It is no model that can be used, and why.</exception>
    public static ModelFiles Read(string path, PredictionType? prediction)
    {
        var files = Directory.Exists(path) ? FolderModel.Read(path, prediction) : SingleFileModel.Read(path, prediction);
        try
        {
            files.CheckFamily();
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>An architecture without any files.</summary>
    public static ModelFiles Without(ModelArchitecture architecture) => new()
    {
        Path = architecture.Name,
        Layout = "random weights",
        Unet = architecture.Unet,
        Autoencoder = architecture.Autoencoder,
        Text = architecture.Text,
        Schedule = architecture.Schedule,
        Tokenizer = ClipTokenizer.OpenBuiltIn(architecture.Text.MaxTokens),
        Parameters = Enum.GetValues<ModelPart>().ToDictionary(
            part => part, _ => (IReadOnlyDictionary<string, StoredParameter>)new Dictionary<string, StoredParameter>()),
        Files = [],
        Open = [],
    };

    /// <summary>The parts must belong together: what one hands over must be what the next expects.</summary>
    private void CheckFamily()
    {
        if (Unet.ContextChannels != Text.Tower.Channels)
            throw new ModelException(Path, $"it mixes model families: the UNet expects {Unet.ContextChannels} numbers a token, "
                + $"the text encoder gives {Text.Tower.Channels}", remedy: "Take UNet and text encoder from one model");
        if (Unet.OutChannels == Autoencoder.LatentChannels && Unet.InChannels > Unet.OutChannels)
            throw new ModelException(Path, $"its UNet takes {Unet.InChannels} channels, {Unet.InChannels - Unet.OutChannels} of them a mask "
                + "or a picture: models made for inpainting, depth or instructions are not supported", remedy: "Use the base model");
        if (Unet.InChannels != Autoencoder.LatentChannels || Unet.OutChannels != Unet.InChannels)
            throw new ModelException(Path, $"it mixes model families: the UNet works on {Unet.InChannels} channels, "
                + $"the autoencoder on {Autoencoder.LatentChannels}", remedy: "Take UNet and autoencoder from one model");
        if (Tokenizer.Outside(Text.VocabularySize) is { } outside)
            throw new ModelException(Path, $"the token \"{outside.Token}\" has the number {outside.Id}, and the text encoder knows {Text.VocabularySize}",
                remedy: "Take tokenizer and text encoder from one model");
        if (Tokenizer.VocabularySize > Text.VocabularySize)
            throw new ModelException(Path, $"the tokenizer knows {Tokenizer.VocabularySize} tokens, the text encoder {Text.VocabularySize}",
                remedy: "Take tokenizer and text encoder from one model");
    }

    public void Dispose()
    {
        foreach (var file in Open) file.Dispose();
    }
}
