using System.Security.Cryptography;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Data;
using SvgDistill.Training.Optimizing;
using SvgDistill.Training.Output;
using SvgDistill.Training.Stages;
using static TorchSharp.torch;

namespace SvgDistill.Training;

/// <summary>What a training run made.</summary>
/// <param name="Icons">Icons that could be used.</param>
/// <param name="HeldOut">Those that were only measured with.</param>
/// <param name="Psnr">Of the autoencoder, dB; null where that stage has not run.</param>
/// <param name="HeldOutLoss">Of the denoiser; null where that stage has not run.</param>
/// <param name="Written">Whether the model's folder was written.</param>
/// <param name="Clip">The contrastive model; null where that stage has not run.</param>
public sealed record TrainOutcome(int Icons, int HeldOut, double? Psnr, double? HeldOutLoss, bool Written, ClipOutcome? Clip = null);

/// <summary>The contrastive model that a run made.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Icons">Icons that it was measured with: of subjects that it learnt,</param>
/// <param name="HeldOut">but held out themselves; not where none of these was,</param>
/// <param name="Names">each looked for among so many names.</param>
/// <param name="RecallAt1">The part of them whose name came first.</param>
/// <param name="RecallAt5">The part of them whose name was among the first five.</param>
public sealed record ClipOutcome(string Folder, int Icons, bool HeldOut, int Names, double? RecallAt1, double? RecallAt5);

/// <summary>Makes a model of a configuration, stage by stage; each takes up what is finished or was cut off.</summary>
public static class TrainRun
{
    /// <summary>The stages, in order.</summary>
    public static IReadOnlyList<string> Stages { get; } = ["tokenizer", "vae", "latents", "unet", "clip"];

    /// <summary>Runs.</summary>
    /// <param name="config">What to make.</param>
    /// <param name="stage">The last stage to run, of those that it builds on; null for all and the models' folders.</param>
    /// <param name="device">Where.</param>
    /// <param name="reporter">Is told how it goes.</param>
    /// <param name="cancellation">Stops the run at the next step; what was done is saved.</param>
    /// <param name="features">What the contrastive model's teacher sees by; needed where the configuration wants one.</param>
    /// <exception cref="TrainingException">The data or the folders cannot be used.</exception>
    /// <exception cref="ArgumentException">The configuration wants a teacher, and the run comes to it without <paramref name="features"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TrainOutcome Run(TrainConfig config, string? stage, Device device, ITrainReporter reporter, CancellationToken cancellation, PictureFeatures? features = null)
    {
        ModelFolder.RequirePlace(config.Output);
        if (config.Clip is not null) ClipFolder.RequirePlace(config.ClipOutput);
        else if (stage == "clip") throw new TrainingException($"{config.File}: clip: the field is missing; docs/training.md says what stands in it.");
        var icons = Read(config, reporter);
        try
        {
            Directory.CreateDirectory(config.Work);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{config.Work}: the folder cannot be made: {error.Message}", error);
        }
        var settings = new PictureSettings(config.ImageSize, config.FrameMargin, config.Views, config.Mirror, config.Coloured, config.Seed);
        reporter.Say($"{icons.Count} icons, {config.Views} drawings of each ({Path.Combine(config.Work, "pictures")})");
        var pictures = new PictureCache(Path.Combine(config.Work, "pictures"), icons, settings, done => reporter.Items("pictures", done, icons.Count), cancellation);
        var log = new TrainingLog(config.Work, config.Name, reporter.Note);
        var resumed = new HashSet<string>();
        var context = new StageContext
        {
            Config = config, Icons = icons, Split = HeldOutSplit.Of(icons, config.HeldOut, config.Seed), Pictures = pictures, Log = log, Device = device, Cancellation = cancellation,
            DataKey = StageContext.KeyOf("data", [settings, icons.Select(KeyOf), config.HeldOut, .. config.From is { } from ? [from.Hash] : Array.Empty<object>()]),
            Progress = (name, loop, more) =>
            {
                if (resumed.Add(name)) log.Resume(name, loop.Done - 1);
                if (loop.Done % 10 == 0 || loop.Done == loop.Steps)
                    foreach (var (what, value) in more.Prepend(("loss", loop.Loss))) log.Note(name, loop.Done, what, value);
                if (loop.Done % config.SaveEvery == 0) log.Write(); // Before the state: what the log has too much is dropped, what it lacks is lost.
                reporter.Step(name, loop.Done, loop.Steps, loop.Loss, loop.Rate);
            },
            Items = reporter.Items, Tell = reporter.Note,
        };
        bool Ends(string name) => stage == name;
        TrainOutcome Outcome(bool written, ClipOutcome? clip = null) => new(icons.Count, context.Split.HeldOut.Length, log.Last("vae", "psnr"), log.Last("unet", "held_out"), written, clip);
        try
        {
            var tokenizer = TokenizerStage.Run(context);
            if (Ends("tokenizer")) return Outcome(false);
            if (Ends("clip")) return Outcome(false, Clip(context, tokenizer, features)); // It builds on no other.
            var autoencoder = AutoencoderStage.Run(context);
            if (Ends("vae")) return Outcome(false);
            var latents = LatentStage.Run(context, autoencoder);
            if (Ends("latents")) return Outcome(false);
            using var denoiser = new DenoiserStage(context, autoencoder, latents, tokenizer);
            var unet = denoiser.Run();
            if (Ends("unet")) return Outcome(false);
            ModelFolder.Write(context, autoencoder.Result, unet.Result, denoiser.TextConfig, denoiser.ScalingFactor);
            return Outcome(true, config.Clip is null ? null : Clip(context, tokenizer, features));
        }
        finally
        {
            log.Write();
        }
    }

