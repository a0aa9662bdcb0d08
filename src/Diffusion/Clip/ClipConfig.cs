using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Text;

namespace SvgDistill.Diffusion.Clip;

/// <summary>The architecture of CLIP's image tower: what transformers writes as <c>vision_config</c>.</summary>
public sealed record ClipVisionConfig
{
    /// <summary>The transformer.</summary>
    public required ClipTowerConfig Tower { get; init; }

    /// <summary>Side of the square picture, in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Side of a patch, in pixels; a whole number of them fits the picture.</summary>
    public required int PatchSize { get; init; }

    /// <summary>Patches of a picture.</summary>
    public int Patches => ImageSize / PatchSize * (ImageSize / PatchSize);

    internal static ClipVisionConfig Read(JsonConfig json)
    {
        json.Require("num_channels", "3");
        var config = new ClipVisionConfig
        {
            Tower = ClipTowerConfig.Read(json, 768, 12, 12, 3072),
            ImageSize = json.Whole("image_size", 224, max: 4096),
            PatchSize = json.Whole("patch_size", 32, max: 4096),
        };
        return config.PatchSize <= config.ImageSize ? config
            : throw new ModelException(json.Path, $"a patch of {config.PatchSize} pixels is larger than the picture of {config.ImageSize}", "patch_size");
    }
}

/// <summary>The architecture of a whole CLIP: both towers and the size of their common embedding.</summary>
public sealed record ClipConfig
{
    /// <summary>The text tower.</summary>
    public required ClipTextConfig Text { get; init; }

    /// <summary>The image tower.</summary>
    public required ClipVisionConfig Vision { get; init; }

    /// <summary>Numbers in an embedding.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>Reads a CLIPModel's config.json.</summary>
    /// <exception cref="ModelException">It is of another kind of model, or something in it is not supported.</exception>
    internal static ClipConfig Read(JsonConfig json)
    {
        if (json.Text("model_type", "clip") != "clip" || json.Object("text_config") is not { } text || json.Object("vision_config") is not { } vision)
            throw new ModelException(json.Path, "it does not describe a CLIPModel with a text and an image tower", "model_type",
                "Give a CLIPModel folder, such as that of openai/clip-vit-base-patch32");
        return new()
        {
            Text = ClipTextConfig.Read(text),
            Vision = ClipVisionConfig.Read(vision),
            EmbeddingSize = json.Whole("projection_dim", 512),
        };
    }
}
