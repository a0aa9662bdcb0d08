using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;
using static TorchSharp.torch;

namespace SvgDistill.Training.Configuring;

/// <summary>Reads a training configuration: every field is checked, and none is passed over.</summary>
internal static class ConfigReader
{
    private const int Most = 100_000_000;
    private const string KeepLatents = "keep_latents";

    private static readonly string[] _trained = ["steps", "batch", "rate", "accumulate"], _lossFields = ["gradient", "low_frequency", "kl", "adversary", "adversary_from"];

    public static TrainConfig Read(string path)
    {
        var json = JsonConfig.Read(path);
        var config = Read(json, path);
        // The folder at "output" is replaced at the end.
        foreach (var output in config.Clip is null ? (string[])[config.Output] : [config.Output, config.ClipOutput])
            if (IsWithin(config.Work, output)) throw json.Wrong("work", $"a folder outside {output}, which is replaced at the end,");
        return config;
    }

    private static bool IsWithin(string path, string folder) =>
        System.IO.Path.GetRelativePath(folder, path) is var way && !System.IO.Path.IsPathRooted(way) && way.Split(System.IO.Path.DirectorySeparatorChar)[0] != "..";

    private static TrainConfig Read(JsonConfig json, string path)
    {
        Known(json, "name", "output", "work", "seed", "image_size", "frame_margin", "views", "mirror", "coloured", "held_out", "data", "except", "tokenizer", "vae", "unet", "text", "clip", "from", "words", "save_every", "precision");
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        string Place(string relative) => System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, relative));
        var name = json.Text("name") ?? throw Missing(json, "name");
        var output = Place(json.Text("output", name));
        if (json.Text("from") is { } from) return Continued(json, path, name, output, Place, Place(from));
        var size = json.Whole("image_size", 64, min: 16, max: 1024);
        var tokenizer = Part(json, "tokenizer", "vocabulary", "length");
        var (autoencoder, autoencoderPlan, losses, adversary) = Autoencoder(json, size);
        if (size % autoencoder.Downscale != 0) throw json.Wrong("image_size", $"a multiple of {autoencoder.Downscale}, by which vae.channels divide it,");
        var text = Part(json, "text", "channels", "layers", "heads");
        var width = text?.Whole("channels", 64) ?? 64;
        var (unet, unetPlan, unetJson) = Unet(json, autoencoder, size, width);
        if (unet.SampleSize % (1 << (unet.Levels - 1)) != 0)
            throw json.Wrong("unet.channels", $"widths of resolutions that halve latents of {unet.SampleSize} x {unet.SampleSize} to whole numbers");
        var config = new TrainConfig
        {
            File = path, Name = name, Output = output, Work = Place(json.Text("work", name + ".work")), Data = Data(json, Place), Words = json.Text("words") is { } words ? Place(words) : null,
            Seed = json.Whole("seed", 0, min: 0, max: int.MaxValue), ImageSize = size,
            FrameMargin = Within(json, "frame_margin", .0625, 0, .4), Views = json.Whole("views", 4, max: 64), Mirror = json.Flag("mirror", true),
            Coloured = Within(json, "coloured", .12, 0, 1), HeldOut = Within(json, "held_out", .03, 0, .5),
            Vocabulary = tokenizer?.Whole("vocabulary", 2000, min: 514, max: 1_000_000) ?? 2000,
            Autoencoder = autoencoder, AutoencoderPlan = autoencoderPlan, Losses = losses, Adversary = adversary, Unet = unet, UnetPlan = unetPlan,
            EmptyCaptions = Within(unetJson, "empty_captions", .1, 0, 1), Average = Within(unetJson, "ema", .999, 0, .99999),
            Text = new ClipTextConfig
            {
                VocabularySize = 0, MaxTokens = tokenizer?.Whole("length", 32, min: 4, max: 512) ?? 32,
                Tower = new ClipTowerConfig { Channels = width, Layers = text?.Whole("layers", 2, max: 100) ?? 2, Heads = text?.Whole("heads", 2) ?? 2, InnerChannels = 4 * width },
            },
            Schedule = new ScheduleConfig { Prediction = Word(unetJson, "prediction", "epsilon", "v") == "v" ? PredictionType.Velocity : PredictionType.Epsilon },
        };
        if (width % config.Text.Tower.Heads != 0) throw json.Wrong("text.heads", $"a number that divides text.channels ({width})");
        config = config with { Clip = Clip(json, config), SaveEvery = json.Whole("save_every", 50, max: Most), Products = Products(json) };
        unet.Check(path);
        autoencoder.Check(path);
        return config;
    }

    // A model that is there says what networks and words are; the configuration says only how it is trained on.
    private static TrainConfig Continued(JsonConfig json, string path, string name, string output, Func<string, string> place, string from)
    {
        const string Fixed = "the model in \"from\" decides it: leave it out,";
        foreach (var key in new[] { "image_size", "frame_margin", "tokenizer", "text" })
            if (json.Has(key)) throw json.Wrong(key, Fixed);
        var model = Beginning.Read(from);
        if (System.IO.Path.GetFullPath(from) == System.IO.Path.GetFullPath(output)) throw json.Wrong("output", "another folder than \"from\"");
        var vae = Part(json, "vae", [.. _trained, .. _lossFields, KeepLatents]);
        var unet = Part(json, "unet", [.. _trained, "empty_captions", "ema"]) ?? throw Missing(json, "unet");
        var plan = vae is null ? new StagePlan(0, 32, 1e-3, 1) : Plan(vae, least: 0);
        var (unetPlan, keepLatents) = (Plan(unet, least: 0), vae?.Flag(KeepLatents, false) ?? false);
        if (unetPlan.Steps == 0 && plan.Steps > 0 && !keepLatents) throw unet.Wrong("steps", $"at least 1, or vae.{KeepLatents} true, for the latents that the UNet knows");
        var config = new TrainConfig
        {
            File = path, Name = name, Output = output, Work = place(json.Text("work", name + ".work")), Data = Data(json, place), From = model, Words = json.Text("words") is { } words ? place(words) : null,
            Seed = json.Whole("seed", 0, min: 0, max: int.MaxValue), ImageSize = model.ImageSize,
            FrameMargin = model.FrameMargin, Views = json.Whole("views", 4, max: 64), Mirror = json.Flag("mirror", true),
            Coloured = Within(json, "coloured", .12, 0, 1), HeldOut = Within(json, "held_out", .03, 0, .5),
            Vocabulary = model.Text.VocabularySize, Autoencoder = model.Autoencoder, AutoencoderPlan = plan, SaveEvery = json.Whole("save_every", 50, max: Most), Products = Products(json),
            Losses = vae is null ? new AutoencoderLosses(1, 1, 1e-4) : LossesOf(vae),
            Adversary = vae is null ? null : AdversaryOf(vae, plan), Unet = model.Unet, UnetPlan = unetPlan, KeepLatents = keepLatents, EmptyCaptions = Within(unet, "empty_captions", .1, 0, 1), Average = Within(unet, "ema", .999, 0, .99999),
            Text = model.Text, Schedule = model.Schedule,
        };
        return config with { Clip = Clip(json, config) };
    }

    private static (AutoencoderConfig, StagePlan, AutoencoderLosses, AdversarySettings?) Autoencoder(JsonConfig json, int size)
    {
        var vae = Part(json, "vae", ["channels", "latent_channels", "layers", "groups", "attention", .. _trained, .. _lossFields])
            ?? throw Missing(json, "vae");
        var plan = Plan(vae);
        return (new AutoencoderConfig
        {
            LatentChannels = vae.Whole("latent_channels", 4, max: 64), Channels = vae.WholeList("channels"), LayersPerBlock = vae.Whole("layers", 1, max: 8),
            NormGroups = vae.Whole("groups", 8), MiddleAttention = vae.Flag("attention", false), SampleSize = size, ScalingFactor = 1,
        }, plan, LossesOf(vae), AdversaryOf(vae, plan));
    }

    private static AutoencoderLosses LossesOf(JsonConfig vae) =>
        new(Within(vae, "gradient", 1, 0, 100), Within(vae, "low_frequency", 1, 0, 100), Within(vae, "kl", 1e-4, 0, 100));

    private static AdversarySettings? AdversaryOf(JsonConfig vae, StagePlan plan)
    {
        if (vae.Has("adversary") && !vae.Has("adversary_from")) throw vae.Wrong("adversary_from", "the step from which vae.adversary counts");
        return vae.Has("adversary_from") ? new AdversarySettings(vae.Whole("adversary_from", 0, min: 0, max: plan.Steps - 1), Within(vae, "adversary", .5, 0, 100)) : null;
    }

    private static (UnetConfig, StagePlan, JsonConfig) Unet(JsonConfig json, AutoencoderConfig autoencoder, int size, int width)
    {
        var unet = Part(json, "unet", ["channels", "attention", "layers", "heads", "groups", "prediction", .. _trained, "empty_captions", "ema"])
            ?? throw Missing(json, "unet");
        var channels = unet.WholeList("channels");
        var attention = unet.Has("attention") ? unet.WholesOrZero("attention") : [.. channels.Select((_, i) => i > 0 ? 1 : 0)];
        if (attention.Count != channels.Count || attention.Any(a => a > 1)) throw unet.Wrong("attention", $"{channels.Count} numbers, 1 where a resolution of unet.channels has attention, else 0,");
        bool[] has = [.. attention.Select(a => a == 1)];
        return (new UnetConfig
        {
            InChannels = autoencoder.LatentChannels, OutChannels = autoencoder.LatentChannels, Channels = channels, DownAttention = has, UpAttention = has,
            LayersPerBlock = [.. channels.Select(_ => unet.Whole("layers", 1, max: 8))], Heads = [.. channels.Select(_ => unet.Whole("heads", 4))],
            TransformerLayers = [.. channels.Select(_ => 1)], ContextChannels = width, NormGroups = unet.Whole("groups", 8), SampleSize = size / autoencoder.Downscale,
        }, Plan(unet), unet);
    }

    private static ClipSettings? Clip(JsonConfig json, TrainConfig config)
    {
        if (Part(json, "clip", "channels", "layers", "heads", "patch", "dim", "steps", "batch", "rate", "teacher", "restyled") is not { } clip) return null;
        var (width, heads, patch) = (clip.Whole("channels", 192), clip.Whole("heads", 4), clip.Whole("patch", 8));
        if (width % heads != 0) throw clip.Wrong("heads", $"a number that divides clip.channels ({width})");
        if (config.ImageSize % patch != 0) throw clip.Wrong("patch", $"a number that divides image_size ({config.ImageSize})");
        var tower = new ClipTowerConfig { Channels = width, Layers = clip.Whole("layers", 6, max: 100), Heads = heads, InnerChannels = 4 * width, QuickGelu = false };
        var model = new ClipConfig
        {
            Text = new ClipTextConfig { VocabularySize = config.Vocabulary, MaxTokens = config.Text.MaxTokens, Tower = tower },
            Vision = new ClipVisionConfig { Tower = tower, ImageSize = config.ImageSize, PatchSize = patch }, EmbeddingSize = clip.Whole("dim", 128),
        };
        var megabytes = 2e-6 * ClipModel.ParametersOf(model);
        return megabytes <= ClipSettings.MostMegabytes ? new ClipSettings(model, Plan(clip)) { Teacher = Within(clip, "teacher", 1, 0, 100), Restyled = Within(clip, "restyled", .5, 0, 1) }
            : throw clip.Wrong("channels", FormattableString.Invariant($"widths, layers and a vocabulary of at most {ClipSettings.MostMegabytes} MB in fp16 (these have {megabytes:f1})"));
    }

    private static ScalarType Products(JsonConfig json) => Word(json, "precision", "fp32", "bf16") == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32;

    private static StagePlan Plan(JsonConfig part, int least = 1) => new(part.Whole("steps", min: least, max: Most), part.Whole("batch", 32, max: 4096),
        Within(part, "rate", 1e-3, 1e-8, 1), part.Whole("accumulate", 1, max: 4096));

    private static DataSource[] Data(JsonConfig json, Func<string, string> place)
    {
        var sources = json.Objects("data");
        if (sources.Count == 0) throw json.Wrong("data", "a list of at least one { \"path\": ... }");
        var exceptOfAll = Excepted(json);
        return [.. sources.Select(source =>
        {
            Known(source, "path", "match", "except", "style", "captions", "licence", "limit");
            return new DataSource(System.IO.Path.TrimEndingDirectorySeparator(place(source.Text("path") ?? throw Missing(source, "path"))), source.Text("match"), Style(source),
                source.Text("captions") is { } table ? place(table) : null, source.Text("licence", ""), source.Has("limit") ? source.Whole("limit") : null)
            {
                Except = [.. exceptOfAll, .. Excepted(source)],
            };
        })];
    }

    private static IReadOnlyList<string> Excepted(JsonConfig json) => json.Has("except") ? json.Texts("except") : [];

    private static string Style(JsonConfig source) => source.Text("style", "") is var style && (style.Length == 0 || ModelDefaults.IsStyle(style)) ? style
        : throw source.Wrong("style", "a short name, without space around it and other than auto and none,");

    private static JsonConfig? Part(JsonConfig json, string name, params string[] keys)
    {
        var part = json.Object(name);
        if (part is not null) Known(part, keys);
        return part;
    }

    private static void Known(JsonConfig json, params string[] keys)
    {
        if (json.Keys.FirstOrDefault(key => !keys.Contains(key)) is { } odd)
            throw new ModelException(json.Path, "no such field", json.At(odd), $"Fields here: {string.Join(", ", keys)}");
    }

    private static double Within(JsonConfig json, string key, double fallback, double min, double max)
    {
        var value = json.Number(key, fallback);
        return value >= min && value <= max ? value : throw json.Wrong(key, FormattableString.Invariant($"a number from {min} to {max}"));
    }

    private static string Word(JsonConfig json, string key, params string[] words)
    {
        var word = json.Text(key, words[0]);
        return words.Contains(word) ? word : throw json.Wrong(key, $"one of {string.Join(", ", words)}");
    }

    private static ModelException Missing(JsonConfig json, string key) => new(json.Path, "the field is missing", json.At(key));
}