    /// <summary>Forgets where stages stand that did not end; what ended stays, and is taken up where data and options are the same.</summary>
    /// <exception cref="TrainingException">A state cannot be deleted.</exception>
    public static void DropUnfinished(TrainConfig config)
    {
        try
        {
            if (Directory.Exists(config.Work))
                foreach (var file in Directory.EnumerateFiles(config.Work, "*" + StageContext.StateEnding)) File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{config.Work}: the unfinished run cannot be removed: {error.Message}", error);
        }
    }

    private static string KeyOf(Icon icon) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(icon.Svg.Span))} {icon.Subject} {string.Join(',', icon.Keywords)} {icon.Style}" + (icon.OtherWords.Count > 0 ? $" {string.Join(',', icon.OtherWords)}" : "");

    private static ClipOutcome Clip(StageContext context, ClipTokenizer tokenizer, PictureFeatures? features)
    {
        using var stage = new ClipStage(context, tokenizer, features);
        stage.Run();
        ClipFolder.Write(context, stage);
        return new(context.Config.ClipOutput, stage.Named.Length, stage.IsHeldOut, stage.Names.Length, context.Log.Last("clip", "recall_at_1"), context.Log.Last("clip", "recall_at_5"));
    }

    private static List<Icon> Read(TrainConfig config, ITrainReporter reporter)
    {
        var all = new List<Icon>();
        // Several sources may share a table.
        var tables = config.Data.Select(s => s.Captions).OfType<string>().Distinct().ToDictionary(path => path, CaptionTable.Read);
        foreach (var source in config.Data)
        {
            var captions = source.Captions is { } table ? tables[table] : CaptionTable.Empty;
            var icons = IconReader.Read([source.Path], captions, reporter.Note, source.Match, source.Except);
            if (source.Limit is { } limit && icons.Count > limit) icons = [.. Enumerable.Range(0, limit).Select(i => icons[(int)((long)i * icons.Count / limit)])];
            if (icons.Count == 0) reporter.Note($"{source.Path}: no icon that can be used");
            all.AddRange(source.Style.Length > 0 ? icons.Select(i => i with { Style = source.Style }) : icons);
        }
        // With patterns an entry may belong to a drawing that is not wanted.
        foreach (var (path, table) in tables)
            if (config.Data.Where(s => s.Captions == path).All(s => s.Match is null && s.Except.Count == 0)) table.TellUnused(reporter.Note);
        if (config.Words is { } words && OtherWords.Read(words) is { } others) all = [.. all.Select(i => i with { OtherWords = others.Of(i.Subject) })];
        return all.Count > 0 ? all : throw new TrainingException($"{config.File}: data: no icon that can be used. Name folders with SVG files, or iconify's JSON.");
    }
}

/// <summary>Is told how a training run goes.</summary>
public interface ITrainReporter
{
    /// <summary>A line of progress.</summary>
    void Say(string line);

    /// <summary>Something about the data that the user should know.</summary>
    void Note(string line);

    /// <summary>Pictures are drawn or encoded; may be called from several threads.</summary>
    /// <param name="what">Of what.</param>
    /// <param name="done">How many are done.</param>
    /// <param name="all">All.</param>
    void Items(string what, int done, int all);

    /// <summary>A step is done.</summary>
    /// <param name="stage">Of which stage.</param>
    /// <param name="done">Steps done.</param>
    /// <param name="steps">All.</param>
    /// <param name="loss">Mean of the last losses.</param>
    /// <param name="rate">The rate.</param>
    void Step(string stage, long done, int steps, double loss, double rate);
}
