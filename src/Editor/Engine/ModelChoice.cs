using System.Text.Json.Nodes;
using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Distill.Methods;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Reporting;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Engine;

/// <summary>Which model, in which precision, on which device; and its loading.</summary>
internal static class ModelChoice
{
    private const string EmbeddedName = "icon-prior";

    // A known prediction takes hundredths of a second up to here; seconds on a CPU with a full-size model.
    private const long CheckedOnOpening = 100_000_000;

    /// <summary>The folder of the embedded prior: <c>models/icon-prior</c> beside the program or above it.</summary>
    /// <exception cref="EditorException">It is not there.</exception>
    public static string Embedded() => Beside(EmbeddedName) ?? throw new EditorException(EditorErrorKind.Model,
        $"the embedded model (models/{EmbeddedName}) is not beside the program. Take it from the repository, or name another with --model.");

    /// <summary>A folder of <c>models/</c> beside the program or above it; null where there is none of that name.</summary>
    public static string? Beside(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "models", name);
            if (Directory.Exists(candidate)) return candidate;
        }
        return null;
    }

    /// <summary>
    /// Loads a model; <paramref name="nameOrPath"/> null means the embedded one. Where its folder carries a known prediction and
    /// a check of it is quick, it must make it. Then its adapters are added.
    /// </summary>
    /// <param name="nameOrPath">As <c>--model</c> takes it.</param>
    /// <param name="precision"><c>auto</c>, <c>fp32</c>, <c>bf16</c> or <c>fp16</c>.</param>
    /// <param name="device">As <c>--device</c> takes it.</param>
    /// <param name="prediction">As <c>--prediction</c> takes it.</param>
    /// <param name="adapters">LoRA files and embeddings to add; room for the ControlNet is foreseen, <see cref="ControlGuide"/> opens it.</param>
    public static DiffusionModel Open(string? nameOrPath, string precision, string? device, string? prediction, AdapterRequest? adapters = null)
    {
        adapters ??= AdapterRequest.None;
        TensorEngine.Start();
        var place = TensorEngine.Device(device);
        var path = ModelLocator.Find(nameOrPath ?? Embedded());
        var predicts = Prediction(prediction);
        var outline = ModelOutline.Read(path, predicts);
        var type = Precision(precision, place, outline.Unet.Channels[0]);
        MemoryCheck.Require(outline, type, place, AdapterLoader.Parameters(adapters));
        TensorEngine.GiveBackFreedMemory();
        var model = DiffusionModel.Open(path, new ModelOptions { Precision = type, Device = place, Prediction = predicts });
        TensorEngine.Fit(model);
        try
        {
            if (model.Unet.ParameterCount <= CheckedOnOpening || place.type == TorchSharp.DeviceType.CUDA) model.RequireKnownPrediction();
            AdapterLoader.Apply(model, adapters);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The element type that <c>--precision</c> means; auto goes by the CPU's flags and the network's width, never by timing.</summary>
    public static ScalarType Precision(string precision, Device device, int firstLevelChannels) => precision switch
    {
        "fp32" => ScalarType.Float32,
        "bf16" => ScalarType.BFloat16,
        "fp16" => ScalarType.Float16,
        not "auto" => throw EditorException.Usage($"precision '{precision}': it is auto, fp32, bf16 or fp16"),
        _ when device.type == TorchSharp.DeviceType.CUDA => ScalarType.Float16,
        _ => PrecisionRule.PrefersBFloat16(CpuFeatures.Detect().FastBf16, firstLevelChannels) ? ScalarType.BFloat16 : ScalarType.Float32,
    };

    /// <summary>Notes on what the model makes of prompts: words that its list of subjects does not have, and words that it never reads.</summary>
    public static void NotePrompts(IReporter reporter, DiffusionModel model, params string[] prompts)
    {
        foreach (var note in NotesOnWords(model, prompts)) reporter.Note(note);
        NoteCutText(reporter, model, [.. prompts.Select(p => p + model.Defaults.PromptSuffix)]);
    }

    /// <summary>A sentence on each prompt that is put in the model's own words, and on each with words that stand in no subject's name, with subjects that are near them.</summary>
    public static IReadOnlyList<string> NotesOnWords(DiffusionModel model, params string[] prompts)
    {
        var subjects = model.Subjects();
        // Words of embeddings are known, whatever they are.
        string Without(string prompt) => model.Adapters.Where(a => a.Word is not null)
            .Aggregate(prompt, (text, a) => text.Replace(a.Word!, " ", StringComparison.Ordinal));
        return [.. prompts.Distinct().Where(p => model.Reworded(p) != p).Select(p => $"the model was not taught the words \"{p}\": it is asked for \"{model.Reworded(p)}\""),
            .. prompts.Distinct().Select(prompt => (prompt, Unknown: PromptWords.Unknown(Without(model.Reworded(prompt)), subjects))).Where(p => p.Unknown.Count > 0)
            .Select(p => $"the model may not know {string.Join(", ", p.Unknown.Select(w => $"'{w}'"))} in \"{p.prompt}\"; {PromptWords.Near(p.prompt, p.Unknown, subjects, IconClip.Shared is { } clip ? clip.Alike : null)}"
                + $"{Path.Combine(model.Path, "subjects.txt")} lists what it was taught")];
    }

    /// <summary>A note on each text that is longer than the text encoder reads.</summary>
    public static void NoteCutText(IReporter reporter, DiffusionModel model, params string[] texts)
    {
        foreach (var text in texts.Distinct())
            if (PromptWords.Cut(text, model.Tokenizer) is { } cut)
                reporter.Note($"the model reads {model.Tokenizer.Length} tokens: of \"{text}\" it does not see \"{cut}\"");
    }

    /// <summary>What identifies a model in a record: the last part of its path, its hash, and where it has some, its adapters.</summary>
    public static JsonObject Record(DiffusionModel model)
    {
        var record = new JsonObject
        {
            ["name"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Path)),
            ["sha256"] = model.Hash,
        };
        if (AdapterLoader.Record(model) is { } adapters) record["adapters"] = adapters;
        return record;
    }

    /// <summary>As records and options spell it.</summary>
    public static string Name(ScalarType type) => type switch
    {
        ScalarType.BFloat16 => "bf16",
        ScalarType.Float16 => "fp16",
        _ => "fp32",
    };

    /// <summary>As <c>--prediction</c> spells it.</summary>
    public static string Name(PredictionType prediction) => prediction == PredictionType.Velocity ? "v" : "epsilon";

    private static PredictionType? Prediction(string? word) => word switch
    {
        "epsilon" => PredictionType.Epsilon,
        "v" => PredictionType.Velocity,
        null => null,
        _ => throw EditorException.Usage($"prediction '{word}': it is epsilon or v, or left out"),
    };
}
