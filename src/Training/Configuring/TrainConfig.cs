using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;
using static TorchSharp.torch;

namespace SvgDistill.Training.Configuring;

/// <summary>What <c>svgdistill train</c> is told to make, and of what: docs/training.md lists every field.</summary>
public sealed record TrainConfig
{
    /// <summary>The configuration's file.</summary>
    public required string File { get; init; }

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The folder that the model goes to.</summary>
    public required string Output { get; init; }

    /// <summary>The folder of pictures, states and logs.</summary>
    public required string Work { get; init; }

    /// <summary>Where icons come from.</summary>
    public required IReadOnlyList<DataSource> Data { get; init; }

    /// <summary>The model that it begins with; null for random weights.</summary>
    internal Beginning? From { get; init; }

    /// <summary>emojibase's data.json, with other words for what icons show; null for none.</summary>
    public string? Words { get; init; }

    /// <summary>Of all random numbers.</summary>
    public long Seed { get; init; }

    /// <summary>Side of the pictures.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Border on each edge, as a part of the side.</summary>
    public double FrameMargin { get; init; } = .0625;

    /// <summary>Drawings made of each icon.</summary>
    public int Views { get; init; } = 4;

    /// <summary>Whether icons are mirrored where their names allow it.</summary>
    public bool Mirror { get; init; } = true;

    /// <summary>The part of the drawings that lies on a plain colour; the others on white.</summary>
    public double Coloured { get; init; } = .12;

    /// <summary>The part of the subjects, and again of the icons, that is not learnt but measured with.</summary>
    public double HeldOut { get; init; } = .03;

    /// <summary>Tokens that the vocabulary has at most.</summary>
    public int Vocabulary { get; init; } = 2000;

    /// <summary>The autoencoder.</summary>
    public required AutoencoderConfig Autoencoder { get; init; }

    /// <summary>How it is trained.</summary>
    public required StagePlan AutoencoderPlan { get; init; }

    /// <summary>Whether its encoder stays as it is and only its decoder learns: latents keep their meaning, and with it every network that was trained on them.</summary>
    public bool KeepLatents { get; init; }

    /// <summary>Weights of its losses.</summary>
    public required AutoencoderLosses Losses { get; init; }

    /// <summary>What tells its pictures from others at the end of its training; null for none.</summary>
    public AdversarySettings? Adversary { get; init; }

    /// <summary>The denoiser.</summary>
    public required UnetConfig Unet { get; init; }

    /// <summary>The text encoder; its vocabulary's size follows from the tokenizer.</summary>
    public required ClipTextConfig Text { get; init; }

    /// <summary>How both are trained.</summary>
    public required StagePlan UnetPlan { get; init; }

    /// <summary>The part of the captions that is left empty.</summary>
    public double EmptyCaptions { get; init; } = .1;

    /// <summary>Weight of the past in the average of weights that is kept.</summary>
    public double Average { get; init; } = .999;

    /// <summary>The noise schedule.</summary>
    public required ScheduleConfig Schedule { get; init; }

    /// <summary>Steps between two saved states; a kill costs no more. States of 100 MB take a second to write.</summary>
    public int SaveEvery { get; init; } = 50;

    /// <summary>What convolutions and linear layers multiply in; parameters and all else are fp32.</summary>
    public ScalarType Products { get; init; } = ScalarType.Float32;

    /// <summary>The contrastive model; null for none.</summary>
    public ClipSettings? Clip { get; init; }

    /// <summary>The folder that the contrastive model goes to, beside the model's.</summary>
    public string ClipOutput => Path.TrimEndingDirectorySeparator(Output) + "-clip";

    /// <summary>Reads a configuration; its paths start at its own folder.</summary>
    /// <exception cref="TrainingException">A field is missing, unknown or of another kind; the message names it.</exception>
    public static TrainConfig Read(string path)
    {
        try
        {
            return ConfigReader.Read(path);
        }
        catch (SvgDistill.Diffusion.ModelException error)
        {
            throw new TrainingException(error.Message, error);
        }
    }
}

/// <summary>A folder of SVGs or an icon set.</summary>
/// <param name="Path">Where.</param>
/// <param name="Match">A pattern of names with * and ?; null for all.</param>
/// <param name="Style">The style's name in captions; empty for none.</param>
/// <param name="Captions">A CSV file of captions; null for none.</param>
/// <param name="Licence">What the card says of it.</param>
/// <param name="Limit">Icons taken at most, spread over all; null for all.</param>
public sealed record DataSource(string Path, string? Match, string Style, string? Captions, string Licence, int? Limit)
{
    /// <summary>Patterns with * and ? of names and categories that are left out.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];
}

/// <summary>How long and how fast something is trained.</summary>
/// <param name="Steps">Steps.</param>
/// <param name="Batch">Pictures a step.</param>
/// <param name="Rate">The highest rate.</param>
/// <param name="Accumulate">Batches whose gradients are added up before a step.</param>
public sealed record StagePlan(int Steps, int Batch, double Rate, int Accumulate);

/// <summary>Weights of the autoencoder's losses: of the mean difference of pixels (1), of that of neighbours' differences, of that of 8 x 8 means, and of the latents' distance from a standard normal.</summary>
/// <param name="Gradient">Of neighbours' differences.</param>
/// <param name="LowFrequency">Of 8 x 8 means.</param>
/// <param name="Kl">Of the Kullback-Leibler divergence.</param>
public sealed record AutoencoderLosses(double Gradient, double LowFrequency, double Kl);

/// <summary>A model of pictures and texts to be trained.</summary>
/// <param name="Model">The architecture, with the most tokens that its vocabulary may have; the tokenizer decides how many it has.</param>
/// <param name="Plan">How it is trained.</param>
public sealed record ClipSettings(ClipConfig Model, StagePlan Plan)
{
    /// <summary>How much a teacher's word counts, another network's features of the same icons, beside the contrastive loss: 0 (none) to 100.</summary>
    public double Teacher { get; init; } = 1;

    /// <summary>The part of the pictures that is drawn in another style than its set's, so that sets that it never saw are known, too: 0 to 1.</summary>
    public double Restyled { get; init; } = .5;

    /// <summary>The largest in fp16, so that it can be given away with the program.</summary>
    public const int MostMegabytes = 15;
}

/// <summary>When and how much an adversary has a say in the autoencoder's training.</summary>
/// <param name="From">The step at which it begins.</param>
/// <param name="Weight">Its part in the gradient of the decoded pictures: 1 for as much as the other losses have.</param>
public sealed record AdversarySettings(int From, double Weight);
